import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import type { ReplicaRange } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireAbsolutePath, requireDnsSubdomain } from '../../kube/objects/names';
import { rolloutRoom, type UpdateStrategy } from '../../kube/pods/rollout';
import { type Mount, Volume } from '../../kube/pods/volumes';
import { requireSize } from '../../kube/resources/quantities';

/** Where a server keeps the weights that it downloads. */
export type ModelCache = ScratchCache | ClaimCache;

/** A directory of the pod: each pod downloads for itself, each time that it starts on a node anew. */
export interface ScratchCache {
  /** Directory in the container. */
  readonly path: string;
  /** Size beyond which the pod is evicted: the weights, twice where the download is unpacked. */
  readonly sizeLimit: Size;
}

/** A claim that exists already and that all pods share, perhaps filled beforehand: a start without the internet. */
export interface ClaimCache {
  /** Directory in the container. */
  readonly path: string;
  readonly claimName: string;
  /** How the claim may be mounted; `ReadOnlyMany` is mounted read-only. */
  readonly accessMode: 'ReadWriteOnce' | 'ReadWriteMany' | 'ReadOnlyMany';
}

/** Whether its pods may put into it what they download. */
export function isWritable(cache: ModelCache): boolean {
  return !('claimName' in cache) || cache.accessMode !== 'ReadOnlyMany';
}

/** Who shares a cache. */
export interface CacheUsers {
  readonly replicas: ReplicaRange;
  readonly strategy: UpdateStrategy;
  readonly nodePool?: NodePool;
}

/** The mount of a model cache. */
export function modelCacheMount(scope: Construct, cache: ModelCache, users: CacheUsers): Mount {
  requireKnownProps(scope, { modelCache: cache }, 'modelCache:ModelCache');
  const { path } = cache;
  requireAbsolutePath(scope, 'modelCache.path', path);
  if (isScratch(cache)) {
    requireSize(scope, 'modelCache.sizeLimit', cache.sizeLimit);
    return { volume: Volume.scratch('model-cache', { sizeLimit: cache.sizeLimit }), path };
  }
  const { claimName, accessMode } = cache;
  requireDnsSubdomain(scope, 'modelCache.claimName', claimName);
  const allowed =
    "be 'ReadWriteMany' or 'ReadOnlyMany' where pods may run on several nodes (or have one replica and the strategy 'Recreate')";
  requireProp(accessMode !== 'ReadWriteOnce' || onOneNode(users), scope, 'modelCache.accessMode', allowed, accessMode);
  return { volume: Volume.claim('model-cache', claimName), path, readOnly: accessMode === 'ReadOnlyMany' };
}

function isScratch(cache: ModelCache): cache is ScratchCache {
  return 'sizeLimit' in cache && cache.sizeLimit !== undefined;
}

/** Whether no two pods can ever run on two nodes: a volume of one node would keep the second one waiting. */
function onOneNode({ replicas: { maxReplicas }, strategy, nodePool }: CacheUsers): boolean {
  if (nodePool?.nodes.max === 1) return true;
  return maxReplicas + rolloutRoom(strategy, maxReplicas).surge <= 1;
}
