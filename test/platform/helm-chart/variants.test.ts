import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../../../lib';
import { type ChartValue, helmChart, RELEASE_NAMESPACE } from '../../../lib/platform';
import { byKey, ChartFolder, findHelm } from '../../support/helm';
import { describeProgram } from '../../support/programs';
import { synth } from '../../support/synth';

const stackIn = (namespace = RELEASE_NAMESPACE) => new Chart(new App(), 'demo', { namespace });

describe('a value that turns something on', () => {
  it('fails for two values that change one text when they are turned on', () => {
    const stack = stackIn();
    new ConfigMap(stack, 'config', { name: 'settings', data: { LEVEL: 'info', LIMIT: '10 of 20' } });
    const values = ['debug', 'warning'].map((text): ChartValue => {
      const other = stackIn();
      new ConfigMap(other, 'config', { name: 'settings', data: { LEVEL: text, LIMIT: '10 of 20' } });
      return { path: text, description: text, variant: { with: other, without: stack } };
    });
    const error = "'values.warning.variant' must differ in objects, entries of lists, fields and texts";
    expect(() => helmChart(stack, { name: 'demo', version: '1.0.0', values })).toThrow(error);
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
