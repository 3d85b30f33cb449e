import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpConnection } from '../../lib/kube/network/connections';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { findControlPlane } from '../support/control-plane/programs';
import { until as untilPatient } from '../support/control-plane/settle';
import { ModelCluster, type Models } from '../support/operator/model-cluster';
import { OperatorBundle, SERVER } from '../support/operator/operator-process';
import { describeProgram } from '../support/programs';

/** Each of these comes within seconds, or never. */
const until = (condition: () => Promise<boolean>) => untilPatient(condition, 90);

describeProgram(findControlPlane(), 'the operator says what is wrong', () => {
  let plane: ModelCluster;
  let bundle: OperatorBundle;
  let models: Models;
  /** A registry that has the models that are in this set. */
  const uploaded = new Set<string>();
  const registry = createServer(({ url = '' }, response) => {
    response.writeHead(uploaded.has(url.split('/')[2] ?? '') ? 200 : 404).end('{}');
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as { port: number };
    bundle = new OperatorBundle({ ...SERVER, registry: httpConnection('127.0.0.1', port) });
    plane = await ModelCluster.start();
    models = await plane.namespace('ml');
    await bundle.start(plane.kubeconfig, { POD_NAMESPACE: 'ml', WATCH_NAMESPACES: 'ml, full' });
  });

  afterAll(async () => {
    registry.close();
    await bundle?.remove();
    await plane?.stop();
  });

  const settled = () => models.settled(bundle.server);
  const live = async (kind: string, name: string) => (await models.object(kind, `${name}-inference`)) as Manifest;
  const podsOf = (name: string) =>
    plane.api.list(`/api/v1/namespaces/ml/pods?labelSelector=app.kubernetes.io/instance=${name}-inference`);
  /** Writes a state of the model's pod that a kubelet would report. */
  const failing = async (name: string, containerStatus: Manifest) => {
    const [pod] = await podsOf(name);
    if (pod?.status.phase !== 'Running') return;
    const containerStatuses = [{ ...pod.status.containerStatuses[0], ready: false, ...containerStatus }];
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'False' }));
    const path = `/api/v1/namespaces/ml/pods/${pod.metadata.name}/status`;
    const body = JSON.stringify({ status: { containerStatuses, conditions } });
    await plane.api.send('PATCH', path, JSON.parse(body), 'application/strategic-merge-patch+json');
  };
  /**
   * Waits until a condition has the reason that the state of a pod gives. Writing the state once is not enough: kwok
   * may be about to write that the pod is ready.
   * @throws Error if the condition never has the reason
   */
  const reasonFor = (name: string, containerStatus: Manifest, type: string, reason: string) =>
    models.reason(name, type, reason, () => failing(name, containerStatus));

  test('says which quota is full', async () => {
    const full = await plane.namespace('full');
    await plane.api.create('/api/v1/namespaces/full/resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'pods' },
      spec: { hard: { pods: '0' } },
    });
    await full.create('big');
    const { message } = await full.reason('big', 'Ready', 'QuotaExceeded');
    expect(message).toMatch(/^the quota of the namespace is full: .*exceeded quota: pods/);
    expect((await full.get('big')).status.phase).toBe('Failed');
  });

  test.each([
    [
      'ImageNotPulled',
      { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a"' } } },
      /^the image of reason-0-.*: Back-off pulling image "a"$/,
    ],
    [
      'CrashLoop',
      {
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 3, message: 'no such file' } },
      },
      /^reason-1-.* ended with exit code 3 when it started: no such file$/,
    ],
    [
      'OutOfMemory',
      { restartCount: 1, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      /needs more memory than resources\.limits\.memory allows$/,
    ],
  ])('says %s', async (reason, status, message) => {
    const name = `reason-${['ImageNotPulled', 'CrashLoop', 'OutOfMemory'].indexOf(reason)}`;
    uploaded.add(name);
    await models.create(name);
    expect((await reasonFor(name, status, 'Degraded', reason)).message).toMatch(message);
  });

  test('says that the registry does not have a model, and takes that back when it has', async () => {
    await models.create('absent', { modelVersion: 7 });
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const crash = { restartCount: 1, state, lastState: { terminated: { exitCode: 1 } } };
    expect((await reasonFor('absent', crash, 'Ready', 'ModelNotFound')).message).toBe(
      'the registry has no version 7 of model absent; upload it, or correct the spec',
    );
    uploaded.add('absent');
    await reasonFor('absent', crash, 'Ready', 'CrashLoop');
  });

  test('says a spec that is of a newer kind, and changes and deletes nothing until it understands it', async () => {
    await models.create('iris', { replicas: 2 });
    await models.ready('iris');
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/modeldeployments.ml.example.com';
    const definition = await plane.api.get(crd);
    const { spec } = definition.spec.versions[0].schema.openAPIV3Schema.properties;
    spec.properties.canary = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    await plane.api.send('PUT', crd, definition);
    const canary = { weight: 10 };
    await until(async () => (await models.update('iris', { canary, replicas: 2 })).spec.canary !== undefined);
    const before = await live('Deployment', 'iris');
    // The API server ends the watches of before the change after a minute or two.
    await untilPatient(async () => (await models.condition('iris', 'Degraded'))?.reason === 'InvalidSpec', 240);
    const { message } = await models.reason('iris', 'Degraded', 'InvalidSpec');
    expect(message).toMatch(
      /^nothing is changed until the spec is understood: ModelDeployment 'iris': 'spec' must have no/,
    );
    expect(message).toContain("got 'canary'");
    expect((await live('Deployment', 'iris')).spec).toEqual(before.spec);
    expect(await models.reason('iris', 'Ready', 'InvalidSpec')).toMatchObject({ status: 'False' });
    await models.update('iris', { canary: null });
    await models.ready('iris');
    await settled();
  });
});
