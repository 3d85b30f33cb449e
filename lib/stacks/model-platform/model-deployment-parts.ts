import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { ONE_BY_ONE } from '../../components/serving/gpu-rollout';
import { healthProbes, startupSeconds } from '../../components/serving/health';
import { modelCacheMount } from '../../components/serving/model-cache';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import { type Mount, Volume } from '../../kube/pods/volumes';
import { cpuMillis, type Resources, sizeBytes } from '../../kube/resources/quantities';
import type { DeploymentProps } from '../../workloads/deployment';
import type { HorizontalPodAutoscalerProps } from '../../workloads/horizontal-pod-autoscaler';
import type { PodDisruptionBudgetProps } from '../../workloads/pod-disruption-budget';
import type { ServiceProps } from '../../workloads/service';
import type { CompleteModelDeploymentSpec, ModelResources } from './model-deployment-spec';
import { MODEL_POD_LABELS } from './model-network';
import { type CompleteModelServer, completeModelServer, type ModelServer } from './model-server';

/** The objects that a ModelDeployment becomes, as the props of their workloads. */
export interface ModelDeploymentParts {
  readonly deployment: DeploymentProps;
  readonly service: ServiceProps;
  readonly autoscaler?: Omit<HorizontalPodAutoscalerProps, 'target'>;
  readonly disruptionBudget?: Omit<PodDisruptionBudgetProps, 'target'>;
}

const { component: COMPONENT } = MODEL_POD_LABELS;
const PORT_NAME = 'http';

const REQUESTS = { cpu: Cpu.millis(250), memory: Size.mebibytes(256) } as const;
const LIMITS = { cpu: Cpu.millis(500), memory: Size.mebibytes(512) } as const;

/**
 * What a ModelDeployment becomes. Every object is called `NAME-inference`, which no object of the platform is: a
 * ModelDeployment called `postgres` or `minio` never meets their Services.
 *
 * @param scope - where errors are said to be
 * @param spec - as the CustomResourceDefinition accepts it, with its defaults
 */
export function modelDeploymentParts(
  scope: Construct,
  name: string,
  spec: CompleteModelDeploymentSpec,
  given: ModelServer,
): ModelDeploymentParts {
  const server = completeModelServer(given);
  const { replicas, autoscaling } = spec;
  const instance = `${name}-inference`;
  const identity: Identity = { name: COMPONENT, instance, component: COMPONENT };
  const bounds = autoscaling && { minReplicas: autoscaling.minReplicas, maxReplicas: autoscaling.maxReplicas };
  const guaranteed = bounds?.minReplicas ?? replicas;
  return {
    deployment: deployment(scope, identity, spec, server, bounds ?? replicas),
    service: { name: instance, identity, ports: [{ name: PORT_NAME, port: server.port }] },
    ...(autoscaling && {
      autoscaler: {
        name: instance,
        metrics: [{ type: 'cpu', averageUtilization: autoscaling.targetCPUUtilizationPercentage }],
      },
    }),
    // With one replica a budget would either protect nothing or keep every drain waiting.
    ...(guaranteed >= 2 && { disruptionBudget: { name: instance, budget: { maxUnavailable: PodCount.absolute(1) } } }),
  };
}

function deployment(
  scope: Construct,
  identity: Identity,
  spec: CompleteModelDeploymentSpec,
  server: CompleteModelServer,
  replicas: NonNullable<DeploymentProps['replicas']>,
): DeploymentProps {
  const { modelName, modelVersion, environment } = spec;
  return {
    identity,
    replicas,
    strategy: ONE_BY_ONE,
    // A start that is still within its time is no failed rollout.
    progressDeadline: Duration.seconds(startupSeconds(scope, server.health) + 300),
    pod: {
      containers: [container(scope, spec, server, replicas)],
      securityContext: server.user,
      nodePool: server.nodePool,
      podLabels: {
        app: identity.instance,
        ...MODEL_POD_LABELS,
        'model-name': modelName,
        'model-version': String(modelVersion),
        environment,
      },
    },
  };
}

function container(
  scope: Construct,
  spec: CompleteModelDeploymentSpec,
  server: CompleteModelServer,
  replicas: NonNullable<DeploymentProps['replicas']>,
): ContainerProps {
  const { modelName, modelVersion, environment, resources = {} } = spec;
  const { image, imagePullPolicy, registry, port, health, downloadSecret } = server;
  return {
    name: COMPONENT,
    image,
    imagePullPolicy,
    ports: { [PORT_NAME]: port },
    env: {
      MODEL_NAME: modelName,
      MODEL_VERSION: String(modelVersion),
      MODEL_REGISTRY_URL: registry.url,
      INFERENCE_PORT: String(port),
      ENVIRONMENT: environment,
    },
    envFrom: downloadSecret && [{ secret: downloadSecret }],
    resources: wholeResources(resources),
    probes: healthProbes(scope, PORT_NAME, health),
    mounts: mounts(scope, server, replicas),
  };
}

function mounts(
  scope: Construct,
  { modelCache, nodePool }: CompleteModelServer,
  replicas: NonNullable<DeploymentProps['replicas']>,
): readonly Mount[] {
  const range = typeof replicas === 'number' ? { minReplicas: replicas, maxReplicas: replicas } : replicas;
  const cache = modelCacheMount(scope, modelCache, { replicas: range, strategy: ONE_BY_ONE, nodePool });
  const tmp = { volume: Volume.scratch('tmp'), path: '/tmp' };
  return cache.path === tmp.path ? [cache] : [cache, tmp];
}

/** Resources with nothing left out: a default gives way to what is given. */
function wholeResources({ requests = {}, limits = {} }: ModelResources): Resources {
  return {
    requests: {
      cpu: requests.cpu ?? smallest(cpuMillis, REQUESTS.cpu, limits.cpu),
      memory: requests.memory ?? smallest(sizeBytes, REQUESTS.memory, limits.memory),
    },
    limits: {
      cpu: limits.cpu ?? largest(cpuMillis, LIMITS.cpu, requests.cpu),
      memory: limits.memory ?? largest(sizeBytes, LIMITS.memory, requests.memory),
    },
  };
}

function smallest<T>(amount: (value: T) => number, fallback: T, given: T | undefined): T {
  return given !== undefined && amount(given) < amount(fallback) ? given : fallback;
}

function largest<T>(amount: (value: T) => number, fallback: T, given: T | undefined): T {
  return given !== undefined && amount(given) > amount(fallback) ? given : fallback;
}
