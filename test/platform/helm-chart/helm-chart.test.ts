import { createHash } from 'node:crypto';
import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../../../lib';
import {
  type ChartField,
  type ChartValue,
  type HelmChartProps,
  helmChart,
  RELEASE_NAME,
  RELEASE_NAMESPACE,
} from '../../../lib/platform';
import { byKey, ChartFolder, findHelm } from '../../support/helm';
import { describeProgram } from '../../support/programs';
import { synth } from '../../support/synth';

const stackIn = (namespace = RELEASE_NAMESPACE) => new Chart(new App(), 'demo', { namespace });

/** A ConfigMap, and a chart of it. */
function sample(values: (config: ConfigMap) => readonly ChartValue[] = () => []) {
  const stack = stackIn();
  const config = new ConfigMap(stack, 'config', {
    name: 'settings',
    data: { LEVEL: 'info', LIMIT: '10 of 20', LINES: 'first\nsecond\n' },
  });
  return { stack, config, props: { name: 'demo', version: '1.0.0', values: values(config) } satisfies HelmChartProps };
}

const level = (config: ConfigMap, changes: Partial<ChartField> = {}): ChartValue => ({
  path: 'level',
  description: 'level of the log',
  sets: [{ object: config, field: '/data/LEVEL', ...changes }],
});

