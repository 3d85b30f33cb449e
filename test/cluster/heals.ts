import { expect, test } from 'vitest';
import { selects } from '../../lib/kube/objects/inventory';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { collection } from '../support/control-plane/api';
import { until } from '../support/control-plane/settle';
import { list, type Stage } from './stage';

/** A label of no node: what selects it stays pending. */
const NOWHERE = 'example.org/nowhere';

/** A mistake that is mended in the source is mended in the cluster: on the first apply, and on a later one. */
export function heals(stage: Stage): void {
  const workloads = stage.ofKind('Deployment', 'StatefulSet', 'Job');
  const { kubectl, api } = stage.cluster;

  test('pods that ran nowhere from the first apply on run once the right manifests are applied', async () => {
    await remove(workloads);
    await applyWrong(workloads.map(withoutNode));
    await applyRight();
  });

  test('pods that ran, and were sent to no node by a later apply, run again', async () => {
    await applyWrong(workloads.map(withoutNode));
    await applyRight();
  });

  const sets = stage.ofKind('StatefulSet');
  test.runIf(sets.length > 0)(
    'claims of a class that does not exist need the command of troubleshooting.md, which keeps nothing: nothing was written',
    async () => {
      await remove(sets);
      for (const { metadata } of sets) await removeClaims(metadata);
      await releaseVolumes();
      await applyWrong(sets.map(withoutClass));
      const { stderr } = await kubectl.try(['apply', '-f', '-'], list(sets));
      expect(stderr).toContain("updates to statefulset spec for fields other than 'replicas'");
      for (const { metadata } of sets) {
        await kubectl.run(['-n', metadata.namespace, 'delete', 'statefulset', metadata.name]);
        await removeClaims(metadata);
      }
      await applyRight();
    },
  );

  /** Applies workloads whose pods cannot start, and waits until each has such a pod. */
  async function applyWrong(wrong: readonly Manifest[]): Promise<void> {
    await stage.kubectl(['apply', '-f', '-'], wrong);
    const without = async () => {
      const pending = (await pods()).filter(({ spec }) => spec.nodeName === undefined);
      return wrong
        .filter((workload) => !pending.some((pod) => owns(workload, pod)))
        .map(({ metadata }) => metadata.name);
    };
    await until(async () => (await without()).length === 0, 60);
    expect(await without()).toEqual([]);
  }

  /** Applies what is meant; a Job of another spec is another Job, which stays until it is pruned. */
  async function applyRight(): Promise<void> {
    await stage.kubectl(['apply', '-f', '-'], workloads);
    await remove(workloads.filter(({ kind }) => kind === 'Job').map(withoutNode));
    await stage.settle();
    expect((await pods()).filter(({ spec }) => spec.nodeName === undefined)).toEqual([]);
  }

  async function remove(objects: readonly Manifest[]): Promise<void> {
    if (objects.length > 0) {
      await stage.kubectl(['delete', '--ignore-not-found', '--cascade=foreground', '-f', '-'], objects);
    }
  }

  async function removeClaims({ name, namespace }: Manifest): Promise<void> {
    const label = `app.kubernetes.io/instance=${name}`;
    await kubectl.run(['-n', namespace, 'delete', 'pvc', '-l', label]);
  }

  /** Does what an administrator does for volumes of the class `Retain`: others may have them. */
  async function releaseVolumes(): Promise<void> {
    const volumes = await api.list('/api/v1/persistentvolumes');
    for (const { metadata, status } of volumes) {
      if (status.phase !== 'Available') {
        await api.patch(`/api/v1/persistentvolumes/${metadata.name}`, { spec: { claimRef: null } });
      }
    }
  }

  async function pods(): Promise<readonly Manifest[]> {
    return (await Promise.all(stage.namespaces.map((namespace) => api.list(collection('Pod', namespace))))).flat();
  }
}

function withoutNode(workload: Manifest): Manifest {
  const wrong = structuredClone(workload);
  const { spec } = wrong.spec.template;
  spec.nodeSelector = { ...spec.nodeSelector, [NOWHERE]: 'true' };
  // The name of a Job is a hash of its spec.
  if (wrong.kind === 'Job') wrong.metadata.name = wrong.metadata.name.replace(/-[0-9a-f]{8}$/, '-00000000');
  return wrong;
}

function withoutClass(set: Manifest): Manifest {
  const wrong = structuredClone(set);
  for (const { spec } of wrong.spec.volumeClaimTemplates) spec.storageClassName = 'nowhere';
  return wrong;
}

function owns({ kind, metadata, spec }: Manifest, pod: Manifest): boolean {
  const selector = kind === 'Job' ? { 'job-name': metadata.name } : spec.selector.matchLabels;
  return pod.metadata.namespace === metadata.namespace && selects(selector, pod.metadata.labels);
}
