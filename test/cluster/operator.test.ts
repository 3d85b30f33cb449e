import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { findControlPlane } from '../support/control-plane/programs';
import { until as untilPatient } from '../support/control-plane/settle';
import { ModelCluster, type Models } from '../support/operator/model-cluster';
import { OperatorBundle, type OperatorProcess } from '../support/operator/operator-process';
import { randomSpec } from '../support/operator/random-specs';
import { describeProgram } from '../support/programs';

/** Each of these comes within seconds, or never. */
const until = (condition: () => Promise<boolean>) => untilPatient(condition, 90);

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

  const settled = () => models.settled(bundle.server);
  const namespaced = (...args: readonly string[]) => plane.cluster.kubectl.run([...args, '--namespace=ml']);
  const live = async (kind: string, name: string) => (await models.object(kind, `${name}-inference`)) as Manifest;
  const change = (kind: string, name: string, body: Manifest) =>
    plane.api.patch(`${models.collection(kind)}/${name}-inference`, body);

  test('makes a model ready, as kubectl wait sees it, and says where it is', async () => {
    await models.create('iris', { replicas: 2 });
    await models.ready('iris');
    await settled();
    const { status, metadata } = await models.get('iris');
    expect(metadata.finalizers).toBeUndefined();
    expect(status).toMatchObject({
      phase: 'Running',
      observedGeneration: metadata.generation,
      replicas: 2,
      readyReplicas: 2,
      url: 'http://iris-inference.ml:8001',
      deploymentName: 'iris-inference',
      serviceName: 'iris-inference',
    });
    const table = await namespaced('get', 'md', 'iris', '--output=wide');
    expect(table.split('\n')[1]).toMatch(/^iris +iris +1 +2 +2 +Running +Serving +http:\/\/iris-inference\.ml:8001 /);
    const description = await namespaced('describe', 'md', 'iris');
    expect(description).toMatch(/Applied .*created Deployment iris-inference, created Service iris-inference/);
    expect(description).toMatch(/Ready .*2 pods of this version serve/);
  });

  test('scales a model by kubectl scale, and deletes the disruption budget that one pod cannot have', async () => {
    expect(await live('PodDisruptionBudget', 'iris')).toBeDefined();
    await namespaced('scale', 'md/iris', '--replicas=1');
    await until(async () => (await live('PodDisruptionBudget', 'iris')) === undefined);
    await models.ready('iris');
    await settled();
    expect((await models.get('iris')).status).toMatchObject({ replicas: 1, readyReplicas: 1 });
  });

  test('makes of generated specs what a synth makes of them, one after the other and all at once', async () => {
    const specs = fc.sample(randomSpec, { numRuns: 8, seed: 1 });
    await Promise.all(specs.map((spec, index) => models.create(`random-${index}`, spec)));
    await settled();
    const others = fc.sample(randomSpec, { numRuns: 8, seed: 2 });
    await Promise.all(others.map((spec, index) => models.update(`random-${index}`, spec)));
    await settled();
    await models.ready(...specs.map((_, index) => `random-${index}`));
    await namespaced('delete', 'md', ...specs.map((_, index) => `random-${index}`));
    await settled();
  });

  test('hands the replicas to an autoscaler and takes them back without a jump', async () => {
    await models.create('scaled', { replicas: 3 });
    await models.ready('scaled');
    const seen = new Set<number>();
    const look = setInterval(async () => seen.add((await live('Deployment', 'scaled')).spec.replicas), 20);
    await models.update('scaled', { autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6 } });
    await settled();
    await models.ready('scaled');
    expect([...seen]).toEqual([3]);
    // As an autoscaler does.
    await change('Deployment', 'scaled', { spec: { replicas: 5 } });
    await models.update('scaled', { modelVersion: 2 });
    await settled();
    await models.ready('scaled');
    expect([...seen]).toEqual([3, 5]);
    await models.update('scaled', { autoscaling: { enabled: false } });
    await settled();
    await models.ready('scaled');
    clearInterval(look);
    expect([...seen]).toEqual([3, 5]);
    expect((await live('Deployment', 'scaled')).spec.replicas).toBe(3);
  });

  test('brings a model back that somebody has scaled to 0, which an autoscaler leaves alone', async () => {
    await models.create('zero', { replicas: 2, autoscaling: { enabled: true, minReplicas: 2 } });
    await models.ready('zero');
    await change('Deployment', 'zero', { spec: { replicas: 0 } });
    expect(await until(async () => (await live('Deployment', 'zero')).spec.replicas === 2)).toBe(true);
    await models.ready('zero');
  });

  describe('repairs', () => {
    const changes: readonly [what: string, kind: string, body: Manifest][] = [
      [
        'a label of the pods',
        'Deployment',
        { spec: { template: { metadata: { labels: { 'model-name': 'other' } } } } },
      ],
      ['a label that is gone', 'Deployment', { metadata: { labels: { 'app.kubernetes.io/version': null } } }],
      ['what it was applied with', 'Deployment', { metadata: { annotations: { 'ml.example.com/applied': 'x' } } }],
      ['a further word in a selector', 'Service', { spec: { selector: { a: 'b' } } }],
      ['a port', 'Service', { spec: { ports: [{ name: 'http', port: 81, targetPort: 'http' }] } }],
      ['the bounds of an autoscaler', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 9 } }],
      ['a disruption budget', 'PodDisruptionBudget', { spec: { maxUnavailable: 2 } }],
    ];

    beforeAll(async () => {
      await models.create('drift', {
        autoscaling: { enabled: true, minReplicas: 2 },
        replicas: 2,
      });
      await models.ready('drift');
    });

    test.each(changes)('%s of a %s', async (_, kind, body) => {
      const { generation } = (await live(kind, 'drift')).metadata;
      await change(kind, 'drift', body);
      await settled();
      const { metadata } = await live(kind, 'drift');
      expect(metadata.generation ?? 0).toBeGreaterThanOrEqual(generation ?? 0);
      // What an apply could not mend is its own all the same, so that it goes when it is no longer wanted.
      const managers = new Set(metadata.managedFields.map(({ manager }: Manifest) => manager));
      expect([managers.has('ml-operator'), managers.has('ml-operator-repair')]).toEqual([true, false]);
    });

    test.each(['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'])(
      'a %s that is deleted',
      async (kind) => {
        const { uid } = (await live(kind, 'drift')).metadata;
        await plane.api.send('DELETE', `${models.collection(kind)}/drift-inference`);
        await until(async () => ((await live(kind, 'drift'))?.metadata.uid ?? uid) !== uid);
        await settled();
        await models.ready('drift');
      },
    );
  });

  test('leaves alone what somebody else has under the name that it wants, and says so', async () => {
    const ports = [{ port: 80, targetPort: 80 }];
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'taken-inference' }, spec: { ports } };
    const { metadata } = await plane.api.create(models.collection('Service'), service);
    await models.create('taken');
    expect(await models.reason('taken', 'Degraded', 'NameTaken')).toMatchObject({
      status: 'True',
      message:
        'Service taken-inference was not made by this operator and is left alone; delete it, or give the ModelDeployment another name',
    });
    expect((await models.get('taken')).status.phase).toBe('Failed');
    expect((await live('Service', 'taken')).metadata).toMatchObject({ resourceVersion: metadata.resourceVersion });
    await plane.api.send('DELETE', `${models.collection('Service')}/taken-inference`);
    await models.ready('taken');
    await settled();
  });

  test('writes nothing when nothing changes', async () => {
    await settled();
    const writes = () => operator.metric('ml_operator_writes_total');
    const before = await writes();
    const versions = async () => (await plane.api.list(models.path)).map(({ metadata }) => metadata.resourceVersion);
    const versionsBefore = await versions();
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(await writes()).toBe(before);
    expect(await versions()).toEqual(versionsBefore);
  });

  test('lets kubectl delete end without it, and everything that a model became goes', async () => {
    expect(await operator.end('SIGTERM')).toBe(0);
    await namespaced('delete', 'md', '--all', '--timeout=60s');
    const left = async () => (await plane.api.list(models.collection('Deployment'))).length;
    await until(async () => (await left()) === 0);
    expect(await left()).toBe(0);
  });
});