describe('a helm chart', () => {
  it('takes the default of a value from what synth writes', () => {
    const { stack, props } = sample((config) => [level(config)]);
    expect(helmChart(stack, props)['values.yaml']).toBe(
      '# Values of demo: what is not given is as it is here.\n# level of the log\nlevel: info\n',
    );
  });

  it.each<[string, (config: ConfigMap) => readonly ChartValue[], string]>([
    ['a field that is not there', (config) => [level(config, { field: '/data/OTHER' })], 'values.level'],
    ['a path without a slash', (config) => [level(config, { field: 'data' })], "'field' that starts with '/'"],
    [
      'two values of one field',
      (config) => [level(config), { ...level(config), path: 'other' }],
      'no other value sets',
    ],
    [
      'a value in the field of another',
      (config) => [level(config), { ...level(config, { field: '/data' }), path: 'all' }],
      'no other value sets',
    ],
    ['two values of one path', (config) => [level(config), level(config)], 'have no duplicates'],
    [
      'a value in another',
      (config) => [level(config), { ...level(config), path: 'level.low' }],
      'no other value in it',
    ],
    ['a path that is none', (config) => [{ ...level(config), path: 'a-b' }], 'names with dots between them'],
    ['no field', (config) => [{ ...level(config), sets: [] }], 'name a field'],
    [
      'fields that do not agree',
      (config) => [
        { ...level(config), sets: ['LEVEL', 'LIMIT'].map((key) => ({ object: config, field: `/data/${key}` })) },
      ],
      'have one value in all that it sets',
    ],
    [
      'a text that an expression does not find',
      (config) => [level(config, { as: { part: /(\d+)/ } })],
      'find /(\\d+)/',
    ],
    [
      'a sum of what is no number',
      (config) => [level(config, { field: '/data/LIMIT', as: { part: /of (\d+)/, plus: 1 } })],
      "have the type 'integer' where a part has 'plus', or is in a text of several lines, got undefined",
    ],
    [
      'a text in several lines, which may have lines itself',
      (config) => [level(config, { field: '/data/LINES', as: { part: /(first)/ } })],
      'or is in a text of several lines, got undefined',
    ],
    ['an object of another stack', () => [level(sample().config)], 'set an object of the stack'],
  ])('fails for %s', (_, values, message) => {
    const { stack, props } = sample(values);
    expect(() => helmChart(stack, props)).toThrow(message);
    expect(() => helmChart(stack, props)).toThrow(/^demo: '/);
  });

  it('fails for a stack of another namespace, since its name may be a word of any text', () => {
    expect(() => helmChart(stackIn('demo'), sample().props)).toThrow("'namespace' must be 'release-namespace'");
  });

  it('fails for a stack that writes a Secret', () => {
    const { stack, props } = sample();
    new k8s.KubeSecret(stack, 'secret', { metadata: { name: 'login' } });
    expect(() => helmChart(stack, props)).toThrow("'credentials' must be in no object");
  });

  it('fails for an environment that differs in what no value sets, and names the field', () => {
    const { stack, props } = sample((config) => [level(config)]);
    const other = stackIn();
    new ConfigMap(other, 'config', { name: 'settings', data: { LEVEL: 'debug', LIMIT: '5 of 20' } });
    const error =
      "demo environments.prod: 'ConfigMap settings /data/LIMIT' must be set by one value: it differs, got 'none'";
    expect(() => helmChart(stack, { ...props, environments: { prod: other } })).toThrow(error);
  });

  it('fails for an environment that has more objects', () => {
    const { stack, props } = sample();
    const other = sample().stack;
    new ConfigMap(other, 'more', { name: 'more', data: { a: 'b' } });
    expect(() => helmChart(stack, { ...props, environments: { prod: other } })).toThrow(
      "'ConfigMap more' must be set by one value",
    );
  });

  it('fails for a rule of a value that is not there', () => {
    const { stack, props } = sample((config) => [level(config)]);
    const rules = [{ value: 'level', atMost: 'other' }];
    expect(() => helmChart(stack, { ...props, rules })).toThrow("'rules' must name paths of values, got 'other'");
  });
});

describeProgram(findHelm(), 'with helm, a chart', (program) => {
  const folders: ChartFolder[] = [];
  const chartOf = (stack: Chart, props: HelmChartProps) => {
    const folder = new ChartFolder(program().helm, helmChart(stack, props));
    folders.push(folder);
    return folder;
  };
  afterAll(() => {
    for (const folder of folders) folder.remove();
  });
  // What the library lets pass: without characters that readers of YAML do not agree on.
  const text = fc
    .array(
      fc.constantFrom(
        '{{',
        '}}',
        '{',
        '%',
        '"',
        "'",
        '\\',
        '\n',
        ' ',
        ': ',
        '# ',
        '<&>',
        'é',
        'a',
        '1',
        '$',
        '`',
        RELEASE_NAMESPACE,
      ),
    )
    .map((parts) => `x${parts.join('')}x`);
  const data = fc.dictionary(fc.constantFrom('a', 'B', '10', '9', 'file.txt'), text, { minKeys: 1 });

  it('renders any text as synth writes it, in any namespace', () => {
    fc.assert(
      fc.property(data, (all) => {
        const write = (namespace: string) => {
          const stack = stackIn(namespace);
          const there = Object.entries(all).map(([key, value]) => [
            key,
            value.replaceAll(RELEASE_NAMESPACE, namespace),
          ]);
          new ConfigMap(stack, 'config', { name: 'settings', data: Object.fromEntries(there) });
          return stack;
        };
        const chart = chartOf(write(RELEASE_NAMESPACE), { name: 'demo', version: '1.0.0', values: [] });
        expect(chart.render({ namespace: 'n-1' })).toEqual(byKey(synth(write('n-1'))));
      }),
      { numRuns: 10 },
    );
  });

  it('writes any text of a value where it is all of a field, and where it is a part', () => {
    const { stack, props } = sample((config) => [
      level(config),
      {
        path: 'limit',
        description: 'of all',
        sets: [{ object: config, field: '/data/LIMIT', as: { part: /^(\d+) of/ } }],
      },
    ]);
    const chart = chartOf(stack, props);
    fc.assert(
      fc.property(text, text, (whole, part) => {
        const { 'ConfigMap settings': rendered } = chart.render({ values: { level: whole, limit: part } });
        expect(rendered?.data).toMatchObject({ LEVEL: whole, LIMIT: `${part} of 20` });
      }),
      { numRuns: 10 },
    );
  });

  it('computes a text of the stack from the namespace of the release', () => {
    const stack = stackIn();
    new ConfigMap(stack, 'config', { name: 'settings', data: { ID: 'id of digits' } });
    const computed = { digits: '\n{{- sha256sum .Release.Namespace | trunc 4 -}}\n' };
    const chart = chartOf(stack, { name: 'demo', version: '1.0.0', values: [], computed });
    const { 'ConfigMap settings': rendered } = chart.render({ namespace: 'n-1' });
    expect(rendered?.data).toEqual({ ID: `id of ${createHash('sha256').update('n-1').digest('hex').slice(0, 4)}` });
  });

  it('renders a ConfigMap without data', () => {
    const stack = stackIn();
    new k8s.KubeConfigMap(stack, 'config', { metadata: { name: 'binary' }, binaryData: { a: 'YQ==' } });
    const chart = chartOf(stack, { name: 'demo', version: '1.0.0', values: [] });
    expect(chart.render()['ConfigMap binary']).toMatchObject({ binaryData: { a: 'YQ==' } });
  });

  it('has the name of its release where the stack has that of a release', () => {
    const stack = stackIn();
    new ConfigMap(stack, 'config', { name: `${RELEASE_NAME}-settings`, data: { a: 'b' } });
    const chart = chartOf(stack, { name: 'demo', version: '1.0.0', values: [] });
    expect(Object.keys(chart.render())).toEqual(['ConfigMap release-settings']);
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['a number', 2, '3', true],
    ['more', 4, '3', false],
    ['thousandths', '2999m', '3', true],
    ['a little more', '3001m', '3', false],
    ['binary units', '1Gi', '1024Mi', true],
    ['units of another base', '1Gi', '1073M', false],
    ['something with nothing', 1, 0, false],
  ])('compares %s: %s is at most %s, %s', (_, least, most, passes) => {
    const { stack, props } = sample((config) => [
      { ...level(config), path: 'least', type: 'quantity' },
      { ...level(config, { field: '/data/LIMIT' }), path: 'most', type: 'quantity' },
    ]);
    const chart = chartOf(stack, { ...props, rules: [{ value: 'least', atMost: 'most' }] });
    const { code, stderr } = chart.template({ values: { least, most } });
    expect(code === 0, stderr).toBe(passes);
    if (!passes) expect(stderr).toContain(`least must be at most most, got ${least}`);
  });
});
