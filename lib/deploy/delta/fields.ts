import { entryPath, fieldPath } from '../paths';

/** A field that two documents do not have in common. */
export interface FieldChange {
  readonly path: string;
  /** Absent where the first has no such field. */
  readonly from?: unknown;
  /** Absent where the second has no such field. */
  readonly to?: unknown;
}

/** What a text is, whatever an environment calls its namespaces. */
export type Canonical = (text: string) => string;

type Fields = Readonly<Record<string, unknown>>;

/** What only tells that something else changed: a checksum, the version that an image has in its tag. */
const DERIVED = /^checksum\/|^app\.kubernetes\.io\/version$/;

/** Fields whose parts mean nothing alone. */
const WHOLE = /\.(nodeSelector|node_selectors|affinity|matchLabels)$/;

/** What differs between two documents, in the order of the paths: lists of named entries are compared by name. */
export function fieldChanges(
  from: unknown,
  to: unknown,
  canonicalFrom: Canonical,
  canonicalTo: Canonical,
): FieldChange[] {
  const changes: FieldChange[] = [];
  compare(from, to, '');
  return changes;

  function compare(a: unknown, b: unknown, path: string): void {
    const [listA, listB] = [namedEntries(a), namedEntries(b)];
    if (isFields(a) && isFields(b) && !WHOLE.test(path)) compareFields(a, b, (key) => fieldPath(path, key));
    else if (listA && listB) compareFields(listA, listB, (name) => entryPath(path, name));
    else if (canonicalJson(a, canonicalFrom) !== canonicalJson(b, canonicalTo)) {
      changes.push({ path, ...(a === undefined ? {} : { from: a }), ...(b === undefined ? {} : { to: b }) });
    }
  }

  function compareFields(a: Fields, b: Fields, pathOf: (key: string) => string): void {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
      if (!DERIVED.test(key)) compare(a[key], b[key], pathOf(key));
    }
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of a list by name, where each has one of its own. */
function namedEntries(value: unknown): Fields | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const names = value.map((entry) => (isFields(entry) && typeof entry.name === 'string' ? entry.name : undefined));
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(value.map((entry, index) => [names[index], entry]));
}

function canonicalJson(value: unknown, canonical: Canonical): string | undefined {
  return JSON.stringify(value, (_, entry) => {
    if (typeof entry === 'string') return canonical(entry);
    if (!isFields(entry)) return entry;
    const kept = Object.entries(entry).filter(([key, field]) => !DERIVED.test(key) && field !== undefined);
    return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
