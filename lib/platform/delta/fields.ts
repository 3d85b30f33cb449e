import { entryPath, fieldPath } from '../../kube/objects/field-paths';

/** A field that two documents do not have in common. */
export interface FieldChange {
  readonly path: string;
  /** Absent where the first has no such field. */
  readonly from?: unknown;
  /** Absent where the second has no such field. */
  readonly to?: unknown;
}

/** What a text under a key is, whatever an environment calls its namespaces. */
export type Canonical = (text: string, key: string) => string;

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
  compare(lasting(from), lasting(to), '', '');
  return changes;

  function compare(a: unknown, b: unknown, path: string, key: string): void {
    const [listA, listB] = [namedEntries(a), namedEntries(b)];
    if (isFields(a) && isFields(b) && !WHOLE.test(path)) {
      for (const field of keysOf(a, b)) compare(a[field], b[field], fieldPath(path, field), field);
    } else if (listA && listB) {
      for (const name of keysOf(listA, listB)) compare(listA[name], listB[name], entryPath(path, name), key);
    } else if (canonicalJson(a, key, canonicalFrom) !== canonicalJson(b, key, canonicalTo)) {
      changes.push({ path, ...(a === undefined ? {} : { from: a }), ...(b === undefined ? {} : { to: b }) });
    }
  }
}

/** A document without what is derived, and without what holds nothing else. */
function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).flatMap(([key, field]) => {
    if (DERIVED.test(key)) return [];
    const rest = lasting(field);
    return isFields(rest) && isFields(field) && isEmpty(rest) && !isEmpty(field) ? [] : [[key, rest]];
  });
  return Object.fromEntries(kept);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

function keysOf(a: Fields, b: Fields): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** The entries of a list by name, where each has one of its own. */
function namedEntries(value: unknown): Fields | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const names = value.map((entry) => (isFields(entry) && typeof entry.name === 'string' ? entry.name : undefined));
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(value.map((entry, index) => [names[index], entry]));
}

/** The same text for the same value, whatever the order of its fields. */
function canonicalJson(value: unknown, key: string, canonical: Canonical): string | undefined {
  if (typeof value === 'string') return JSON.stringify(canonical(value, key));
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry, key, canonical)).join()}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field, name, canonical)}`)
    .join()}}`;
}
