import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergedValues, type Release, requireReleases } from '../../../lib/platform/releases/release';
import { releases } from './samples';

const all = releases();
const [first, second] = all as [Release, Release];

describe('releases', () => {
  test('may have one name in two namespaces, and come in any order', () => {
    const chain = [{ ...first, after: [second] }, second, { ...second, namespace: 'other' }];
    for (const order of [chain, chain.toReversed()]) expect(() => requireReleases(order)).not.toThrow();
  });

  test.each<[string, Partial<Release>, string]>([
    ['a name that cannot be', { name: 'Zen ML' }, "helm releases: 'name' must be a DNS label"],
    ['a name that helm takes for too long', { name: 'a'.repeat(54) }, "'name' must have at most 53 characters, got 'a"],
    ['a namespace that cannot be', { namespace: 'Kube System' }, "'stac.namespace' must be a DNS label"],
    ['a name that is taken', second, "helm releases: 'name' must be used once in a namespace, got 'fair/mlflow'"],
    [
      'a version that is not exact',
      { chart: { ...first.chart, version: '^0.93' } },
      "helm release 'fair/stac': 'chart.version' must be exact (1.2.3), got '^0.93'",
    ],
    [
      'a repository without a scheme',
      { chart: { ...first.chart, repository: 'ghcr.io/example' } },
      "helm release 'fair/stac': 'chart.repository' must start with 'https://' or 'oci://', got 'ghcr.io/example'",
    ],
    [
      'one that comes after what is not there',
      { after: [second, { ...second, namespace: 'other' }] },
      "helm release 'fair/stac': 'after' must name installed releases of this platform, got 'other/mlflow'",
    ],
    [
      'one that comes after itself',
      { after: [first] },
      "helm release 'fair/stac': 'after' must not lead back to the release itself, got 'fair/stac after fair/stac'",
    ],
    [
      'an operator that comes after an application',
      { stage: 'operators', after: [second] },
      "helm release 'fair/stac': 'after' must name only operators, because it is one, got 'fair/mlflow'",
    ],
    [
      'a property that does not exist',
      { chrat: first.chart } as Partial<Release>,
      "helm release 'fair/stac': 'chrat' must be a known property (name, namespace, chart, values, installed, stage, after, waitFor, wait)",
    ],
    [
      'a property of a condition that does not exist',
      { waitFor: [{ name: 'ready', namespace: 'fair', resource: 'job/a', until: 'delete', untill: 'a' }] as never },
      "helm release 'fair/stac': 'waitFor.untill' must be a known property",
    ],
    [
      'the path of a chart',
      { chart: { ...first.chart, name: '../eoapi' } },
      "helm release 'fair/stac': 'chart.name' must be the name of a chart, got '../eoapi'",
    ],
    [
      'a condition that helmfile would render as a template',
      { waitFor: [{ name: 'ready', namespace: 'fair', resource: 'job/a', until: 'jsonpath={{ .status }}' }] },
      "helm release 'fair/stac': 'waitFor' must have no '{{', got 'jsonpath={{ .status }}'",
    ],
  ])('fails with %s', (_, change, message) => {
    expect(() => requireReleases([...all.slice(1), { ...first, ...change }])).toThrow(message);
  });

  const ids = Array.from({ length: 6 }, (_, index) => ({ name: `r${index}`, namespace: 'n' }));
  const chained = (edges: readonly (readonly [number, number])[]): Release[] =>
    ids.map((id, index) => ({
      ...id,
      chart: first.chart,
      after: edges.flatMap(([from, to]) => (from === index ? ids.slice(to, to + 1) : [])),
    }));

  test('may come after others that come after others, as long as none leads back', () => {
    const index = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(index, index).filter(([from, to]) => from > to)), (edges) => {
        expect(() => requireReleases(chained(edges))).not.toThrow();
      }),
    );
  });

  test('fails with a cycle of any length, and names it', () => {
    expect(() =>
      requireReleases(
        chained([
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 1],
        ]),
      ),
    ).toThrow(
      "helm release 'n/r1': 'after' must not lead back to the release itself, got 'n/r1 after n/r2 after n/r3 after n/r1'",
    );
    const length = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        length,
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)).filter(([from, to]) => from > to)),
        (size, others) => {
          const cycle = Array.from({ length: size }, (_, index) => [index, (index + 1) % size] as const);
          expect(() => requireReleases(chained([...others, ...cycle]))).toThrow("'after' must not lead back");
        },
      ),
    );
  });
});

describe('values with others merged over them', () => {
  const values = { image: { repository: 'a', tag: '1' }, args: ['x', 'y'], replicas: 1 };

  test('differ in what is given, map by map', () => {
    expect(mergedValues(values, { image: { tag: '2' }, extra: { a: 1 } })).toEqual({
      ...values,
      image: { repository: 'a', tag: '2' },
      extra: { a: 1 },
    });
  });

  test('have lists, and what is of another type, as a whole', () => {
    expect(mergedValues(values, { args: ['z'], image: null, replicas: { min: 1 } })).toEqual({
      args: ['z'],
      image: null,
      replicas: { min: 1 },
    });
  });

  test('are the same where nothing is given, and stay as they were', () => {
    const before = structuredClone(values);
    for (const over of [undefined, {}, { image: { tag: undefined }, args: undefined }]) {
      expect(mergedValues(values, over)).toEqual(before);
    }
    mergedValues(values, { image: { tag: '2' } });
    expect(values).toEqual(before);
  });
});
