import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { migMemory, migSlices } from '../../../kube/nodes/gpu-sharing';
import { allocateGpus, type GpuAllocation, type GpuRequest } from '../../../kube/nodes/gpus';
import type { NodePool, Toleration } from '../../../kube/nodes/node-pools';
import { InvalidPropError, oneOf, requireProp } from '../../../kube/objects/errors';
import { selects } from '../../../kube/objects/inventory';
import { requireKnownProps } from '../../../kube/objects/known-props';
import type { Labels } from '../../../kube/objects/labels';
import {
  cpuMillis,
  cpuString,
  type ResourceAmounts,
  type Resources,
  resourceAmounts,
  sizeBytes,
  sizeString,
} from '../../../kube/resources/quantities';
import { type MlWorkload, workloadLabel } from '../label-domain';
import { isModel, type MlmAccelerator, type MlmItem, type MlmRuntime, mlmItem } from './mlm-item';

export interface ModelSchedulingProps {
  /** What the pod does with the model. */
  readonly workload: MlWorkload;
  /** The pools that there are, the preferred ones first. */
  readonly pools: readonly NodePool[];
  /**
   * Domain of the labels `<domain>/training` and `<domain>/inference`: only pools with that of the workload count.
   * @default - every pool is for every workload
   */
  readonly labelDomain?: string;
  /**
   * What the program needs without the model, whose `mlm:memory_size` is added. @default - 500m CPU, and fAIr's 2Gi of at most 2560Mi for training and 1Gi of at most 2Gi for inference
   */
  readonly resources?: Resources;
  /**
   * Name of the asset that is run, where assets say themselves what they need.
   * @default - what the item says, or its assets where they agree
   */
  readonly asset?: string;
  /** Runs the model on a CPU even where it prefers an accelerator. @default false */
  readonly forceCpu?: boolean;
}

/** Where a model runs and with what: the same for a pod of ours and for a step of a pipeline. */
export interface ModelScheduling {
  readonly workload: MlWorkload;
  /** What the pod gets; `cuda` is NVIDIA's GPUs. */
  readonly accelerator: 'cpu' | 'cuda';
  /** Why, in words for a log or a comment. */
  readonly reason: string;
  /** GPUs, slices or shares of one; 0 on a CPU. */
  readonly count: number;
  /** The same as `gpu` of a service takes it; undefined on a CPU. */
  readonly gpu: GpuRequest | undefined;
  /** CPU and memory. */
  readonly resources: Resources;
  /** Everything that the container asks for and may use, GPUs included, as Kubernetes writes it. */
  readonly amounts: { readonly requests: ResourceAmounts; readonly limits: ResourceAmounts };
  readonly nodePool: NodePool;
  readonly nodeSelector: Labels;
  /** One for every taint of the pool. */
  readonly tolerations: readonly Toleration[];
  /** Undefined where the runtime of the nodes is the right one. */
  readonly runtimeClassName: string | undefined;
  /** The item's suggestion. */
  readonly batchSize: number | undefined;
}

const CPU: readonly (MlmAccelerator | null)[] = [null, 'amd64', 'cpu', 'intel-ipex-cpu'];

const DEFAULT_RESOURCES: Readonly<Record<MlWorkload, Resources>> = {
  training: {
    requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(2) },
    limits: { memory: Size.mebibytes(2560) },
  },
  inference: {
    requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
    limits: { memory: Size.gibibytes(2) },
  },
};

/**
 * Decides from a STAC item that follows the MLM extension where its model runs: CPU or GPU, how many, with which
 * resources, on which of the pools.
 *
 * A model for `cuda` gets GPUs, `mlm:accelerator_count` of them. Where no pool of the workload has any, or for hardware
 * other than NVIDIA's, it gets a CPU, unless `mlm:accelerator_constrained` says that it runs on nothing else. A pool
 * without GPUs goes before one with them for a model that needs none.
 *
 * @throws InvalidPropError that names the item, where it is not valid MLM, and the pools, where none of them will do.
 */
