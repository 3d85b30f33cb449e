import { expect, it } from 'vitest';
import { edges } from '../../../../lib/kube/network/network';
import { Eda, type EdaProps } from '../../../../lib/stacks/flts/programs/eda';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, synth, testChart } from '../../../support/synth';
import { gateway } from './samples';

const all: Required<EdaProps> = {
  name: 'eda',
  image: 'flts/eda:1.0.0',
  imagePullPolicy: 'Never',
  gateway,
  resources,
  nodePool: nodePool(),
  uses,
};

function render(props: EdaProps) {
  const chart = testChart();
  expect(new Eda(chart, 'eda', props).connection.url).toBe(`http://${props.name}.demo.svc:8010`);
  return synth(chart);
}

it('the exploration reaches the gateway and nothing else', () => {
  const chart = testChart();
  new Eda(chart, 'eda', { ...all, uses: [] });
  expect(edges(chart)).toMatchObject([
    { from: { pods: { name: 'eda' } }, to: { type: 'externalPods', pods: { namespace: 'data' } } },
  ]);
});

it('the exploration has each of its props', () => {
  expectEachPropToMatter<EdaProps>(render, all, {
    name: 'other',
    image: 'flts/eda:1.0.1',
    imagePullPolicy: 'Always',
    gateway: { ...gateway, url: 'http://other:8000' },
    resources: { ...resources, limits: resources.requests },
    nodePool: nodePool({ labels: { a: 'b' } }),
    uses: [],
  });
});
