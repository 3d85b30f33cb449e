import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { InvalidPropError, pathOf } from '../objects/errors';
import type { ReplicaRange } from '../objects/inventory';
import { perApp } from '../objects/per-app';
import { validateObjects } from '../objects/synth-run';
import { podUsage, type QuotaAmounts } from '../resources/pod-resources';
import { cpuMillis, sizeBytes } from '../resources/quantities';
import { offeredGpus } from './gpu-sharing';
import type { NodePool } from './node-pools';

/** The pods of a workload on a pool. */
interface PoolUse {
  readonly scope: Construct;
  readonly pool: NodePool;
  readonly usage: QuotaAmounts;
  readonly replicas: ReplicaRange;
}

const usesOf = perApp('pool-uses', (root): PoolUse[] => {
  const uses: PoolUse[] = [];
  validateObjects(root, () => [...uses.flatMap(tooMany), ...byPool(uses).flatMap(overcommitted)]);
  return uses;
});

/**
 * Adds a validation, once an app: a pool has room for the most pods of each workload, and GPUs for the fewest pods of
 * all workloads together.
 */
export function recordPoolUse(
  scope: Construct,
  pool: NodePool | undefined,
  pod: k8s.PodSpec | undefined,
  replicas: ReplicaRange,
): void {
  if (pool !== undefined && pod !== undefined) usesOf(scope).push({ scope, pool, usage: podUsage(pod), replicas });
}

function tooMany({ scope, pool, usage, replicas: { maxReplicas } }: PoolUse): string[] {
  const perNode = Object.entries(offered(pool)).flatMap(([key, has]) => {
    const needs = usage[key] ?? 0n;
    return needs > 0n ? [Number(has / needs)] : [];
  });
  const room = pool.nodes.max * Math.min(...perNode);
  const allowed = `be at most ${room}, the pods that the ${pool.nodes.max} nodes of pool '${pool.name}' have room for`;
  return maxReplicas <= room ? [] : [new InvalidPropError(scope, 'replicas', allowed, maxReplicas).message];
}

function overcommitted(uses: readonly PoolUse[]): string[] {
  const pool = uses[0]?.pool;
  return Object.entries(pool === undefined ? {} : offered(pool)).flatMap(([key, perNode]) => {
    const all = uses.filter(({ usage, replicas }) => (usage[key] ?? 0n) > 0n && replicas.minReplicas > 0);
    const needed = all.reduce(
      (sum, { usage, replicas }) => sum + BigInt(replicas.minReplicas) * (usage[key] ?? 0n),
      0n,
    );
    const [first] = all;
    if (first === undefined || !key.includes('/')) return [];
    const { name, nodes } = first.pool;
    const has = BigInt(nodes.max) * perNode;
    if (needed <= has) return [];
    const who = all.map(({ scope }) => pathOf(scope)).join(', ');
    const allowed = `leave enough '${key.slice('requests.'.length)}' of pool '${name}' (${has / 1000n}) for ${who} together`;
    return [new InvalidPropError(first.scope, 'replicas', allowed, Number(needed / 1000n)).message];
  });
}

/** What a node offers, by the keys of a quota. */
function offered({ capacity, gpus }: NodePool): QuotaAmounts {
  const devices = Object.entries(gpus === undefined ? {} : offeredGpus(gpus.count, gpus.sharing));
  return {
    'requests.cpu': BigInt(cpuMillis(capacity.cpu)),
    'requests.memory': BigInt(sizeBytes(capacity.memory)) * 1000n,
    pods: BigInt(capacity.pods) * 1000n,
    ...Object.fromEntries(devices.map(([name, count]) => [`requests.${name}`, BigInt(count) * 1000n])),
  };
}

/** Uses by the name of their pool: two copies of an environment have equal pools. */
function byPool(uses: readonly PoolUse[]): PoolUse[][] {
  const pools = new Map<string, PoolUse[]>();
  for (const use of uses) {
    const others = pools.get(use.pool.name);
    if (others === undefined) pools.set(use.pool.name, [use]);
    else others.push(use);
  }
  return [...pools.values()];
}
