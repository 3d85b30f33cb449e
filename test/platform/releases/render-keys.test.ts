import { describe, expect, test } from 'vitest';
import type { Release } from '../../../lib/platform/releases/release';
import { template, unrenderable } from './render';
import { releases } from './samples';

const all = releases();
const reason = unrenderable(all);
if (reason !== '') console.warn(`render-keys.test.ts does not run: ${reason}`);

/** Values that these versions of the charts do not read, and why they are there all the same. */
const UNREAD: Partial<Record<Release['name'], readonly string[]>> = {
  // For 0.12.2 and later; ingress as a whole is off.
  stac: ['stac.ingress.path', 'stac.ingress.enabled'],
};

type Path = readonly (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  if (Array.isArray(value)) return value.flatMap((entry, index) => leaves(entry, [...path, index]));
  return Object.entries(value).flatMap(([key, entry]) => leaves(entry, [...path, key]));
}

/** The values with another value at a path. */
function changed(values: unknown, [head, ...rest]: Path, change: (leaf: unknown) => unknown): unknown {
  if (head === undefined) return change(values);
  if (Array.isArray(values)) {
    return values.map((entry, index) => (index === head ? changed(entry, rest, change) : entry));
  }
  const record = values as Record<string, unknown>;
  return { ...record, [head]: changed(record[head], rest, change) };
}

function other(leaf: unknown): unknown {
  if (typeof leaf === 'boolean') return !leaf;
  return typeof leaf === 'number' ? leaf + 1 : `${leaf}9`;
}

/** What a chart renders, without what it draws at random. */
function stable(release: Release, values: unknown): string {
  const { text } = template({ name: release.name, namespace: release.namespace, values: values as object });
  return text
    .replace(/(MLFLOW_FLASK_SERVER_SECRET_KEY|ZENML_SERVER_JWT_SECRET_KEY): .*/g, '$1')
    .replace(/checksum\/secret: .*/g, '');
}

describe.skipIf(reason !== '')(`the values${reason && ` (${reason})`}`, () => {
  test.each(all)('of $name each change what its chart renders', { timeout: 60_000 }, (release) => {
    const before = stable(release, release.values);
    const unread = leaves(release.values).filter((path) =>
      // A list that only has to have entries is the same with another entry, but not without.
      [other, () => null].every((change) => stable(release, changed(release.values, path, change)) === before),
    );
    expect(unread.map((path) => path.join('.')).sort()).toEqual([...(UNREAD[release.name] ?? [])].sort());
  });
});
