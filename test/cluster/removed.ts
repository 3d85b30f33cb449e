import { beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Api } from '../support/control-plane/api';
import { until } from '../support/control-plane/settle';
import { addFinalizers, operate, takeDownCommands } from '../support/control-plane/take-down';
import type { Stage } from './stage';

/** Kinds that are made by the way, and are gone after a while. */
const PASSING = ['events', 'leases'];

/** What quota.test.ts has meanwhile in the same cluster. */
const ELSEWHERE = /[ /]rollout/;

/** Made by a user, so that it is in no file. */
const MODEL = {
  apiVersion: 'ml.example.com/v1',
  kind: 'ModelDeployment',
  metadata: { name: 'iris', namespace: 'ml-models' },
  spec: { modelName: 'iris-classifier', modelVersion: 1 },
};

const isModelDeploymentKind = ({ kind, metadata }: Manifest) =>
  kind === 'CustomResourceDefinition' && metadata.name === 'modeldeployments.ml.example.com';

/** What there was before is what there is after. */
export function removed(stage: Stage, between: () => void): void {
  const { api, kubectl } = stage.cluster;
  let before: readonly string[] = [];
  beforeAll(async () => {
    before = await everything(api);
  });

  between();

  test('what take-it-down.md says leaves nothing behind, whatever the operators have to finish', async () => {
    if (stage.objects.some(isModelDeploymentKind)) await stage.kubectl(['create', '-f', '-'], [MODEL]);
    await addFinalizers(api, stage.namespaces);
    const operators = [
      operate(
        api,
        stage.namespaces.filter((name) => name !== MODEL.metadata.namespace),
      ),
      operate(api, [MODEL.metadata.namespace], '/apis/apps/v1/namespaces/ml-platform/deployments/ml-operator'),
    ];
    const { code, stderr } = await kubectl.script(takeDownCommands(stage.dist), '.');
    await Promise.all(operators.map((operator) => operator.stop()));
    expect([code, stderr]).toEqual([0, '']);
    stage.applied = false;
    const left = async () => (await everything(api)).filter((name) => !before.includes(name));
    await until(async () => (await left()).length === 0);
    expect(await left()).toEqual([]);
  });
}

/** Every object in the cluster, as a path. */
async function everything(api: Api): Promise<readonly string[]> {
  const groups = (await api.get('/apis')).groups.map(
    ({ preferredVersion }: Manifest) => `/apis/${preferredVersion.groupVersion}`,
  );
  const found = await Promise.all(
    ['/api/v1', ...groups].map(async (group) => {
      const { resources } = await api.get(group);
      const listed = resources.filter(({ name, verbs }: Manifest) => verbs.includes('list') && !PASSING.includes(name));
      return Promise.all(
        listed.map(async ({ name }: Manifest) =>
          (await api.list(`${group}/${name}`)).map(
            ({ metadata }) => `${name} ${metadata.namespace ?? ''}/${metadata.name}`,
          ),
        ),
      );
    }),
  );
  return found.flat(2).filter((name) => !ELSEWHERE.test(name));
}
