import { ApiObject, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { declaredNodePools, type NodePool } from '../../kube/nodes/node-pools';
import { type PodOwner, podOwners } from '../../kube/objects/inventory';
import { amountString, type Charge, podCharge, quantityMillis } from '../../kube/resources/pod-resources';
import { cpuMillis, sizeBytes } from '../../kube/resources/quantities';
import { markdownTable } from './table';

/** What pods ask for together, in thousandths of a core, a byte, a pod or a GPU. */
export type Amounts = Readonly<Record<FootprintKey, bigint>>;

const KEYS = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory', 'pods', 'gpus', 'claims'] as const;
export type FootprintKey = (typeof KEYS)[number];

/** What the pods of a stack ask for on one pool of nodes. Helm charts beside it are not in it. */
export interface Footprint {
  readonly stack: string;
  /** @default - pods that name no pool: any node without taints */
  readonly pool?: NodePool;
  /** With the fewest replicas, and all of its Jobs running. */
  readonly min: Amounts;
  /** With the most replicas that its autoscalers may ask for. */
  readonly max: Amounts;
}

/**
 * What the system's own pods ask for on one node: those of kubeadm's control plane, DNS and the network (0.95 CPU and
 * 290Mi on kind). Nodes of other pools have fewer of them.
 */
export const SYSTEM_PODS = { cpu: 950n, memory: 290n * 1024n * 1024n * 1000n } as const;

/** What each stack of an app asks for, by the pool that its pods run on. Works on a finished tree only. */
export function footprints(app: IConstruct): Footprint[] {
  const pools = declaredNodePools(app) ?? [];
  const groups = new Map<string, { stack: string; pool?: NodePool; owners: PodOwner[] }>();
  for (const owner of podOwners(app)) {
    const stack = Chart.of(owner.construct).node.id;
    const pool = poolOf(owner, pools);
    const key = `${stack} ${pool?.name ?? ''}`;
    const group = groups.get(key) ?? { stack, pool, owners: [] };
    group.owners.push(owner);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ stack, pool, owners }) => ({
    stack,
    pool,
    min: sum(owners.map((owner) => amountsOf(owner, 'minReplicas'))),
    max: sum(owners.map((owner) => amountsOf(owner, 'maxReplicas'))),
  }));
}

/** The sum of several. */
export function sum(all: readonly Amounts[]): Amounts {
  return amounts((key) => all.reduce((total, each) => total + each[key], 0n));
}

/** What a pool has too little of for requests, with room for the system's pods on one of its nodes; nothing where all fits. */
export function shortages(requests: Amounts, pool: NodePool, nodes: number): string[] {
  const count = BigInt(nodes);
  const has = {
    'requests.cpu': BigInt(cpuMillis(pool.capacity.cpu)) * count - SYSTEM_PODS.cpu,
    'requests.memory': BigInt(sizeBytes(pool.capacity.memory)) * 1000n * count - SYSTEM_PODS.memory,
    pods: BigInt(pool.capacity.pods) * 1000n * count,
    gpus: BigInt(pool.gpus?.count ?? 0) * 1000n * count,
  };
  return Object.entries(has).flatMap(([key, room]) => {
    const asked = requests[key as FootprintKey];
    return asked <= room ? [] : [`${key} ${shown(key as FootprintKey, asked)} of ${shown(key as FootprintKey, room)}`];
  });
}

/** What all stacks of a pool ask for together, where it has more than one. */
export function together(all: readonly Footprint[]): Footprint[] {
  return [...new Set(all.map(({ pool }) => pool))].flatMap((pool) => {
    const here = all.filter((each) => each.pool === pool);
    if (here.length < 2) return [];
    return [{ stack: 'together', pool, min: sum(here.map(({ min }) => min)), max: sum(here.map(({ max }) => max)) }];
  });
}

/** A Markdown table of footprints, with what their pools, grown as far as they may, have too little of. */
export function footprintTable(all: readonly Footprint[]): string {
  const head = ['stack', 'pool', 'replicas', ...KEYS, 'fits'];
  const rows = [...all, ...together(all)].flatMap(({ stack, pool, min, max }) =>
    [['min', min] as const, ['max', max] as const].map(([replicas, each]) => [
      stack,
      pool?.name ?? 'any',
      replicas,
      ...KEYS.map((key) => shown(key, each[key])),
      pool === undefined ? '' : shortages(each, pool, pool.nodes.max).join(', ') || 'yes',
    ]),
  );
  return `${markdownTable(head, rows, true)}\n`;
}

function poolOf({ template }: PodOwner, pools: readonly NodePool[]): NodePool | undefined {
  const selector = Object.entries(template.spec?.nodeSelector ?? {});
  if (selector.length === 0) return undefined;
  return pools.find(({ labels }) => selector.every(([key, value]) => labels[key] === value));
}

function amountsOf(owner: PodOwner, bound: 'minReplicas' | 'maxReplicas'): Amounts {
  const charge = podCharge(owner.template.spec ?? { containers: [] });
  const replicas = BigInt(owner.replicas?.[bound] ?? 1);
  const storage = claims(owner);
  const gpus = gpusOf(charge);
  return amounts((key) => {
    const each = key === 'claims' ? storage : key === 'gpus' ? gpus : (charge[key] ?? 0n);
    return each * replicas;
  });
}

/** The storage of one pod of a StatefulSet. */
function claims({ construct, kind }: PodOwner): bigint {
  if (kind !== 'StatefulSet') return 0n;
  const templates: { spec: { resources: { requests: { storage: string } } } }[] =
    ApiObject.of(construct).toJson().spec.volumeClaimTemplates;
  return templates
    .map(({ spec }) => quantityMillis(k8s.Quantity.fromString(spec.resources.requests.storage)))
    .reduce((total, each) => total + each, 0n);
}

function gpusOf(charge: Charge): bigint {
  const keys = Object.keys(charge).filter((key) => /^requests\.nvidia\.com\//.test(key));
  return keys.reduce((total, key) => total + (charge[key] ?? 0n), 0n);
}

function amounts(amount: (key: FootprintKey) => bigint): Amounts {
  return Object.fromEntries(KEYS.map((key) => [key, amount(key)])) as Record<FootprintKey, bigint>;
}

/** In words that compare at a glance: cores and Gi to two decimals. */
function shown(key: FootprintKey, millis: bigint): string {
  if (key.endsWith('cpu')) return String(Number(millis) / 1000);
  if (key === 'pods' || key === 'gpus') return amountString(key, millis);
  return `${(Number(millis) / 1000 / 1024 ** 3).toFixed(2)}Gi`;
}
