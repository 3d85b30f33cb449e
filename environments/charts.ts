import { App, type Chart, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { existingSecrets, NodePool, PodCount } from '../lib';
import { type HelmChartProps, RELEASE_NAMESPACE } from '../lib/platform';
import {
  FLTS_CHART_RULES,
  FLTS_PRODUCTION,
  FLTS_SMALL,
  type FltsProfile,
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
  const inNamespace = (namespace: string, environment?: string) =>
    new InferenceStack(new App(), 'inference', {
      namespace,
      nodePool: anyNodes,
      ...(environment === 'gpu' ? gpu : {}),
    });
  const stack = inNamespace(RELEASE_NAMESPACE);
  return {
    stack,
    inNamespace,
    props: {
      name: 'inference',
      version,
      description:
        'The photo-duplicate embedding service: an autoscaler, a disruption budget, a quota, NetworkPolicies.',
      values: inferenceChartValues(stack),
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

/**
 * A broker is known to the others by its number, the address that MLflow listens on depends on the number of its workers,
 * and what has a claim is another kind of object: values change none of them.
 */
function fltsProfile(profile: FltsProfile, loadBalancers: number): FltsProfile {
  const { kafka, mlflow, prometheus, grafana, loadBalancer } = profile;
  const { resources } = grafana;
  return {
    ...profile,
    kafka: { ...kafka, brokers: 1 },
    mlflow: { ...mlflow, workers: 1 },
    prometheus: { ...prometheus, storage: FLTS_SMALL.prometheus.storage },
    grafana: { resources },
    loadBalancer: { ...loadBalancer, replicas: loadBalancers },
  };
}

const fltsEnvironments: Readonly<Record<string, Partial<FltsStackProps>>> = {
  dev: {
    profile: fltsProfile(FLTS_SMALL, 1),
    identifier: 'dev',
    loadTest: false,
    images: { tag: '1.0.0', pullPolicy: 'Never' },
  },
  prod: {
    profile: fltsProfile(FLTS_PRODUCTION, 2),
    identifier: 'prod',
    loadTest: false,
    storageClassName: 'ssd-retain',
    images: { repository: 'ghcr.io/hotosm/flts', tag: '1.0.0' },
    exposure: {},
  },
};

function flts(): CommittedChart {
  const inNamespace = (namespace: string, environment = '') =>
    new FltsStack(new App(), 'flts', {
      namespace,
      credentials: existingSecrets(),
      profile: fltsProfile(FLTS_SMALL, 2),
      images: { tag: '1.0.0', pullPolicy: 'IfNotPresent' },
      loadTest: true,
      exposure: {
        inference: { nodePort: 30080, hostPort: 8480 },
        mlflow: { nodePort: 30500, hostPort: 8500 },
      },
      ...fltsEnvironments[environment],
    });
  const stack = inNamespace(RELEASE_NAMESPACE);
  return {
    stack,
    inNamespace,
    props: {
      name: 'flts',
      version,
      description: 'The FLTS pipeline: from time series to forecasts, by the best of three models.',
      values: fltsChartValues(stack),
      rules: FLTS_CHART_RULES,
      environments: Object.fromEntries(
        Object.keys(fltsEnvironments).map((name) => [name, inNamespace(RELEASE_NAMESPACE, name)]),
      ),
      unchecked: [
        'Whether the node ports differ from each other, and from those of other releases.',
        'Whether the nodes have room: `npm run footprint` has the sums of the profiles.',
        'What changes the objects themselves is a matter of the stack, not of a value. `values-prod.yaml` differs from the production profile in it: one broker of Kafka in place of three, one worker of MLflow in place of two, no claims of Prometheus and Grafana. An Ingress, and pods spread over nodes, are not in the chart either.',
        'The `CLUSTER_ID` of Kafka is one for all namespaces: no template can compute that of synth, a hash of the namespace. Brokers of two namespaces do not reach each other, so that they may share it.',
        'Whether `kafka.heapMebibytes` is half of the memory of a broker.',
      ],
    },
  };
}

/** The helm charts that are committed below `charts/`, by name. */
export const charts: Readonly<Record<string, () => CommittedChart>> = { flts, inference };
