import { expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { patch } from '../../../lib/kube/objects/patch';
import { inference } from '../../../lib/stacks/inference/inference';
import { synthesize } from '../../support/environments';
import { nodePool } from '../../support/samples';
import { find, synth } from '../../support/synth';

const config = { name: 'test', nodePools: [nodePool()] };

it('an inference service says which node ports it has before it is built', () => {
  expect(inference().nodePorts).toEqual([{ nodePort: 30092, hostPort: 8092 }]);
  const exposure = ingress({ host: 'api.example.org', tlsSecretName: 'api-tls' });
  expect(inference({ exposure }).nodePorts).toEqual([]);
});

it('an inference service is built by default, under its name in the environment, and changed by `customize`', () => {
  const entry = inference({
    customize: ({ service }) =>
      patch(service.deployment, { op: 'add', path: '/spec/template/spec/priorityClassName', value: 'high' }),
  });
  const { app } = synthesize({ ...config, stacks: { photos: entry } }, '');
  expect(app.charts.map(({ node, namespace }) => `${node.id} ${namespace}`)).toEqual(['photos photos']);
  expect(find(synth(app), 'Deployment').spec.template.spec.priorityClassName).toBe('high');
});
