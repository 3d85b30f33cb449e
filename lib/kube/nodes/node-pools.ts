import type { Size } from 'cdk8s';
import type { Cpu } from 'cdk8s-plus-28';
import type { Construct, IConstruct } from 'constructs';
import { checksum } from '../objects/checksums';
import { InvalidPropError, oneOf, requireProp, requireUnique } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireDnsLabel, requireDnsSubdomain, requireLabels } from '../objects/names';
import { requireWhole } from '../objects/numbers';
import { perApp, setForAllBelow } from '../objects/per-app';
import { requireCpu, requireSize } from '../resources/quantities';
import { type GpuSharing, requireGpuSharing } from './gpu-sharing';

/** A taint that every node of a pool carries. */
export interface Taint {
  readonly key: string;
  /** @default - a taint without a value */
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** The GPUs of each node of a pool. */
export interface NodeGpus {
  /** How many GPUs one node has. */
  readonly count: number;
  /** How containers share a GPU: MIG or time-slicing. @default - a container has its GPUs for itself */
  readonly sharing?: GpuSharing;
  /**
   * RuntimeClass that pods with a GPU must name, where the node's default runtime has no GPU support (kind).
   * @default - the default runtime serves GPUs
   */
  readonly runtimeClassName?: string;
  /**
   * Who runs the NVIDIA device plugin on these nodes: a release of this platform, which is told how GPUs are shared, or the
   * cluster, whose own settings must then agree with `sharing` (GKE, EKS Auto Mode).
   * @default - 'platform' for a pool with `sharing` or `runtimeClassName`; otherwise 'cluster'
   */
  readonly devicePlugin?: 'platform' | 'cluster';
}

/** What one node of a pool offers to pods. */
export interface NodeCapacity {
  readonly cpu: Cpu;
  readonly memory: Size;
  /** @default 110 */
  readonly pods?: number;
}

/** How many nodes a pool has. */
export interface NodeCount {
  readonly min: number;
  /** @default - `min`: the pool does not grow */
  readonly max?: number;
}

export interface NodePoolProps {
  /** Name of the pool in messages and file names. */
  readonly name: string;
  /** Labels that every node of the pool carries. */
  readonly labels: Labels;
  /** The labels that pods select the pool by; a subset of `labels`. @default - all of `labels` */
  readonly selector?: Labels;
  /** @default - none */
  readonly taints?: readonly Taint[];
  /** @default - one node */
  readonly nodes?: NodeCount;
  /**
   * How many zones the nodes are in, by their label `topology.kubernetes.io/zone`. Replicas are spread over them.
   * @default 1
   */
  readonly zones?: number;
  readonly capacity: NodeCapacity;
  /** @default - no GPUs */
  readonly gpus?: NodeGpus;
}

/** A toleration of a pod. */
export interface Toleration {
  readonly key: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect: Taint['effect'];
}

/** A kind of node. Pods are placed by the pool object itself, so that a missing pool is an error of the compiler. */
export class NodePool {
  readonly name: string;
  readonly labels: Labels;
  readonly selector: Labels;
  readonly taints: readonly Taint[];
  readonly nodes: Required<NodeCount>;
  readonly zones: number;
  readonly capacity: Required<NodeCapacity>;
  readonly gpus?: NodeGpus;

