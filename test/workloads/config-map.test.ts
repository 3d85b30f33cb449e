import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigMap, type ConfigMapProps } from '../../lib/workloads/config-map';
import { expectEachPropToMatter, objectOf, synthError, testChart } from '../support/synth';

const minimal: ConfigMapProps = { name: 'settings', data: { 'app.yaml': 'a: 1\n' } };
const all: Required<ConfigMapProps> = { ...minimal, labels: { app: 'a' } };

describe('a ConfigMap', () => {
  it('is its name and its data, with minimal props', () => {
    expect(render(minimal)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'demo' },
      data: { 'app.yaml': 'a: 1\n' },
    });
  });

  it('has each of its props', () => {
    expect(render(all).metadata.labels).toEqual({ app: 'a' });
    expectEachPropToMatter<ConfigMapProps>(render, all, { name: 'other', data: { a: '' }, labels: { app: 'b' } });
  });

  it('writes values that are empty, which cdk8s-plus loses', () => {
    expect(render({ ...minimal, data: { a: '', b: '' } }).data).toEqual({ a: '', b: '' });
  });

  it('has a checksum that changes with its data, and with nothing else', () => {
    const checksumOf = (props: ConfigMapProps) => new ConfigMap(testChart(), 'a', props).checksum;
    expect(checksumOf({ ...minimal, name: 'other', labels: { a: 'b' } })).toBe(checksumOf(minimal));
    expect(checksumOf({ ...minimal, data: { 'app.yaml': 'a: 2\n' } })).not.toBe(checksumOf(minimal));
    expect(checksumOf({ ...minimal, data: { 'app.yml': 'a: 1\n' } })).not.toBe(checksumOf(minimal));
  });

  it('has the same checksum whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string(), { minKeys: 1 }), (data) => {
        const other = Object.fromEntries(Object.entries(data).reverse());
        const [a, b] = [data, other].map((content) => new ConfigMap(testChart(), 'a', { name: 'a', data: content }));
        expect(a?.checksum).toBe(b?.checksum);
      }),
      { numRuns: 20 },
    );
  });

  it.each<[string, Partial<ConfigMapProps>, string]>([
    [
      'a name that is no DNS name',
      { name: 'Settings' },
      "'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'Settings'",
    ],
    ['no data', { data: {} }, "'data' must have a key, got {}"],
    [
      'a key with a slash',
      { data: { 'a/b': '' } },
      "'data' must have keys of at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…', got 'a/b'",
    ],
    [
      'a label that is none',
      { labels: { app: 'a b' } },
      "'labels.app' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'a b'",
    ],
    [
      'a number, which TypeScript would refuse',
      { data: { WORKERS: 4 as never } },
      "'data.WORKERS' must be a string, got 4",
    ],
    [
      'a value that is not set, which TypeScript would refuse',
      { data: { ZONE: undefined as never } },
      "'data.ZONE' must be a string, got undefined",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(`demo/config-map: ${message}`);
  });

  it('fails where another has its name', () => {
    const chart = testChart();
    new ConfigMap(chart, 'one', minimal);
    new ConfigMap(chart, 'two', minimal);
    expect(synthError(chart)).toContain(
      "demo/two/Default: 'name' must be unique for a ConfigMap in namespace 'demo', got 'settings', which demo/one/Default has",
    );
  });
});

function render(props: ConfigMapProps) {
  const chart = testChart();
  new ConfigMap(chart, 'config-map', props);
  return objectOf(chart, 'ConfigMap');
}
