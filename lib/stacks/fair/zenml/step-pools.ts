import { GPU_RESOURCE } from '../../../kube/nodes/gpu-sharing';
import type { NodePool, Taint } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { selects } from '../../../kube/objects/inventory';
import type { Labels } from '../../../kube/objects/labels';
import { type MlWorkload, workloadLabel } from '../label-domain';

const WORKLOADS: readonly MlWorkload[] = ['training', 'inference'];

/**
 * Checks that every step of fAIr's pipelines finds a node. A step of a workload selects `<domain>/<workload>=true`
 * beside the selector of the stack, and tolerates NoSchedule taints of that label and, if it wants a GPU, of
 * `nvidia.com/gpu`: its tolerations take the place of those of the stack.
 */
export function requireStepPools(location: string, pools: readonly NodePool[], selector: Labels, domain: string): void {
  for (const workload of WORKLOADS) {
    const label = `${domain}/${workload}`;
    const selected = pools.filter((pool) => selects({ ...selector, ...workloadLabel(domain, workload) }, pool.labels));
    const names = pools.map(({ name }) => name);
    requireProp(
      selected.some(({ taints }) => taints.every((taint) => tolerated(taint, label))),
      location,
      'pools',
      `have one for ${workload} without a GPU (label ${label}=true, no taint but ${label}=true:NoSchedule)`,
      names,
    );
    const withGpus = selected.filter(({ gpus }) => gpus !== undefined);
    requireProp(
      withGpus.length === 0 ||
        withGpus.some(({ taints }) =>
          taints.every(
            (taint) => tolerated(taint, label) || (taint.key === GPU_RESOURCE && taint.effect === 'NoSchedule'),
          ),
        ),
      location,
      'pools',
      `have one for ${workload} with a GPU (no taints but ${label}=true:NoSchedule and ${GPU_RESOURCE}:NoSchedule)`,
      withGpus.map(({ name }) => name),
    );
  }
}

function tolerated({ key, value, effect }: Taint, label: string): boolean {
  return effect === 'PreferNoSchedule' || (effect === 'NoSchedule' && key === label && value === 'true');
}