export function schedulingFromStacItem(item: unknown, props: ModelSchedulingProps): ModelScheduling {
  const model = mlmItem(item);
  const location = `STAC item '${model.id}'`;
  const words = 'workload:training|inference pools:NodePool[] labelDomain? resources?:object asset? forceCpu?:boolean';
  requireKnownProps(location, props, words);
  if (props.resources !== undefined) resourceAmounts(location, 'resources', props.resources);
  const runtime = runtimeOf(location, model, props.asset);
  const pools = poolsOf(location, props);
  const { accelerator, reason } = decide(location, runtime, pools, props);
  const resources = withModel(props.resources ?? DEFAULT_RESOURCES[props.workload], runtime['mlm:memory_size'] ?? 0);
  const { pool, gpu, allocation } = choose(location, runtime, accelerator, resources, pools);
  const gpus = Object.fromEntries(
    Object.entries(allocation?.extendedResources ?? {}).map(([name, count]) => [name, String(count)]),
  );
  const { requests, limits } = resourceAmounts(location, 'resources', resources);
  return {
    workload: props.workload,
    accelerator,
    reason,
    count: allocation?.count ?? 0,
    gpu,
    resources,
    amounts: { requests: { ...requests, ...gpus }, limits: { ...limits, ...gpus } },
    nodePool: pool,
    nodeSelector: pool.selector,
    tolerations: pool.tolerations,
    runtimeClassName: allocation?.runtimeClassName,
    batchSize: runtime['mlm:batch_size_suggestion'],
  };
}

/** What the model that is run needs: what its asset says, and beside it what the item says. */
function runtimeOf(location: string, { properties, assets }: MlmItem, name: string | undefined): MlmRuntime {
  const models = Object.entries(assets).filter(([, asset]) => isModel(asset));
  if (name !== undefined) {
    const [, asset] = models.find(([model]) => model === name) ?? [];
    requireProp(asset !== undefined, location, 'asset', oneOf(models.map(([model]) => model)), name);
    return { ...properties, ...asset };
  }
  const runtimes = models.map(([, asset]): MlmRuntime => ({ ...properties, ...asset }));
  const [first = properties, ...others] = runtimes;
  const needs = (runtime: MlmRuntime) =>
    JSON.stringify([
      runtime['mlm:accelerator'] ?? null,
      runtime['mlm:accelerator_constrained'] ?? false,
      runtime['mlm:accelerator_count'] ?? 1,
      runtime['mlm:memory_size'] ?? 0,
    ]);
  const agree = others.every((other) => needs(other) === needs(first));
  const allowed = `be given, because the models ${models.map(([asset]) => asset).join(', ')} need different things`;
  requireProp(agree, location, 'asset', allowed, name);
  return first;
}

function poolsOf(location: string, { pools, workload, labelDomain }: ModelSchedulingProps): readonly NodePool[] {
  const label = labelDomain === undefined ? {} : workloadLabel(labelDomain, workload);
  const found = pools.filter(({ labels }) => selects(label, labels));
  const wanted = Object.keys(label).map((key) => ` with the label ${key}=true`);
  requireProp(found.length > 0, location, 'pools', `have one for ${workload}${wanted.join('')}`, names(pools));
  return found;
}

function decide(
  location: string,
  runtime: MlmRuntime,
  pools: readonly NodePool[],
  { workload, forceCpu = false }: ModelSchedulingProps,
): { accelerator: 'cpu' | 'cuda'; reason: string } {
  const { 'mlm:accelerator': wanted = null, 'mlm:accelerator_constrained': constrained = false } = runtime;
  if (CPU.includes(wanted)) {
    return { accelerator: 'cpu', reason: wanted === null ? 'no accelerator is asked for' : `it is made for ${wanted}` };
  }
  const hasGpus = pools.some(({ gpus }) => gpus !== undefined);
  if (wanted === 'cuda' && hasGpus && !forceCpu) return { accelerator: 'cuda', reason: 'it is made for cuda' };
  const without = wanted !== 'cuda' ? `there is no ${wanted}` : forceCpu ? 'a CPU is forced' : 'no pool has GPUs';
  requireProp(
    !constrained,
    location,
    'mlm:accelerator',
    `be cuda on a pool for ${workload} with GPUs or be for a CPU, because mlm:accelerator_constrained allows nothing else and ${without} (pools ${names(pools)})`,
    wanted,
  );
  return { accelerator: 'cpu', reason: `it is made for ${wanted}, but ${without}, and it is not constrained to it` };
}

