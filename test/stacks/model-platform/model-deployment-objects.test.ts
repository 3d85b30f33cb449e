import { App, Chart } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { stackLabels } from '../../../lib/kube/objects/labels';
import { modelDeploymentObjects } from '../../../lib/stacks/model-platform/model-deployment-objects';
import { ModelDeploymentWorkload } from '../../../lib/stacks/model-platform/model-deployment-workload';
import type { ModelServer } from '../../../lib/stacks/model-platform/model-server';
import { GOOD } from '../../support/model-deployments/cases';
import { nodePool } from '../../support/samples';
import { synth } from '../../support/synth';

const registry = { host: 'registry.demo.svc', port: 8000, url: 'http://registry.demo.svc:8000' };
const server: ModelServer = { image: 'example.org/inference-server:1.0.0', registry, nodePool: nodePool() };
const metadata = { name: 'iris', namespace: 'ml-platform', uid: '0a1b' };
const spec = { modelName: 'iris-classifier', modelVersion: 1, replicas: 2 };

describe('the objects that an operator makes', () => {
  test('are those that a synth makes of the same spec, and belong to the ModelDeployment', () => {
    const chart = new Chart(new App(), 'model-platform', {
      namespace: 'ml-platform',
      labels: stackLabels('model-platform'),
    });
    new ModelDeploymentWorkload(chart, 'iris', { name: 'iris', ...spec, server });
    const owner = {
      apiVersion: 'ml.example.com/v1',
      kind: 'ModelDeployment',
      name: 'iris',
      uid: '0a1b',
      controller: true,
    };
    expect(modelDeploymentObjects({ metadata, spec }, server)).toEqual(
      synth(chart).map((object) => ({
        ...object,
        metadata: { ...object.metadata, ownerReferences: [owner] },
      })),
    );
  });

  test('have no owner while the ModelDeployment is not in a cluster', () => {
    const [deployment] = modelDeploymentObjects({ metadata: { ...metadata, uid: undefined }, spec }, server);
    expect(deployment?.metadata).not.toHaveProperty('ownerReferences');
  });

  test.each(GOOD)('are made of $title', ({ resource }) => {
    const [deployment, service] = modelDeploymentObjects(resource, server);
    expect([deployment?.kind, service?.kind]).toEqual(['Deployment', 'Service']);
  });

  test('fails for a spec that the API server would not have let in', () => {
    expect(() => modelDeploymentObjects({ metadata, spec: { ...spec, replicas: 11 } }, server)).toThrow(
      "ModelDeployment 'iris': 'spec.replicas' must be at most 10, got 11",
    );
  });

  test('fails without the namespace that they go to', () => {
    expect(() => modelDeploymentObjects({ metadata: { name: 'iris' }, spec }, server)).toThrow(
      "ModelDeployment 'iris': 'metadata.namespace' must be given, got undefined",
    );
  });
});
