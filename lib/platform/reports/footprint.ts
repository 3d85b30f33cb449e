import { ApiObject, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { CNPG_API } from '../../components/data/cnpg/resources';
import { declaredNodePools, type NodePool } from '../../kube/nodes/node-pools';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Manifest } from '../../kube/objects/serialization';
import { amountString, podUsage, type QuotaAmounts, quantityMillis } from '../../kube/resources/pod-resources';
import { cpuMillis, sizeBytes } from '../../kube/resources/quantities';
import { typedPod } from '../../kube/resources/typed-pod';
import { markdownTable } from './table';

/** What pods ask for together, in thousandths of a core, a byte, a pod or a GPU. */
export type FootprintAmounts = Readonly<Record<FootprintKey, bigint>>;

/** What is added up. */
export type FootprintKey =
  | 'requests.cpu'
  | 'requests.memory'
  | 'limits.cpu'
  | 'limits.memory'
  | 'pods'
  | 'gpus'
  | 'claims';

const KEYS: readonly FootprintKey[] = [
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
  'pods',
  'gpus',
  'claims',
];

/** What the pods of a chart ask for on one pool of nodes. */
export interface Footprint {
  readonly stack: string;
  /** @default - pods that name no pool: any node without taints */
  readonly pool?: NodePool;
  /** With the fewest replicas, and all of its Jobs running. */
  readonly min: FootprintAmounts;
  /** With the most replicas that its autoscalers may ask for. */
  readonly max: FootprintAmounts;
}

/**
 * What the system's own pods ask for on one node: those of kubeadm's control plane, DNS and the network (0.95 CPU and
 * 290Mi on kind). Nodes of other pools have fewer of them.
 */
export const SYSTEM_PODS = { cpu: 950n, memory: 290n * 1024n * 1024n * 1000n } as const;

/**
 * What each chart of an app asks for, by the pool that its pods run on: its workloads, also those of other libraries, and the
 * instances of its CloudNativePG clusters. Not in it: what helm releases and other operators make, and DaemonSets, which
 * run on every node. Works on a finished tree only.
 */
export function footprints(app: IConstruct): Footprint[] {
  requireKnownProps('footprints()', { app }, 'app:Construct');
  const pools = declaredNodePools(app) ?? [];
  const objects = app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
  const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map((object) => object.toJson());
  const groups = new Map<string, { stack: string; pool?: NodePool; pods: Pods[] }>();
  for (const object of objects) {
    const pods = podsOf(object, scalers);
    if (pods === undefined) continue;
    const stack = Chart.of(object).node.id;
    const pool = poolOf(pods, pools);
    const key = `${stack} ${pool?.name ?? ''}`;
    const group = groups.get(key) ?? { stack, pool, pods: [] };
    group.pods.push(pods);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ stack, pool, pods }) => ({
    stack,
    pool,
    min: sum(pods.map((each) => amountsOf(each, each.min))),
    max: sum(pods.map((each) => amountsOf(each, each.max))),
  }));
}

/** The sum of several. */
export function sum(all: readonly FootprintAmounts[]): FootprintAmounts {
  return amounts((key) => all.reduce((total, each) => total + each[key], 0n));
}

