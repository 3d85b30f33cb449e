import { createHash } from 'node:crypto';

/**
 * SHA-256 of a value, the same for the same content whatever the order of its keys, as lower-case hex. It is that of
 * its JSON with sorted keys, which other programs can compute: `toRawJson | sha256sum` in a helm template.
 */
export function checksum(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** JSON of a value with sorted keys: the same for the same content, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  // JSON has no undefined; a list has null in its place.
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // No object made of the sorted entries: JavaScript puts keys that are numbers first.
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined && typeof entry !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join()}}`;
}
