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
      "helm release 'fair/stac': 'after' must name other releases, and an operator other operators, got 'fair/stac'",
    ],
    [
      'an operator that comes after an application',
      { stage: 'operators', after: [second] },
      "helm release 'fair/stac': 'after' must name other releases, and an operator other operators, got 'fair/mlflow'",
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
