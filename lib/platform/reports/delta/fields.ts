import { entryPath, fieldPath } from '../../../kube/objects/field-paths';

/** A field that two documents do not have in common. */
export interface FieldChange {
  readonly path: string;
  /** Absent where the first has no such field. */
  readonly from?: unknown;
  /** Absent where the second has no such field. */
  readonly to?: unknown;
}

/** What a text under a key of the second is called in the first. */
export type Rename = (text: string, key: string) => string;

type Fields = Readonly<Record<string, unknown>>;

const same: Rename = (text) => text;

/** What only tells that something else changed: a checksum, the version that an image has in its tag. */
const DERIVED = /^checksum\/|^app\.kubernetes\.io\/version$/;

/** Fields whose parts mean nothing alone. */
const WHOLE = /\.(nodeSelector|affinity|matchLabels)$/;

/** What differs between two documents, in the order of the paths: lists of named entries are compared by name. */
export function fieldChanges(from: unknown, to: unknown, rename: Rename = same): FieldChange[] {
  return compare(from, to, '', '');

  function compare(a: unknown, b: unknown, path: string, key: string): FieldChange[] {
    const [listA, listB] = [namedEntries(a), namedEntries(b)];
    if (isFields(a) && isFields(b) && !WHOLE.test(path)) {
      return keysOf(a, b).flatMap((field) => compare(a[field], b[field], fieldPath(path, field), field));
    }
    if (listA && listB) {
      return keysOf(listA, listB).flatMap((name) => compare(listA[name], listB[name], entryPath(path, name), key));
    }
    return canonicalJson(key, a) === canonicalJson(key, b, rename)
      ? []
      : [{ path, ...(a !== undefined && { from: a }), ...(b !== undefined && { to: b }) }];
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(a: Fields, b: Fields): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !DERIVED.test(key)).sort();
}

/** The entries of a list by name, where each has one of its own. */
function namedEntries(value: unknown): Fields | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const names = value.map((entry) => entry?.name ?? entry?.metadata?.name);
  if (names.some((name) => typeof name !== 'string') || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(value.map((entry, index) => [names[index], entry]));
}

/** The same text for the same value under a key, whatever the order of its fields: without what is derived. */
function canonicalJson(key: string, value: unknown, rename: Rename = same): string {
  return JSON.stringify({ [key]: value }, (name, field) => {
    if (typeof field === 'string') return rename(field, name);
    if (!isFields(field)) return field;
    const kept = keysOf(field, {});
    const derived = kept.length === 0 && Object.keys(field).length > 0;
    return derived ? undefined : Object.fromEntries(kept.map((own) => [own, field[own]]));
  });
}
