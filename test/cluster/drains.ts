import { afterAll, describe, expect, test } from 'vitest';
import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { selects } from '../../lib/kube/objects/inventory';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { collection } from '../support/control-plane/api';
import { nodesOf } from '../support/control-plane/nodes';
import { until } from '../support/control-plane/settle';
import { runningPods } from './placed';
import type { Stage } from './stage';

/** Every node can be emptied through the eviction API, as `kubectl drain` does it, and budgets hold meanwhile. */
export function drains(stage: Stage): void {
  describe.each(stage.production.nodePools.map(({ name }) => name))('pool %s', (name) => {
    const pool = stage.production.nodePools.find((candidate) => candidate.name === name) as NodePool;
    const nodes = nodesOf([pool]).map(({ metadata }) => metadata.name);
    afterAll(async () => {
      if (stage.applied) await stage.settle();
    });

    if (nodes.length > 1) {
      test('each of its nodes is drained: cordoned, and every pod evicted', async () => {
        for (const node of nodes) {
          await cordon(stage, node, true);
          expect(await drain(stage, node)).toEqual([]);
          await cordon(stage, node, false);
          await stage.settle();
        }
      });
      return;
    }

    const [node = ''] = nodes;
    test('every pod of its only node is evicted where others may start there', async () => {
      expect(await drain(stage, node)).toEqual([]);
      await stage.settle();
    });

    // docs/how-to/watch-it-scale.md, and PodDisruptionBudget: evicted pods have nowhere else to become ready.
    test('a drain of its only node waits for as many pods as budgets keep, and for no others', async () => {
      const kept = (await budgets(stage, node)).reduce((sum, { status }) => sum + status.desiredHealthy, 0);
      await cordon(stage, node, true);
      try {
        expect(await drain(stage, node, kept)).toHaveLength(kept);
        const refusals = await evict(stage, (await runningPods(stage)).filter(evictable(node)));
        expect([...refusals.values()]).toEqual(
          Array(kept).fill(expect.stringContaining("violate the pod's disruption budget")),
        );
      } finally {
        await cordon(stage, node, false);
      }
    });
  });
}

/**
 * Evicts the pods that are on a node now, until no more than some are left.
 * @returns those that are still there, with what Kubernetes said
 */
async function drain(stage: Stage, node: string, kept = 0): Promise<readonly string[]> {
  let left = (await runningPods(stage)).filter(evictable(node));
  let refusals: ReadonlyMap<string, string> = new Map();
  await until(async () => {
    refusals = await evict(stage, left);
    const there = await runningPods(stage);
    left = there.filter((pod) => left.some(({ metadata }) => metadata.uid === pod.metadata.uid));
    return left.length <= kept;
  });
  return left.map(({ metadata }) => refusals.get(metadata.uid) ?? `${metadata.name}: is terminating`);
}

/** Evicts pods, once. @returns what Kubernetes said of those that it keeps, by uid */
async function evict(stage: Stage, pods: readonly Manifest[]): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  for (const { metadata } of pods.filter((pod) => pod.metadata.deletionTimestamp === undefined)) {
    const { name, namespace, uid } = metadata;
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid } },
    };
    const path = `${collection('Pod', namespace)}/${name}/eviction`;
    const { status, body } = await stage.cluster.api.send('POST', path, eviction);
    if (status === 429) refusals.set(uid, `${namespace}/${name}: ${body.message}`);
    else if (![201, 404, 409].includes(status)) throw new Error(`${namespace}/${name}: ${status} ${body.message}`);
    await requireBudgets(stage);
  }
  return refusals;
}

/** Never fewer pods are ready than a budget says. */
async function requireBudgets(stage: Stage): Promise<void> {
  for (const { metadata, status, spec } of await budgets(stage)) {
    const ready = (await runningPods(stage, metadata.namespace)).filter((pod) => selected(spec, pod) && isReady(pod));
    if (ready.length < status.desiredHealthy) {
      throw new Error(`${metadata.name} wants ${status.desiredHealthy} ready pods, and ${ready.length} are`);
    }
  }
}

/** The budgets of the stage, or those that have pods on a node. */
async function budgets(stage: Stage, node?: string): Promise<readonly Manifest[]> {
  const live = await Promise.all(stage.ofKind('PodDisruptionBudget').map((budget) => stage.live(budget)));
  if (node === undefined) return live;
  const pods = (await runningPods(stage)).filter(evictable(node));
  return live.filter(({ metadata, spec }) =>
    pods.some((pod) => pod.metadata.namespace === metadata.namespace && selected(spec, pod)),
  );
}

function evictable(node: string): (pod: Manifest) => boolean {
  return ({ metadata, spec }) =>
    spec.nodeName === node && !(metadata.ownerReferences ?? []).some(({ kind }: Manifest) => kind === 'DaemonSet');
}

function selected({ selector: { matchLabels } }: Manifest, { metadata }: Manifest): boolean {
  return selects(matchLabels, metadata.labels);
}

function isReady({ metadata, status }: Manifest): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status.conditions ?? []).some(({ type, status }: Manifest) => type === 'Ready' && status === 'True')
  );
}

function cordon({ cluster }: Stage, node: string, unschedulable: boolean): Promise<Manifest> {
  return cluster.api.patch(`/api/v1/nodes/${node}`, { spec: { unschedulable } });
}
