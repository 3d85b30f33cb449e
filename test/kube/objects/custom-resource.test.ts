import { expect, it } from 'vitest';
import { customResource } from '../../../lib/kube/objects/custom-resource';
import { objectOf, testChart } from '../../support/synth';

const base = { apiVersion: 'example.org/v1', kind: 'Gadget', name: 'one', spec: { size: 1 } };

it('an object of an operator has what is given, and nothing that is left out', () => {
  const chart = testChart();
  customResource(chart, 'gadget', { ...base, labels: { a: 'b' }, spec: { size: 1, color: undefined } });
  expect(objectOf(chart, 'Gadget')).toEqual({
    apiVersion: 'example.org/v1',
    kind: 'Gadget',
    metadata: { name: 'one', namespace: 'demo', labels: { a: 'b' } },
    spec: { size: 1 },
  });
});

it('fails for a name that no object can have', () => {
  expect(() => customResource(testChart(), 'gadget', { ...base, name: 'One' })).toThrow(
    "demo: 'name' must be a DNS name",
  );
});
