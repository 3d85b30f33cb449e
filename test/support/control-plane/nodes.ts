import { offeredGpus } from '../../../lib/kube/nodes/gpu-sharing';
import type { NodePool } from '../../../lib/kube/nodes/node-pools';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { cpuString, sizeString } from '../../../lib/kube/resources/quantities';

/** Marks the nodes that exist only as objects: kwok looks after these and no others. */
export const FAKE_NODE = { key: 'kwok.x-k8s.io/node', value: 'fake' } as const;

/** Every node that the pools may have. */
export function nodesOf(pools: readonly NodePool[]): readonly Manifest[] {
  return pools.flatMap((pool) => Array.from({ length: pool.nodes.max }, (_, index) => node(pool, index)));
}

/** Name of a node of a pool. */
export function nodeName(pool: NodePool, index: number): string {
  return `${pool.name}-${index}`;
}

function node(pool: NodePool, index: number): Manifest {
  const { capacity, gpus, labels, taints, zones } = pool;
  const name = nodeName(pool, index);
  const offers = {
    cpu: cpuString(capacity.cpu),
    memory: sizeString(capacity.memory),
    pods: String(capacity.pods),
    ...(gpus && strings(offeredGpus(gpus.count, gpus.sharing))),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { [FAKE_NODE.key]: FAKE_NODE.value },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...(zones > 1 && { 'topology.kubernetes.io/zone': `zone-${index % zones}` }),
        ...labels,
      },
    },
    spec: { taints: taints.map((taint) => ({ ...taint })) },
    status: { allocatable: offers, capacity: offers },
  };
}

function strings(amounts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]));
}
