import { requireWhole } from '../../kube/objects/numbers';
import { type ErrorLocation, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';

/**
 * How often a MIG profile fits on one GPU of a kind. From NVIDIA's MIG user guide, "Supported MIG profiles"; `+me` has
 * the media engines, which only one slice of a GPU can have.
 */
export const MIG_PROFILES = {
  'A30-24GB': { '1g.6gb': 4, '1g.6gb+me': 1, '2g.12gb': 2, '2g.12gb+me': 1, '4g.24gb': 1 },
  'A100-40GB': { '1g.5gb': 7, '1g.5gb+me': 1, '1g.10gb': 4, '2g.10gb': 3, '3g.20gb': 2, '4g.20gb': 1, '7g.40gb': 1 },
  'A100-80GB': { '1g.10gb': 7, '1g.10gb+me': 1, '1g.20gb': 4, '2g.20gb': 3, '3g.40gb': 2, '4g.40gb': 1, '7g.80gb': 1 },
  'H100-80GB': { '1g.10gb': 7, '1g.10gb+me': 1, '1g.20gb': 4, '2g.20gb': 3, '3g.40gb': 2, '4g.40gb': 1, '7g.80gb': 1 },
  'H200-141GB': {
    '1g.18gb': 7,
    '1g.18gb+me': 1,
    '1g.35gb': 4,
    '2g.35gb': 3,
    '3g.71gb': 2,
    '4g.71gb': 1,
    '7g.141gb': 1,
  },
} as const;

/** A GPU that MIG can cut into slices. */
export type MigGpu = keyof typeof MIG_PROFILES;

/** A slice of a GPU: compute slices and memory. */
export type MigProfile = { [G in MigGpu]: keyof (typeof MIG_PROFILES)[G] }[MigGpu];

/** How every GPU of a node is cut. Which profiles there are depends on the GPU. */
export type MigLayout = {
  [G in MigGpu]: {
    readonly gpu: G;
    /** Slices of one GPU, by profile. */
    readonly slices: Readonly<Partial<Record<keyof (typeof MIG_PROFILES)[G], number>>>;
    /**
     * How the device plugin names slices: `mixed` by their profile (`nvidia.com/mig-1g.5gb`), `single` as if they were
     * GPUs (`nvidia.com/gpu`), for which all must have the same profile.
     * @default 'mixed'
     */
    readonly strategy?: 'mixed' | 'single';
  };
}[MigGpu];

/** How the GPUs of a node are shared by time-slicing: containers take turns on a GPU, without bounds on its memory. */
export interface TimeSlicing {
  /** How many containers share one GPU. */
  readonly replicas: number;
  /** Whether the device plugin names a share `nvidia.com/gpu.shared`, to tell it from a whole GPU. @default false */
  readonly renamed?: boolean;
}

/** How the GPUs of a node are shared: cut into slices of their own memory, or by turns. */
export type GpuSharing = { readonly mig: MigLayout } | { readonly timeSlicing: TimeSlicing };

/** The extended resource of a whole GPU. */
export const GPU_RESOURCE = 'nvidia.com/gpu';

/** The extended resource of a slice: `nvidia.com/mig-1g.5gb`, `nvidia.com/mig-1g.5gb.me`. */
export function migResource(profile: MigProfile): string {
  return `nvidia.com/mig-${profile.replace('+', '.')}`;
}

/** The slices of one GPU, by profile. */
export function migSlices(layout: MigLayout): readonly (readonly [MigProfile, number])[] {
  return Object.entries(layout.slices) as [MigProfile, number][];
}

/** Memory of a slice, in bytes. */
export function migMemory(profile: MigProfile): number {
  return Number(/\.(\d+)gb/.exec(profile)?.[1]) * 1e9;
}

/** The extended resources that a node with `count` GPUs offers, by name. */
export function offeredGpus(count: number, sharing: GpuSharing | undefined): Readonly<Record<string, number>> {
  if (sharing === undefined) return { [GPU_RESOURCE]: count };
  if ('timeSlicing' in sharing) {
    const { replicas, renamed = false } = sharing.timeSlicing;
    return { [renamed ? `${GPU_RESOURCE}.shared` : GPU_RESOURCE]: count * replicas };
  }
  const { strategy = 'mixed' } = sharing.mig;
  return Object.fromEntries(
    migSlices(sharing.mig).map(([profile, slices]) => [
      strategy === 'single' ? GPU_RESOURCE : migResource(profile),
      slices * count,
    ]),
  );
}

/** Checks that a GPU can be shared like that. */
export function requireGpuSharing(location: ErrorLocation, prop: string, sharing: GpuSharing): void {
  requireKnownProps(location, sharing, 'mig?:object timeSlicing?:object', prop);
  if ('timeSlicing' in sharing) {
    requireKnownProps(location, sharing.timeSlicing, 'replicas:number renamed?:boolean', `${prop}.timeSlicing`);
    const { replicas } = sharing.timeSlicing;
    requireWhole(location, `${prop}.timeSlicing.replicas`, replicas, 2);
    return;
  }
  requireProp(sharing.mig !== undefined, location, prop, "have 'mig' or 'timeSlicing'", sharing);
  requireKnownProps(location, sharing.mig, 'gpu slices:object strategy?:mixed|single', `${prop}.mig`);
  const { gpu, strategy } = sharing.mig;
  requireProp(Object.hasOwn(MIG_PROFILES, gpu), location, `${prop}.mig.gpu`, oneOf(Object.keys(MIG_PROFILES)), gpu);
  const fits: Readonly<Record<string, number>> = MIG_PROFILES[gpu];
  const slices = migSlices(sharing.mig);
  requireProp(slices.length > 0, location, `${prop}.mig.slices`, 'name at least one profile', sharing.mig.slices);
  for (const [profile, count] of slices) {
    const most = fits[profile] ?? 0;
    requireProp(
      Number.isInteger(count) && count >= 1 && count <= most,
      location,
      `${prop}.mig.slices.${profile}`,
      most === 0 ? `be a profile of ${gpu}` : `be from 1 to ${most}, which is what one ${gpu} has room for`,
      count,
    );
  }
  const compute = slices.reduce((sum, [profile, count]) => sum + count * Number.parseInt(profile, 10), 0);
  const has = gpu === 'A30-24GB' ? 4 : 7;
  const allowed = `use at most the ${has} compute slices of ${gpu}`;
  requireProp(compute <= has, location, `${prop}.mig.slices`, allowed, compute);
  requireProp(
    strategy !== 'single' || slices.length === 1,
    location,
    `${prop}.mig.slices`,
    "have one profile where the strategy is 'single'",
    slices.map(([profile]) => profile),
  );
}