/** The first pool whose nodes have what is needed. */
function choose(
  location: string,
  runtime: MlmRuntime,
  accelerator: 'cpu' | 'cuda',
  resources: Resources,
  pools: readonly NodePool[],
): { pool: NodePool; gpu?: GpuRequest; allocation?: GpuAllocation } {
  const withGpus = pools.filter(({ gpus }) => gpus !== undefined);
  const without = pools.filter(({ gpus }) => gpus === undefined);
  const refusals: string[] = [];
  for (const pool of accelerator === 'cuda' ? withGpus : [...without, ...withGpus]) {
    try {
      requireCapacity(location, resources, pool);
      if (accelerator === 'cpu') return { pool };
      const gpu = gpuRequest(location, runtime, pool);
      return { pool, gpu, allocation: allocateGpus(location, 'gpu', gpu, pool) };
    } catch (error) {
      if (!(error instanceof InvalidPropError)) throw error;
      refusals.push(error.message.replace(`${location}: `, `pool '${pool.name}': `));
    }
  }
  throw new InvalidPropError(location, 'pools', 'have one whose nodes the model fits on', refusals.join('; '));
}

function requireCapacity(location: string, { requests }: Resources, { capacity, name }: NodePool): void {
  requireProp(
    cpuMillis(requests.cpu) <= cpuMillis(capacity.cpu) && sizeBytes(requests.memory) <= sizeBytes(capacity.memory),
    location,
    'resources',
    `be at most ${cpuString(capacity.cpu)} CPU and ${sizeString(capacity.memory)}, a node of pool '${name}'`,
    `${cpuString(requests.cpu)} CPU and ${sizeString(requests.memory)}`,
  );
}

/** What the model asks of the GPUs as the pool offers them. */
function gpuRequest(location: string, runtime: MlmRuntime, { gpus, name }: NodePool): GpuRequest {
  const { 'mlm:accelerator_count': count = 1, 'mlm:memory_size': memory } = runtime;
  const sharing = gpus?.sharing;
  if (sharing === undefined) return { count };
  if ('timeSlicing' in sharing) {
    requireProp(count === 1, location, 'mlm:accelerator_count', `be 1 on pool '${name}', which shares its GPUs`, count);
    return { shared: true };
  }
  const allowed = `say which MIG slice of pool '${name}' it needs`;
  requireProp(memory !== undefined, location, 'mlm:memory_size', allowed, memory);
  const [smallest] = migSlices(sharing.mig)
    .map(([profile]) => profile)
    .filter((profile) => migMemory(profile) >= memory)
    // Of two with the same memory the one with less compute, and without the media engines that only one slice can have.
    .sort(
      (a, b) => migMemory(a) - migMemory(b) || Number.parseInt(a, 10) - Number.parseInt(b, 10) || a.length - b.length,
    );
  requireProp(smallest !== undefined, location, 'mlm:memory_size', `fit in a MIG slice of pool '${name}'`, memory);
  return { mig: smallest, count };
}

/** The model is loaded through the memory of the pod even where it ends on a GPU. */
function withModel({ requests, limits }: Resources, bytes: number): Resources {
  if (bytes === 0) return { requests, limits };
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  const more = (size: Size) => Size.kibibytes(size.toKibibytes() + mebibytes * 1024);
  return {
    requests: { ...requests, memory: more(requests.memory) },
    limits: { ...limits, memory: more(limits.memory) },
  };
}

function names(pools: readonly NodePool[]): string {
  return pools.map(({ name }) => name).join(', ') || '(none)';
}
