import { ApiObject, App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../../../lib';
import { type ChartValue, helmChart, RELEASE_NAMESPACE } from '../../../lib/platform';
import { byKey, ChartFolder, findHelm } from '../../support/helm';
import { describeProgram } from '../../support/programs';
import { synth } from '../../support/synth';

const stackIn = (namespace = RELEASE_NAMESPACE) => new Chart(new App(), 'demo', { namespace });

/** A stack with ConfigMaps of some data, by name. */
function stackOf(all: Readonly<Record<string, Readonly<Record<string, string>>>>): Chart {
  const stack = stackIn();
  for (const [name, data] of Object.entries(all)) new ConfigMap(stack, name, { name, data });
  return stack;
}

describe('a value that turns something on', () => {
  const off = stackOf({ settings: { LEVEL: 'info' } });
  const values = (...charts: readonly Chart[]) =>
    charts.map((chart, index): ChartValue => {
      return { path: `v${index}`, description: 'turns on', variant: { with: chart, without: off } };
    });
  const chartOf = (charts: readonly Chart[], environments: Readonly<Record<string, Chart>> = {}) =>
    helmChart(off, { name: 'demo', version: '1.0.0', values: values(...charts), environments });

  it('fails for two values that change one text when they are turned on', () => {
    const charts = ['debug', 'warning'].map((LEVEL) => stackOf({ settings: { LEVEL } }));
    const error = "'ConfigMap settings /data/LEVEL' must be set by one value: it differs, got 'v0 and v1'";
    expect(() => chartOf(charts)).toThrow(error);
  });

  it('fails for one that turns nothing on', () => {
    const error = "demo: 'values.v0.variant' must differ, got 'two that are alike'";
    expect(() => chartOf([stackOf({ settings: { LEVEL: 'info' } })])).toThrow(error);
  });

  it('fails for a map that has no key with and without a value, which no template could write', () => {
    const error = 'demo: \'ConfigMap settings /data\' must have a key that no value turns off, got ["LEVEL"]';
    expect(() => chartOf([stackOf({ settings: { OTHER: 'info' } })])).toThrow(error);
  });

  it('fails for a field that is a map with a value, and a text without it', () => {
    const stackWith = (target: unknown) => {
      const stack = stackIn();
      new ApiObject(stack, 'any', { apiVersion: 'v1', kind: 'Any', metadata: { name: 'any' }, spec: { target } });
      return stack;
    };
    const [one, other] = [stackWith('a'), stackWith({ a: 'b' })];
    const values = [{ path: 'v', description: 'turns on', variant: { with: other, without: one } }];
    const error = "demo values.v.variant: 'Any any /spec/target' must be a map, a list or neither in each synth";
    expect(() => helmChart(one, { name: 'demo', version: '1.0.0', values })).toThrow(error);
  });

  it('is on in an environment where that has what the value alone turns on, whatever it shares with others', () => {
    const shared = { settings: { LEVEL: 'info' }, shared: { a: 'b' } };
    const charts = [
      { ...shared, one: { a: 'b' } },
      { ...shared, two: { a: 'b' } },
    ].map(stackOf);
    const both = stackOf({ ...shared, one: { a: 'b' }, two: { a: 'b' } });
    const files = chartOf(charts, { second: stackOf({ ...shared, two: { a: 'b' } }), both, none: off });
    const heads = ['second', 'both', 'none'].map((name) => files[`values-${name}.yaml`]?.match(/^v.*$/gm));
    expect(heads).toEqual([['v1: true'], ['v0: true', 'v1: true'], null]);
    expect(files['templates/configmap.yaml']).toContain('{{- if (or .Values.v0 .Values.v1) }}');
  });

  it('fails for an environment with what two values turn on and neither alone, since either could be on', () => {
    const shared = { settings: { LEVEL: 'info' }, shared: { a: 'b' } };
    const charts = [stackOf(shared), stackOf(shared)];
    const error = "demo environments.prod: 'ConfigMap shared' must be set by one value: it differs, got 'v0 and v1'";
    expect(() => chartOf(charts, { prod: stackOf(shared) })).toThrow(error);
    expect(chartOf(charts)['templates/configmap.yaml']).toContain('{{- if (or .Values.v0 .Values.v1) }}');
  });

  it('fails for an environment that has only a part of what a value turns on', () => {
    const chart = stackOf({ settings: { LEVEL: 'debug' }, more: { a: 'b' } });
    const error = "demo environments.prod: 'ConfigMap more' must be set by one value: it differs, got 'v0'";
    expect(() => chartOf([chart], { prod: stackOf({ settings: { LEVEL: 'debug' } }) })).toThrow(error);
  });
});

describeProgram(findHelm(), 'with helm, a value', (program) => {
  const folders: ChartFolder[] = [];
  afterAll(() => {
    for (const folder of folders) folder.remove();
  });

  it('turns on objects, fields, entries of lists and lines of a text, each combination as synth writes it', () => {
    const write = (on: readonly string[]) => {
      const stack = stackIn();
      const hosts = ['first', ...(on.includes('second') ? ['second'] : []), 'third'];
      const rules = hosts.map((host) => ({ host: `${host}.${RELEASE_NAMESPACE}` }));
      new k8s.KubeIngress(stack, 'ingress', {
        metadata: { name: 'web' },
        spec: { rules, ...(on.includes('class') ? { ingressClassName: 'nginx' } : {}) },
      });
      const text = `a\n  b {{ % " in ${RELEASE_NAMESPACE}${on.includes('text') ? '!' : ''}\nc\n`;
      new ConfigMap(stack, 'config', { name: 'settings', data: { text, LEVEL: on.includes('level') ? 'a"' : '2' } });
      if (on.includes('object')) new ConfigMap(stack, 'more', { name: 'more', data: { [RELEASE_NAMESPACE]: 'b' } });
      return stack;
    };
    const names = ['second', 'class', 'text', 'level', 'object'];
    // Some are on where nothing is given.
    const stack = write(['second', 'object']);
    const values = names.map((path): ChartValue => {
      const isOn = path === 'second' || path === 'object';
      const other = write(isOn ? ['second', 'object'].filter((name) => name !== path) : ['second', 'object', path]);
      const variant = isOn ? { with: stack, without: other } : { with: other, without: stack };
      return { path, description: path, variant };
    });
    const environments = { none: write([]) };
    const files = helmChart(stack, { name: 'demo', version: '1.0.0', values, environments });
    const chart = new ChartFolder(program().helm, files);
    folders.push(chart);
    fc.assert(
      fc.property(fc.subarray(names), (on) => {
        const values = Object.fromEntries(names.map((name) => [name, on.includes(name)]));
        const rendered = chart.render({ namespace: RELEASE_NAMESPACE, values });
        expect(rendered).toEqual(byKey(synth(write(on))));
      }),
      { numRuns: 10 },
    );
    const none = chart.render({ namespace: RELEASE_NAMESPACE, files: ['values-none.yaml'] });
    expect(none).toEqual(byKey(synth(write([]))));
  });
});
