import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { expect, it } from 'vitest';
import { NodePool } from '../../lib/kube/nodes/node-pools';
import { modelServerJson } from '../../lib/stacks/model-platform/operator/server-config';
import { serverOf, WantedObjects } from '../../operator/src/wanted';

const registry = { host: 'registry.demo.svc', port: 8000, url: 'http://registry.demo.svc:8000' };

/** The settings of a server on nodes with so many processors. */
function serverWith(cpu: number) {
  const capacity = { cpu: Cpu.units(cpu), memory: Size.gibibytes(16) };
  const nodePool = new NodePool({ name: 'models', labels: { pool: 'models' }, capacity });
  return serverOf(modelServerJson({ image: 'example.org/server:1.0.0', registry, nodePool }), 'server.json');
}

it('a model that no node had room for is made once the pool has larger nodes, though no pod of another changes', () => {
  const [small, large] = [serverWith(2), serverWith(8)];
  expect(large.revision).toBe(small.revision);
  const model = {
    metadata: { name: 'iris', namespace: 'ml-models', uid: '1' },
    spec: { modelName: 'iris', modelVersion: 1, resources: { requests: { cpu: '4' }, limits: { cpu: '4' } } },
  };
  const wanted = new WantedObjects();
  expect(wanted.of(model, small).problem?.reason).toBe('InvalidSpec');
  expect(wanted.of(model, large).objects.map(({ kind }) => kind)).toContain('Deployment');
});
