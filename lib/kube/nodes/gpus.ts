import { requireWhole } from '../../kube/objects/numbers';
import { type ErrorLocation, InvalidPropError, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { GPU_RESOURCE, type MigProfile, migResource, migSlices, offeredGpus } from './gpu-sharing';
import type { NodePool } from './node-pools';

/** Whole GPUs, for one container alone. */
export interface WholeGpus {
  readonly count: number;
}

/** Slices of a GPU, each with its own memory. */
export interface GpuSlices {
  readonly mig: MigProfile;
  /** @default 1 */
  readonly count?: number;
}

/** One of the turns of a time-sliced GPU. There is no asking for more: two shares are no faster and may be the same GPU. */
export interface GpuShare {
  readonly shared: true;
}

/** The GPUs that a container asks for. */
export type GpuRequest = WholeGpus | GpuSlices | GpuShare;

/** A request for GPUs in the terms of a pod. */
export interface GpuAllocation {
  /** Extended resource: `nvidia.com/gpu`, `nvidia.com/gpu.shared`, `nvidia.com/mig-1g.5gb`. */
  readonly resource: string;
  readonly count: number;
  /** The same as `extendedResources` of a container takes it. */
  readonly extendedResources: Readonly<Record<string, number>>;
  /** The RuntimeClass that the pool's nodes need; undefined where their default runtime serves GPUs. */
  readonly runtimeClassName: string | undefined;
}

/**
 * Translates a request for GPUs to the extended resources of a node pool.
 * @throws InvalidPropError that names the pool, where it has no GPUs, shares them in another way or has fewer on a node.
 */
export function allocateGpus(
  location: ErrorLocation,
  prop: string,
  request: GpuRequest,
  pool: NodePool,
): GpuAllocation {
  requireKnownProps(location, request, 'mig? count?:number shared?:boolean', prop);
  const { gpus } = pool;
  requireProp(gpus !== undefined, location, prop, 'be for a node pool with GPUs', pool.name);
  const { count, resource, prop: countProp } = resolve(location, prop, request, pool);
  requireWhole(location, countProp, count, 1);
  const has = offeredGpus(gpus.count, gpus.sharing)[resource] ?? 0;
  const allowed = `be at most ${has}, the '${resource}' of a node of pool '${pool.name}'`;
  requireProp(count <= has, location, countProp, allowed, count);
  return { resource, count, extendedResources: { [resource]: count }, runtimeClassName: gpus.runtimeClassName };
}

/** How many pods the nodes of a pool have GPUs for, with as many nodes as the pool may have. */
export function podsWithGpus(allocation: GpuAllocation, pool: NodePool): number {
  const { gpus, nodes } = pool;
  if (gpus === undefined) return 0;
  const has = offeredGpus(gpus.count, gpus.sharing)[allocation.resource] ?? 0;
  // A pod has the GPUs of one node, so what is left over on two nodes does not add up.
  return nodes.max * Math.floor(has / allocation.count);
}

function resolve(location: ErrorLocation, prop: string, request: GpuRequest, pool: NodePool) {
  const sharing = pool.gpus?.sharing;
  const on = `of node pool '${pool.name}'`;
  if ('mig' in request) {
    const layout = sharing !== undefined && 'mig' in sharing ? sharing.mig : undefined;
    const offered = layout === undefined ? [] : migSlices(layout).map(([profile]) => profile);
    const allowed = `${oneOf(offered)}, the MIG profiles ${on}`;
    requireProp(offered.includes(request.mig), location, `${prop}.mig`, allowed, request.mig);
    const resource = layout?.strategy === 'single' ? GPU_RESOURCE : migResource(request.mig);
    return { resource, count: request.count ?? 1, prop: `${prop}.count` };
  }
  if ('shared' in request) {
    const allowed = 'be for a node pool with time-slicing';
    requireProp(sharing !== undefined && 'timeSlicing' in sharing, location, `${prop}.shared`, allowed, pool.name);
    return { resource: sharing.timeSlicing.renamed ? `${GPU_RESOURCE}.shared` : GPU_RESOURCE, count: 1, prop };
  }
  if (sharing !== undefined) {
    const instead =
      'mig' in sharing ? "ask for 'mig', because MIG cuts" : "ask for 'shared', because time-slicing shares";
    throw new InvalidPropError(location, prop, `${instead} the GPUs ${on}`, `count ${request.count}`);
  }
  return { resource: GPU_RESOURCE, count: request.count, prop: `${prop}.count` };
}