/** What a pool has too little of for requests, with room for the system's pods on one of its nodes; nothing where all fits. */
export function footprintShortages(requests: FootprintAmounts, pool: NodePool, nodes: number): string[] {
  requireKnownProps('footprintShortages()', { requests, pool, nodes }, 'requests:object pool:NodePool nodes:number');
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

/**
 * A Markdown table of footprints, with what their pools, grown as far as they may, have too little of.
 * @param notCounted - names of helm releases, whose pods come on top
 */
export function footprintTable(all: readonly Footprint[], notCounted: readonly string[] = []): string {
  requireKnownProps('footprintTable()', { all, notCounted }, 'all:object[] notCounted:string[]');
  const head = ['stack', 'pool', 'replicas', ...KEYS, 'fits'];
  const fits = notCounted.length === 0 ? 'yes' : 'yes, without releases';
  const rows = [...all, ...together(all)].flatMap(({ stack, pool, min, max }) =>
    [['min', min] as const, ['max', max] as const].map(([replicas, each]) => [
      stack,
      pool?.name ?? 'any',
      replicas,
      ...KEYS.map((key) => shown(key, each[key])),
      pool === undefined ? '' : footprintShortages(each, pool, pool.nodes.max).join(', ') || fits,
    ]),
  );
  const releases = notCounted.map((name) => `\`${name}\``).join(', ');
  const note = notCounted.length === 0 ? '' : `\nNot counted: the pods of the helm releases ${releases}.\n`;
  return `${markdownTable(head, rows, true)}\n${note}`;
}

/** Pods that are alike. */
export interface Pods {
  readonly min: number;
  readonly max: number;
  /** The spec of one, as a manifest has it. */
  readonly spec: Manifest;
  /** The sizes of the volumes that each has for itself. */
  readonly claims: readonly string[];
}

/** The pods of an object; undefined where it is none that has any. */
export function podsOf(object: ApiObject, scalers: readonly Manifest[]): Pods | undefined {
  const counted = ['Deployment', 'StatefulSet', 'Job', 'CronJob', 'Pod'].includes(object.kind);
  const cluster = object.apiVersion === CNPG_API && object.kind === 'Cluster';
  if (!counted && !cluster) return undefined;
  const { metadata, spec } = object.toJson();
  if (cluster) {
    const { instances = 1, resources, affinity = {}, storage, walStorage } = spec;
    return {
      min: instances,
      max: instances,
      spec: { containers: [{ name: 'postgres', resources }], nodeSelector: affinity.nodeSelector },
      claims: [storage, walStorage].flatMap((volume) => volume?.size ?? []),
    };
  }
  const { jobTemplate, template = jobTemplate?.spec.template, volumeClaimTemplates = [] } = spec;
  const { parallelism = 1, replicas = parallelism } = spec;
  const scaler = scalers.find(
    ({ metadata: { namespace }, spec: { scaleTargetRef: target } }) =>
      target.kind === object.kind && target.name === metadata.name && namespace === metadata.namespace,
  )?.spec;
  return {
    min: scaler?.minReplicas ?? (scaler ? 1 : replicas),
    max: scaler?.maxReplicas ?? replicas,
    spec: template?.spec ?? spec,
    claims: volumeClaimTemplates.flatMap((claim: Manifest) => claim.spec?.resources?.requests?.storage ?? []),
  };
}

/** The declared pool that pods are pinned to; undefined where they name none. */
export function poolOf({ spec }: Pick<Pods, 'spec'>, pools: readonly NodePool[]): NodePool | undefined {
  const selector = Object.entries(spec.nodeSelector ?? {});
  if (selector.length === 0) return undefined;
  return pools.find(({ labels }) => selector.every(([key, value]) => labels[key] === value));
}

function amountsOf({ spec, claims }: Pods, replicas: number): FootprintAmounts {
  const usage = podUsage(typedPod(spec));
  const storage = claims.map((size) => quantityMillis(k8s.Quantity.fromString(size)));
  const claimed = storage.reduce((total, each) => total + each, 0n);
  return amounts((key) => {
    const each = key === 'claims' ? claimed : key === 'gpus' ? gpusOf(usage) : (usage[key] ?? 0n);
    return each * BigInt(replicas);
  });
}

export function gpusOf(usage: QuotaAmounts): bigint {
  const keys = Object.keys(usage).filter((key) => /^requests\.nvidia\.com\//.test(key));
  return keys.reduce((total, key) => total + (usage[key] ?? 0n), 0n);
}

function amounts(amount: (key: FootprintKey) => bigint): FootprintAmounts {
  return Object.fromEntries(KEYS.map((key) => [key, amount(key)])) as Record<FootprintKey, bigint>;
}

/** In words that compare at a glance: cores and Gi to two decimals. */
function shown(key: FootprintKey, millis: bigint): string {
  if (key.endsWith('cpu')) return String(Number(millis) / 1000);
  if (key === 'pods' || key === 'gpus') return amountString(key, millis);
  return `${(Number(millis) / 1000 / 1024 ** 3).toFixed(2)}Gi`;
}
