import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NodePool } from '../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { rolledOut } from '../../operator/src/status';
import { findControlPlane } from '../support/control-plane/programs';
import { until as untilPatient } from '../support/control-plane/settle';
import { ApiProxy, type ProxiedCall } from '../support/operator/api-proxy';
import { ModelCluster, NODE_LABELS } from '../support/operator/model-cluster';
import { OperatorBundle, SERVER } from '../support/operator/operator-process';
import { describeProgram } from '../support/programs';

/** Nodes that nobody has. */
const NOWHERE = new NodePool({
  name: 'nowhere',
  labels: { 'example.org/pool': 'nowhere' },
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
});

/** The node that there is, as if it were small. */
const SMALL = new NodePool({
  name: 'small',
  labels: NODE_LABELS,
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(1) },
});

/** Each of these comes within seconds, or never. */
const until = (condition: () => Promise<boolean>) => untilPatient(condition, 90);

describeProgram(findControlPlane(), 'the operator, when the settings of the server change', () => {
  let plane: ModelCluster;
  let own: OperatorBundle;

  beforeAll(async () => {
    own = new OperatorBundle();
    plane = await ModelCluster.start();
  });

  afterAll(async () => {
    await own?.remove();
    await plane?.stop();
  });

  test('brings new settings of the server to a tenth of the models at a time, and stops where one does not serve', async () => {
    const waves = await plane.namespace('waves');
    let process = await own.start(plane.kubeconfig, { POD_NAMESPACE: 'waves' });
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

    // An operator that starts anew knows as much.
    expect(await process.end('SIGTERM')).toBe(0);
    process = await own.start(plane.kubeconfig, { POD_NAMESPACE: 'waves' });
    const [, , lost, scaled, ill] = left.map(({ metadata }) => metadata.name.replace(/-inference$/, ''));
    await plane.api.send('DELETE', `${waves.collection('Service')}/${lost}-inference`);
    expect(await until(async () => (await waves.object('Service', `${lost}-inference`)) !== undefined)).toBe(true);
    await plane.cluster.kubectl.run(['scale', `md/${scaled}`, '--replicas=2', '--namespace=waves']);
    expect(await until(async () => (await plane.api.get(at(scaled))).spec.replicas === 2)).toBe(true);
    await waves.ready(scaled);
    // Its node is away for a moment.
    const pods = `/api/v1/namespaces/waves/pods`;
    for (const { metadata } of await plane.api.list(`${pods}?labelSelector=app=${ill}-inference`)) {
      const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'False' }));
      const body: Manifest = { status: { conditions } };
      await plane.api.send('PATCH', `${pods}/${metadata.name}/status`, body, 'application/strategic-merge-patch+json');
    }
    await waves.reason(ill, 'Ready', 'RollingOut');
    await waves.create('another');
    await waves.reason('another', 'Ready', 'Unschedulable');
    for (const name of [lost, scaled, ill]) expect(imageOf(await plane.api.get(at(name)))).toBe(wanted[0]);
    await waves.delete('another');

    // A model that cannot have new settings keeps none from the others.
    own.setServer({ ...SERVER, image: 'example.org/inference-server:4' });
    expect(await until(() => everywhere('example.org/inference-server:4'))).toBe(true);
    await waves.create('big', { resources: { requests: { memory: '2Gi' } } });
    await waves.ready('big', ...names);
    own.setServer({ ...SERVER, image: 'example.org/inference-server:5', nodePool: SMALL });
    await waves.reason('big', 'Degraded', 'InvalidSpec');
    const others = async () =>
      (await deployments()).filter((one) => imageOf(one) === 'example.org/inference-server:5').length;
    expect(await until(async () => (await others()) === names.length)).toBe(true);
    await waves.delete('big');
    await waves.settled(own.server);
    await waves.ready(...names);
    expect(await process.end('SIGTERM')).toBe(0);
  });

  test('begins no wave before it knows every namespace: in one that is slow to list, a model of the last wave may not serve', async () => {
    const proxy = new ApiProxy(plane.kubeconfig);
    await proxy.start();
    const slow = await plane.namespace('slow');
    const fast = await plane.namespace('fast');
    const started = (client: string, namespaces: string, ready = true) =>
      own.start(proxy.client(client), { POD_NAMESPACE: 'fast', WATCH_NAMESPACES: namespaces, POD_NAME: client }, ready);
    const NEW = { ...SERVER, nodePool: NOWHERE };

    own.setServer(SERVER);
    const first = await started('first', 'slow');
    await slow.create('begun');
    await slow.ready('begun');
    own.setServer(NEW);
    await slow.reason('begun', 'Ready', 'Unschedulable');
    await first.end('SIGTERM');
    own.setServer(SERVER);
    const second = await started('second', 'fast');
    const names = Array.from({ length: 10 }, (_, index) => `model-${index}`);
    await Promise.all(names.map((name) => fast.create(name)));
    await fast.ready(...names);
    await second.end('SIGTERM');

    own.setServer(NEW);
    const isSlow = ({ url }: ProxiedCall) => url.pathname.endsWith('/slow/deployments');
    proxy.calls.length = 0;
    proxy.fault = (call) => (isSlow(call) ? 503 : undefined);
    const third = await started('third', 'fast,slow', false);
    expect(await until(async () => proxy.calls.filter(isSlow).length >= 5)).toBe(true);
    proxy.fault = () => undefined;
    expect(await until(async () => (await third.metric('ml_operator_models_outdated')) === names.length)).toBe(true);
    expect(await third.metric('ml_operator_models_in_wave')).toBe(1);
    for (const name of names) await fast.reason(name, 'Progressing', 'WaitingForTurn');
    const changed = proxy.calls.filter(
      ({ method, url }) => method === 'PATCH' && url.pathname.includes('/deployments/'),
    );
    expect(changed).toEqual([]);
    expect(await third.end('SIGTERM')).toBe(0);
    proxy.stop();
  });
});
