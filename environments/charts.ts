import { App, type Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { existingSecrets, ingress, NodePool, PodCount } from '../lib';
import { type HelmChartProps, RELEASE_NAMESPACE } from '../lib/platform';
import {
  FLTS_CHART_COMPUTED,
  FLTS_CHART_RULES,
  FLTS_PRODUCTION,
  FLTS_SMALL,
  FltsStack,
  type FltsStackProps,
  fltsChartValues,
} from '../lib/stacks/flts';
import {
  INFERENCE_CHART_RULES,
  InferenceStack,
  type InferenceStackProps,
  inferenceChartValues,
} from '../lib/stacks/inference';

/** A helm chart that is committed below `charts/`. */
export interface CommittedChart {
  /** The stack that it is made of. */
  readonly stack: Chart;
  readonly props: HelmChartProps;
  /** The same stack in any namespace; that of an environment of the chart, where one is named. */
  readonly inNamespace: (namespace: string, environment?: string) => Chart;
}

/** Version of the charts: a changed chart has another. */
const version = '0.1.0';

/** Nodes of whichever cluster: more than one, so that pods are spread over them. */
const anyNodes = new NodePool({
  name: 'any',
  labels: {},
  nodes: { min: 2 },
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(16) },
});

/** A GPU a node, and a node more than the most pods, for rollouts. */
const gpuNodes = new NodePool({
  name: 'gpu',
  labels: { 'nvidia.com/gpu.present': 'true' },
  taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
  nodes: { min: 0, max: 7 },
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(14) },
  gpus: { count: 1 },
});

/** CUDA in place of the CPU. */
const gpu: InferenceStackProps = {
  image: 'photo-duplicate-inference:gpu-linux-amd64',
  nodePool: gpuNodes,
  gpu: { count: 1 },
  resources: {
    requests: { cpu: Cpu.units(2), memory: Size.gibibytes(6) },
    limits: { cpu: Cpu.units(3), memory: Size.gibibytes(8) },
  },
  disruptionBudget: { minAvailable: PodCount.absolute(1) },
  // Seven pods, and one to look around with.
  quota: {
    requests: { cpu: Cpu.millis(14_500), memory: Size.gibibytes(43) },
    limits: { cpu: Cpu.millis(21_500), memory: Size.gibibytes(57) },
    pods: 10,
    otherPods: [{ name: 'debug' }],
  },
};

function inference(): CommittedChart {
  const make = (changes: InferenceStackProps) =>
    new InferenceStack(new App(), 'inference', { namespace: RELEASE_NAMESPACE, nodePool: anyNodes, ...changes });
  const inNamespace = (namespace: string, environment?: string) =>
    make({ namespace, ...(environment === 'gpu' ? gpu : {}) });
  const stack = make({});
  return {
    stack,
    inNamespace,
    props: {
      name: 'inference',
      version,
      description:
        'The photo-duplicate embedding service: an autoscaler, a disruption budget, a quota, NetworkPolicies.',
      values: inferenceChartValues(stack, make),
      rules: INFERENCE_CHART_RULES,
      environments: { gpu: inNamespace(RELEASE_NAMESPACE, 'gpu') },
      unchecked: [
        'Whether nodes have room for the most pods and those that a rollout adds, GPUs included.',
        'Whether `disruptionBudget.minAvailable` is less than the number of pods: if not, no node can be drained.',
        'Whether `rollout.maxSurge` and `rollout.maxUnavailable` are both 0: the API server refuses that.',
        'Whether the quota has room for `replicas` pods without an autoscaler, and for pods of others.',
        'Whether `replicas` is left out where an autoscaler decides: if not, each upgrade sets the number back.',
      ],
    },
  };
}

const fltsProps = {
  credentials: existingSecrets(),
  // Two, so that one at a time may be drained.
  profile: { ...FLTS_SMALL, loadBalancer: { ...FLTS_SMALL.loadBalancer, replicas: 2 } },
  images: { tag: '1.0.0', pullPolicy: 'IfNotPresent' },
  loadTest: true,
  exposure: {
    inference: { nodePort: 30080, hostPort: 8480 },
    mlflow: { nodePort: 30500, hostPort: 8500 },
  },
} as const satisfies FltsStackProps;

const fltsEnvironments: Readonly<Record<string, Partial<FltsStackProps>>> = {
  dev: {
    profile: FLTS_SMALL,
    identifier: 'dev',
    loadTest: false,
    images: { tag: '1.0.0', pullPolicy: 'Never' },
  },
  prod: {
    profile: FLTS_PRODUCTION,
    identifier: 'prod',
    loadTest: false,
    storageClassName: 'ssd-retain',
    images: { repository: 'ghcr.io/hotosm/flts', tag: '1.0.0' },
    exposure: { inference: ingress({ host: 'forecasts.example.org', ingressClassName: 'nginx' }) },
  },
};

function flts(): CommittedChart {
  const make = (changes: Partial<FltsStackProps>) =>
    new FltsStack(new App(), 'flts', { namespace: RELEASE_NAMESPACE, ...fltsProps, ...changes });
  const inNamespace = (namespace: string, environment = '') => make({ namespace, ...fltsEnvironments[environment] });
  const stack = make({});
  const { profile, exposure } = fltsProps;
  return {
    stack,
    inNamespace,
    props: {
      name: 'flts',
      version,
      description: 'The FLTS pipeline: from time series to forecasts, by the best of three models.',
      values: fltsChartValues(stack, { profile, exposure }, make),
      computed: FLTS_CHART_COMPUTED,
      rules: FLTS_CHART_RULES,
      environments: Object.fromEntries(
        Object.keys(fltsEnvironments).map((name) => [name, inNamespace(RELEASE_NAMESPACE, name)]),
      ),
      unchecked: [
        'Whether the node ports differ from each other, and from those of other releases.',
        'Whether the nodes have room: `npm run footprint` has the sums of the profiles.',
        'Whether `kafka.heapMebibytes` is half of the memory of a broker.',
        'Whether `kafka.quorum` is what the cluster began with: brokers that run cannot be made a quorum, or one.',
      ],
    },
  };
}

/** The helm charts that are committed below `charts/`, by name. */
export const charts: Readonly<Record<string, () => CommittedChart>> = { flts, inference };
