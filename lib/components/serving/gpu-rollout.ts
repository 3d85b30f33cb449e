import type { Construct } from 'constructs';
import { type GpuAllocation, podsWithGpus } from '../../kube/nodes/gpus';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import type { ReplicaRange } from '../../kube/objects/inventory';
import { PodCount } from '../../kube/pods/pod-count';
import { rolloutRoom, type UpdateStrategy } from '../../kube/pods/rollout';

/** One pod more at a time, and never fewer than the replicas. */
export const ONE_BY_ONE: UpdateStrategy = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) };

/** One pod fewer at a time, and never more than the replicas. */
const WITHOUT_SURGE: UpdateStrategy = { maxSurge: PodCount.absolute(0), maxUnavailable: PodCount.absolute(1) };

/** The strategy that the GPUs of a pool leave room for: a pod beyond the replicas needs one of them, too. */
export function gpuStrategy(allocation: GpuAllocation, pool: NodePool, { maxReplicas }: ReplicaRange): UpdateStrategy {
  if (podsWithGpus(allocation, pool) > maxReplicas) return ONE_BY_ONE;
  return maxReplicas === 1 ? 'Recreate' : WITHOUT_SURGE;
}

/** Checks that the GPUs of a pool are enough for every replica, and that a rollout cannot get stuck. */
export function requireGpuRoom(
  scope: Construct,
  allocation: GpuAllocation,
  pool: NodePool,
  { maxReplicas }: ReplicaRange,
  strategy: UpdateStrategy,
): void {
  const room = podsWithGpus(allocation, pool);
  const allowed = `be at most ${room}, the pods that node pool '${pool.name}' has '${allocation.resource}' for`;
  requireProp(maxReplicas <= room, scope, 'replicas', allowed, maxReplicas);
  // Otherwise a new pod would wait for the GPU of an old pod, which waits for the new pod.
  requireProp(
    maxReplicas < room || rolloutRoom(strategy, maxReplicas).unavailable > 0,
    scope,
    'strategy',
    `let a pod be unavailable: node pool '${pool.name}' has no '${allocation.resource}' beside the replicas, and a rollout could never add a pod`,
    'maxUnavailable 0',
  );
}
