import { afterAll, beforeAll, expect, test } from 'vitest';
import { findControlPlane } from '../support/control-plane/programs';
import { until } from '../support/control-plane/settle';
import { ModelCluster, type Models } from '../support/operator/model-cluster';
import { OperatorBundle, type OperatorProcess, SERVER } from '../support/operator/operator-process';
import { describeProgram } from '../support/programs';

describeProgram(findControlPlane(), 'the operator', () => {
  let plane: ModelCluster;
  let bundle: OperatorBundle;
  let operator: OperatorProcess;
  let models: Models;

  beforeAll(async () => {
    bundle = new OperatorBundle();
    plane = await ModelCluster.start();
    models = await plane.namespace('ml');
    operator = await bundle.start(plane.kubeconfig, { POD_NAMESPACE: 'ml' });
  });

  afterAll(async () => {
    await bundle?.remove();
    await plane?.stop();
  });

  test('makes a model ready, as kubectl wait sees it, and says where it is', async () => {
    await models.create('iris', { replicas: 2 });
    await models.ready('iris');
    await models.settled(SERVER);
    const { status, metadata } = await models.get('iris');
    expect(status).toMatchObject({
      phase: 'Running',
      observedGeneration: metadata.generation,
      replicas: 2,
      readyReplicas: 2,
      url: 'http://iris-inference.ml:8001',
      deploymentName: 'iris-inference',
      serviceName: 'iris-inference',
    });
    console.log(operator.log);
  });
});
