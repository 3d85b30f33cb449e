import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { type KarpenterNodePoolProps, NodePool, type Taint } from '../lib';
import { workloadLabel } from '../lib/stacks/fair';

/** Domain of the labels and taints of the nodes; pipelines read it from FAIR_LABEL_DOMAIN. */
export const labelDomain = 'fair-k8s';

/** Keeps pods away that want no GPU. */
const gpuTaint: Taint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' };
const taint = (workload: 'training' | 'inference'): Taint => ({
  key: `${labelDomain}/${workload}`,
  value: 'true',
  effect: 'NoSchedule',
});

/** The availability zones of the subnets of every node group. */
const zones = 3;

/** The managed node group: t3.xlarge, 4 CPU and 16 GiB, less what EKS and the kubelet keep for themselves. */
export const core = new NodePool({
  name: 'core',
  labels: { 'eks.amazonaws.com/nodegroup': 'core' },
  nodes: { min: 7 },
  zones,
  capacity: { cpu: Cpu.millis(3920), memory: Size.gibibytes(14), pods: 58 },
});

/** What the largest instance of the CPU pools offers: m7i.2xlarge, 8 CPU and 32 GiB, less what is kept. */
const cpuNode = { cpu: Cpu.millis(7910), memory: Size.gibibytes(28), pods: 58 };
/** What the largest instance of the GPU pools offers: g5.xlarge, 4 CPU, 16 GiB and an A10G, less what is kept. */
const gpuNode = { cpu: Cpu.millis(3920), memory: Size.gibibytes(14), pods: 29 };

/**
 * A node group of its own: the pipeline is as large as all of the rest. It takes four of the nodes at its fewest replicas,
 * six at its most, and none where it is off.
 */
export const flts = new NodePool({
  name: 'flts',
  labels: { 'eks.amazonaws.com/nodegroup': 'flts' },
  taints: [{ key: `${labelDomain}/flts`, value: 'true', effect: 'NoSchedule' }],
  nodes: { min: 0, max: 6 },
  zones,
  capacity: cpuNode,
});

export const cpuTraining = new NodePool({
  name: 'fair-cpu-training',
  labels: { nodegroup: 'autoscale', 'node-type': 'cpu', ...workloadLabel(labelDomain, 'training') },
  taints: [taint('training')],
  nodes: { min: 0, max: 2 },
  zones,
  capacity: cpuNode,
});

export const cpuInference = new NodePool({
  name: 'fair-cpu-inference',
  labels: { nodegroup: 'autoscale', 'node-type': 'cpu', ...workloadLabel(labelDomain, 'inference') },
  taints: [taint('inference')],
  nodes: { min: 0, max: 4 },
  zones,
  capacity: cpuNode,
});

export const gpuTraining = new NodePool({
  name: 'fair-gpu-training',
  labels: { nodegroup: 'autoscale-gpu', 'node-type': 'gpu', ...workloadLabel(labelDomain, 'training') },
  taints: [gpuTaint, taint('training')],
  nodes: { min: 0, max: 4 },
  zones,
  capacity: gpuNode,
  gpus: { count: 1 },
});

/** Without the taint of its workload, which the device plug-in of the cluster does not tolerate. */
export const gpuInference = new NodePool({
  name: 'fair-gpu-inference',
  labels: { nodegroup: 'autoscale-gpu', 'node-type': 'gpu', ...workloadLabel(labelDomain, 'inference') },
  taints: [gpuTaint],
  nodes: { min: 0, max: 2 },
  zones,
  capacity: gpuNode,
  gpus: { count: 1 },
});

const cpuNodes = {
  nodeClass: 'autoscale',
  instanceFamilies: ['c6a', 'c6i', 'c7a', 'c7i', 'm6a', 'm6i', 'm7a', 'm7i'],
  instanceCpus: [4, 8],
  capacityTypes: ['spot', 'on-demand'],
  emptyFor: Duration.minutes(1),
} as const;

const gpuNodes = {
  nodeClass: 'autoscale-gpu',
  instanceFamilies: ['g5', 'g4dn'],
  instanceCpus: [4],
  capacityTypes: ['on-demand'],
  emptyFor: Duration.minutes(5),
} as const;

/** Model servers run for months, and move within their disruption budgets; steps of pipelines are waited for. */
const renewed = { expireAfter: Duration.days(30), drainOutdated: true } as const;

/** The pools that Karpenter makes nodes for. A training that is interrupted starts again: it runs on demand alone. */
export const karpenterNodePools: readonly KarpenterNodePoolProps[] = [
  { nodePool: cpuTraining, ...cpuNodes, capacityTypes: ['on-demand'] },
  { nodePool: cpuInference, ...cpuNodes, ...renewed },
  { nodePool: gpuTraining, ...gpuNodes },
  { nodePool: gpuInference, ...gpuNodes, ...renewed },
];