  constructor(props: NodePoolProps) {
    const location = `node pool '${props?.name}'`;
    const words =
      'name labels:string{} selector?:string{} taints?:object[] nodes?:object zones?:number capacity:object gpus?:object';
    requireKnownProps(location, props, words);
    const { name, labels, selector = labels, taints = [], nodes = { min: 1 }, zones = 1, capacity, gpus } = props;
    requireKnownProps(location, nodes, 'min:number max?:number', 'nodes');
    requireKnownProps(location, capacity, 'cpu:Cpu memory:Size pods?:number', 'capacity');
    requireKnownProps(
      location,
      gpus,
      'count:number sharing?:object runtimeClassName? devicePlugin?:platform|cluster',
      'gpus',
    );
    for (const taint of taints)
      requireKnownProps(location, taint, 'key value? effect:NoSchedule|PreferNoSchedule|NoExecute', 'taints');
    requireDnsLabel(location, 'name', name);
    requireLabels(location, 'labels', labels);
    for (const [key, value] of Object.entries(selector)) {
      requireProp(labels[key] === value, location, 'selector', 'be a subset of its labels', `${key}=${value}`);
    }
    for (const taint of taints) requireLabels(location, 'taints', { [taint.key]: taint.value ?? '' });
    const { min, max = min } = nodes;
    requireWhole(location, 'nodes.min', min, 0);
    requireWhole(location, 'nodes.max', max, Math.max(min, 1));
    requireWhole(location, 'zones', zones, 1);
    requireCpu(location, 'capacity.cpu', capacity.cpu);
    requireSize(location, 'capacity.memory', capacity.memory);
    if (capacity.pods !== undefined) requireWhole(location, 'capacity.pods', capacity.pods, 1);
    if (gpus !== undefined) {
      requireWhole(location, 'gpus.count', gpus.count, 1);
      if (gpus.sharing !== undefined) requireGpuSharing(location, 'gpus.sharing', gpus.sharing);
      const { runtimeClassName } = gpus;
      if (runtimeClassName !== undefined) requireDnsSubdomain(location, 'gpus.runtimeClassName', runtimeClassName);
    }
    this.name = name;
    this.labels = labels;
    this.selector = selector;
    this.taints = taints;
    this.nodes = { min, max };
    this.zones = zones;
    this.capacity = { ...capacity, pods: capacity.pods ?? 110 };
    this.gpus = gpus;
  }

  /** What a pod needs to tolerate every taint of the pool. */
  get tolerations(): readonly Toleration[] {
    return this.taints.map(({ key, value, effect }) =>
      value === undefined ? { key, operator: 'Exists', effect } : { key, operator: 'Equal', value, effect },
    );
  }
}

const NODE_POOLS = 'cdk8s-ml-platform/node-pools';

/**
 * Declares the pools that exist for everything below `scope`. Call it before anything is created below `scope`.
 * @throws InvalidPropError where two have one name
 */
export function setNodePools(scope: Construct, pools: readonly NodePool[]): void {
  requireKnownProps('setNodePools()', { pools }, 'pools:NodePool[]');
  requireUnique(scope, 'nodePools', pools, 'name');
  setForAllBelow(scope, 'setNodePools()', NODE_POOLS, pools);
}

/** The pools declared for `scope`; undefined where none were, as in a repository that knows nothing of its nodes. */
export function declaredNodePools(scope: Construct): readonly NodePool[] | undefined {
  return scope.node.tryGetContext(NODE_POOLS) as readonly NodePool[] | undefined;
}

/** Whether a list has a pool or an equal one: two copies of this package, or of an environment, create one each. */
export function hasPool(pools: readonly NodePool[], pool: NodePool): boolean {
  return pools.includes(pool) || pools.some((other) => other.name === pool.name && checksum(other) === checksum(pool));
}

const usedPools = perApp('used-node-pools', () => new Set<NodePool>());

/** The pools that something of the app runs on. */
export function usedNodePools(app: IConstruct): ReadonlySet<NodePool> {
  return usedPools(app);
}

/** Checks that a pool, on which something is to run, is one of those that exist. */
export function requireDeclaredPool(scope: Construct, prop: string, pool: NodePool): void {
  usedPools(scope).add(pool);
  const pools = declaredNodePools(scope);
  if (pools !== undefined && !hasPool(pools, pool)) {
    const twin = pools.some(({ name }) => name === pool.name);
    const allowed = twin ? 'be the pool of this name itself or an equal one' : oneOf(pools.map(({ name }) => name));
    throw new InvalidPropError(scope, prop, `${allowed} (the node pools of this environment)`, pool.name);
  }
}
