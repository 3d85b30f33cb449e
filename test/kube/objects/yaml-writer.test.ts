import { Yaml } from 'cdk8s';
import { Yaml as LowestYaml } from 'cdk8s-lowest';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { fastStringify } from '../../../lib/kube/objects/yaml-writer';
import { everyWorld } from '../../support/rules';
import { hostileText } from '../../support/yaml-texts';

const ordinary = { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ name: 'http', port: 80 }], selector: {} } };
const shared = { a: 'b' };
const circular: Record<string, unknown> = {};
circular.itself = circular;

/** Texts that are nearly plain. */
const NEARLY =
  'e5 E+0 -e5 -E-1 -eu --e --- 1Gi 0a1 0x1 1e5 1E 12:30 8.21.0 8.2.1e5 1.2 ::/0 :80 :1 : 1/2 a: a:b a#b Yes NO nULL 1- 1_0'.split(
    ' ',
  );

/** Documents of maps and lists with strings and keys that are easily written wrongly, and values that are not JSON. */
const { document } = fc.letrec((tie) => ({
  document: fc.oneof({ maxDepth: 4 }, tie('value'), tie('map'), tie('list')),
  map: fc.dictionary(tie('text') as fc.Arbitrary<string>, tie('document'), { maxKeys: 4 }),
  list: fc.array(tie('document'), { maxLength: 4 }),
  text: fc.oneof(hostileText, fc.lorem({ maxCount: 3 }), fc.constantFrom(...NEARLY, 'a: b', 'a #b', ' a', 'a ')),
  value: fc.oneof(
    { weight: 6, arbitrary: tie('text') },
    { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double(), fc.constantFrom(true, false, null, -0)) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, shared, new Date(0), new Set(['a']), 10n) },
  ),
}));

describe('the fast writer of YAML', () => {
  it.each([
    ['that the package is built with', Yaml],
    ['of the lowest version', LowestYaml],
  ])('writes the same as cdk8s, %s, whatever is in a document', (_, { stringify }) => {
    const fast = fastStringify(stringify.bind(Yaml));
    fc.assert(
      fc.property(fc.array(document, { maxLength: 3 }), (documents) => {
        expect(fast(...documents)).toBe(stringify.call(Yaml, ...documents));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['an object that is there twice', { a: shared, b: [shared] }],
    ['an object within itself', circular],
    ['an object of a class', { a: new (class Point {})() }],
    ['a list with a hole', { a: Object.assign([], { 2: 'a' }) }],
    ['a long key', { a: { ['k'.repeat(1100)]: 'a' } }],
    ['a key of two lines', { a: { 'b\nc': 'd' } }],
    ['a key that begins a document', { '---a': 'b', '...': 'c' }],
    ['a text that begins a document', '--- a'],
    ['nothing', undefined],
  ])('leaves to cdk8s %s, and writes the documents after it', (_, value) => {
    const fast = fastStringify(Yaml.stringify);
    expect(fast(ordinary, value, ordinary)).toBe(Yaml.stringify(ordinary, value, ordinary));
  });

  it('writes every object of every environment itself', () => {
    const original = vi.fn(Yaml.stringify);
    const fast = fastStringify(original);
    for (const { objects } of everyWorld()) fast(...objects);
    expect(original.mock.calls.filter(([value]) => !Array.isArray(value))).toEqual([]);
  });

  it('asks cdk8s once how a string is written that may need quotes', () => {
    const original = vi.fn(Yaml.stringify);
    const data = { a: 'yes', b: 'yes', yes: 'no' };
    fastStringify(original)({ data }, { data });
    expect(original.mock.calls).toEqual([[['yes']], [['no']]]);
  });
});
