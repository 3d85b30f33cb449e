import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../../lib/kube/objects/checksums';

describe('a checksum', () => {
  it('is the SHA-256 of the canonical JSON', () => {
    expect(checksum({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('is the same whatever the order of the keys, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(checksum(reversed(value))).toBe(checksum(value));
      }),
    );
  });

  it('differs where the content differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)));
        expect(checksum(a)).not.toBe(checksum(b));
      }),
    );
  });

  it('differs where the order of a list differs', () => {
    expect(checksum(['a', 'b'])).not.toBe(checksum(['b', 'a']));
  });

  it('takes a field that is undefined for one that is not there', () => {
    expect(checksum({ a: 1, b: undefined })).toBe(checksum({ a: 1 }));
  });
});

function reversed(value: unknown): unknown {
  return ordered(value, (a, b) => (a < b ? 1 : -1));
}

function sorted(value: unknown): unknown {
  return ordered(value, (a, b) => (a < b ? -1 : 1));
}

function ordered(value: unknown, compare: (a: string, b: string) => number): unknown {
  if (Array.isArray(value)) return value.map((entry) => ordered(entry, compare));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compare(a, b))
      .map(([key, entry]) => [key, ordered(entry, compare)]),
  );
}
