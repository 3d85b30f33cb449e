import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { findControlPlane } from '../support/control-plane/programs';
import { until } from '../support/control-plane/settle';
import { ApiProxy, type ProxiedCall } from '../support/operator/api-proxy';
import { ModelCluster, type Models } from '../support/operator/model-cluster';
import { OperatorBundle, SERVER } from '../support/operator/operator-process';
import { describeProgram } from '../support/programs';

const NAMES = Array.from({ length: 5 }, (_, index) => `model-${index}`);

/** What the program of before made of each model otherwise. */
const [NOW, BEFORE] = ['MODEL_REGISTRY_URL', 'MODEL_REGISTRY_OF_BEFORE'];

describeProgram(findControlPlane(), 'an older operator beside a newer one', () => {
  let plane: ModelCluster;
  let newer: OperatorBundle;
  let older: OperatorBundle;
  let proxy: ApiProxy;
  let models: Models;

  beforeAll(async () => {
    newer = new OperatorBundle();
    // Another program and other settings.
    older = new OperatorBundle({ ...SERVER, image: 'example.org/inference-server:0' });
    const program = readFileSync(older.program, 'utf8');
    writeFileSync(older.program, program.replaceAll(NOW, BEFORE));
    plane = await ModelCluster.start();
    proxy = new ApiProxy(plane.kubeconfig);
    await proxy.start();
    models = await plane.namespace('versions');
  });

  afterAll(async () => {
    await newer?.remove();
    await older?.remove();
    proxy?.stop();
    await plane?.stop();
  });

  const start = (bundle: OperatorBundle, name: string) =>
    bundle.start(proxy.client(name), { POD_NAMESPACE: models.namespace, POD_NAME: name });
  const callsOf = (client: string, is: (call: ProxiedCall) => boolean) =>
    proxy.calls.filter((call) => call.client === client && is(call));
  const writes = (client: string) =>
    callsOf(client, ({ method, url }) => method !== 'GET' && !url.pathname.includes('/leases')).length;
  /** Waits until a pod that does not lead has looked at the lease several times. */
  const waits = async (client: string) => {
    const looked = () => callsOf(client, ({ url }) => url.pathname.includes('/leases')).length;
    const before = looked();
    expect(await until(async () => looked() >= before + 4)).toBe(true);
  };
  const deployments = () => plane.api.list(models.collection('Deployment'));
  const variables = ({ spec }: Manifest): readonly string[] =>
    spec.template.spec.containers[0].env.map(({ name }: Manifest) => name);
  /** Waits until every model is what a program makes of it, and nothing of what the other one makes is left. */
  const madeBy = async (bundle: OperatorBundle) => {
    const [has, lacks] = bundle === newer ? [NOW, BEFORE] : [BEFORE, NOW];
    const isMade = (one: Manifest) => {
      const { image } = one.spec.template.spec.containers[0];
      return image === bundle.server.image && variables(one).includes(has) && !variables(one).includes(lacks);
    };
    expect(await until(async () => (await deployments()).every(isMade))).toBe(true);
    await models.ready(...NAMES);
    for (const { metadata } of await deployments()) {
      const managers: readonly string[] = metadata.managedFields.map(({ manager }: Manifest) => manager);
      expect(managers.filter((manager) => manager.startsWith('ml-operator'))).toEqual(['ml-operator']);
    }
  };
  const versions = async () => (await deployments()).map(({ metadata }) => metadata.generation);

  test('one of them writes, an upgrade and a rollback each change a model once, and the one that waits undoes nothing', async () => {
    const before = await start(older, 'older');
    await Promise.all(NAMES.map((name) => models.create(name)));
    await madeBy(older);

    // The rollout of the operator: the newer pod is ready, and the older one still leads.
    const after = await start(newer, 'newer');
    await models.update('model-0', { modelVersion: 2 });
    await madeBy(older);
    await waits('newer');
    expect(writes('newer')).toBe(0);

    const generations = await versions();
    expect(await before.end('SIGTERM')).toBe(0);
    const written = writes('older');
    await madeBy(newer);
    expect(await versions()).toEqual(generations.map((generation) => generation + 1));

    // A pod of the older program comes back.
    const again = await start(older, 'older');
    await waits('older');
    await models.update('model-1', { modelVersion: 2 });
    await madeBy(newer);
    expect(writes('older')).toBe(written);

    // The rollback.
    const upgraded = await versions();
    expect(await after.end('SIGTERM')).toBe(0);
    const writtenByNewer = writes('newer');
    await madeBy(older);
    expect(await versions()).toEqual(upgraded.map((generation) => generation + 1));
    expect(writes('newer')).toBe(writtenByNewer);
    expect(await again.end('SIGTERM')).toBe(0);
  });
});
