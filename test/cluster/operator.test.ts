import { createServer } from 'node:http';
import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpConnection } from '../../lib/kube/network/connections';
import { NodePool } from '../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { rolledOut } from '../../operator/src/status';
import { findControlPlane } from '../support/control-plane/programs';
import { until as untilPatient } from '../support/control-plane/settle';
import { ModelCluster, type Models } from '../support/operator/model-cluster';
import { OperatorBundle, type OperatorProcess, SERVER } from '../support/operator/operator-process';
import { randomSpec } from '../support/operator/random-specs';
import { describeProgram } from '../support/programs';

/** Nodes that nobody has. */
const NOWHERE = new NodePool({
  name: 'nowhere',
  labels: { 'example.org/pool': 'nowhere' },
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
});

/** Each of these comes within seconds, or never. */
const until = (condition: () => Promise<boolean>) => untilPatient(condition, 90);

describeProgram(findControlPlane(), 'the operator', () => {
  let plane: ModelCluster;
  let bundle: OperatorBundle;
  let operator: OperatorProcess;
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
    operator = await bundle.start(plane.kubeconfig, { POD_NAMESPACE: 'ml', WATCH_NAMESPACES: 'ml, full' });
  });

  afterAll(async () => {
    registry.close();
    await bundle?.remove();
    await plane?.stop();
  });

  const settled = () => models.settled(bundle.server);
  const namespaced = (...args: readonly string[]) => plane.cluster.kubectl.run([...args, '--namespace=ml']);
  const live = async (kind: string, name: string) => (await models.object(kind, `${name}-inference`)) as Manifest;
  const change = (kind: string, name: string, body: Manifest) =>
    plane.api.patch(`${models.collection(kind)}/${name}-inference`, body);
  const podsOf = (name: string) =>
    plane.api.list(`/api/v1/namespaces/ml/pods?labelSelector=app.kubernetes.io/instance=${name}-inference`);
  /** Lets a pod of a model be in a state that a kubelet would report. */
  const report = async (name: string, containerStatus: Manifest) => {
    await until(async () => (await podsOf(name)).some(({ status }) => status.phase === 'Running'));
    const [pod] = await podsOf(name);
    const containerStatuses = [{ ...pod?.status.containerStatuses[0], ready: false, ...containerStatus }];
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'False' }));
    const path = `/api/v1/namespaces/ml/pods/${pod?.metadata.name}/status`;
    const body = JSON.stringify({ status: { containerStatuses, conditions } });
    await plane.api.send('PATCH', path, JSON.parse(body), 'application/strategic-merge-patch+json');
  };

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

  describe('repairs', () => {
    const changes: readonly [what: string, kind: string, body: Manifest][] = [
      ['the replicas', 'Deployment', { spec: { replicas: 1 } }],
      [
        'a label of the pods',
        'Deployment',
        { spec: { template: { metadata: { labels: { 'model-name': 'other' } } } } },
      ],
      ['a label that is gone', 'Deployment', { metadata: { labels: { 'app.kubernetes.io/version': null } } }],
      ['its owner', 'Deployment', { metadata: { ownerReferences: null } }],
      ['what it was applied with', 'Deployment', { metadata: { annotations: { 'ml.example.com/applied': 'x' } } }],
      ['a node selector', 'Deployment', { spec: { template: { spec: { nodeSelector: { a: 'b' } } } } }],
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

    test.each(changes.filter(([what]) => !['the replicas', 'its owner', 'a node selector'].includes(what)))(
      '%s of a %s',
      async (_, kind, body) => {
        const { generation } = (await live(kind, 'drift')).metadata;
        await change(kind, 'drift', body);
        await settled();
        expect((await live(kind, 'drift')).metadata.generation ?? 0).toBeGreaterThanOrEqual(generation ?? 0);
      },
    );

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
    await report(name, status);
    expect((await models.reason(name, 'Degraded', reason)).message).toMatch(message);
  });

  test('says that the registry does not have a model, and takes that back when it has', async () => {
    await models.create('absent', { modelVersion: 7 });
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    await report('absent', { restartCount: 1, state, lastState: { terminated: { exitCode: 1 } } });
    expect((await models.reason('absent', 'Ready', 'ModelNotFound')).message).toBe(
      'the registry has no version 7 of model absent; upload it, or correct the spec',
    );
    uploaded.add('absent');
    await models.reason('absent', 'Ready', 'CrashLoop');
  });

  test('brings new settings of the server to a tenth of the models at a time, and stops where one does not serve', async () => {
    const waves = await plane.namespace('waves');
    const own = new OperatorBundle();
    const process = await own.start(plane.kubeconfig, { POD_NAMESPACE: 'waves' });
    const names = Array.from({ length: 20 }, (_, index) => `model-${index}`);
    await Promise.all(names.map((name) => waves.create(name)));
    await waves.ready(...names);
    const deployments = () => plane.api.list(waves.collection('Deployment'));
    const imageOf = ({ spec }: Manifest): string => spec.template.spec.containers[0].image;

    own.setServer({ ...SERVER, image: 'example.org/inference-server:2' });
    let most = 0;
    const everywhere = async (image: string) => {
      const all = await deployments();
      const changed = all.filter((one) => imageOf(one) === image);
      most = Math.max(most, changed.filter((one) => !rolledOut(one)).length);
      return changed.length === all.length;
    };
    expect(await until(() => everywhere('example.org/inference-server:2'))).toBe(true);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2);
    await waves.ready(...names);

    const nowhere = { ...SERVER, nodePool: NOWHERE, image: 'example.org/inference-server:3' };
    own.setServer(nowhere);
    expect(await until(async () => (await process.metric('ml_operator_models_outdated')) === 18)).toBe(true);
    const waiting = async () => {
      const resources = await plane.api.list(waves.path);
      const reasons = resources.flatMap(({ status }) => status.conditions.map(({ reason }: Manifest) => reason));
      return reasons.filter((reason) => reason === 'WaitingForTurn').length;
    };
    expect(await until(async () => (await waiting()) === 18)).toBe(true);
    expect(await process.metric('ml_operator_models_in_wave')).toBe(2);
    for (const one of await deployments()) expect(one.status.readyReplicas).toBe(1);
    // A model that waits is repaired as it was, and one whose own spec changes gets the settings.
    const left = (await deployments()).filter((one) => imageOf(one) === 'example.org/inference-server:2');
    const [drifted, touched] = left.map(({ metadata }) => metadata.name.replace(/-inference$/, ''));
    const at = (name: string) => `${waves.collection('Deployment')}/${name}-inference`;
    await plane.api.patch(at(drifted), { spec: { replicas: 3 } });
    await waves.update(touched, { modelVersion: 2 });
    const images = async () =>
      Promise.all([drifted, touched].map(async (name) => imageOf(await plane.api.get(at(name)))));
    const wanted = ['example.org/inference-server:2', 'example.org/inference-server:3'];
    expect(await until(async () => (await images()).join() === wanted.join())).toBe(true);
    expect(await until(async () => (await plane.api.get(at(drifted))).spec.replicas === 1)).toBe(true);

    own.setServer({ ...SERVER, image: 'example.org/inference-server:4' });
    await waves.settled(own.server);
    await waves.ready(...names);
    expect(await process.end('SIGTERM')).toBe(0);
    await own.remove();
  });

  test('says a spec that is of a newer kind, and changes and deletes nothing until it understands it', async () => {
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
    expect((await live('Deployment', 'iris')).metadata.generation).toBe(before.metadata.generation);
    expect(await models.reason('iris', 'Ready', 'InvalidSpec')).toMatchObject({ status: 'False' });
    await models.update('iris', { canary: null });
    await models.ready('iris');
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
