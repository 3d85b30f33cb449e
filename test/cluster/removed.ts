import { beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { Api } from '../support/control-plane/api';
import { until } from '../support/control-plane/settle';
import type { Stage } from './stage';

/** Kinds that are made by the way, and are gone after a while. */
const PASSING = ['events', 'leases'];

/** What quota.test.ts has meanwhile in the same cluster. */
const ELSEWHERE = /[ /]rollout/;

/** What there was before is what there is after. */
export function removed(stage: Stage, between: () => void): void {
  const { api } = stage.cluster;
  let before: readonly string[] = [];
  beforeAll(async () => {
    before = await everything(api);
  });

  between();

  test('kubectl delete leaves nothing behind', async () => {
    await stage.delete();
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
