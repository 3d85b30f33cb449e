import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ONE_BY_ONE } from '../../components/serving/gpu-rollout';
import { healthProbes, startupSeconds } from '../../components/serving/health';
import { modelCacheMount } from '../../components/serving/model-cache';
import { type HttpConnection, httpConnection } from '../../kube/network/connections';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import type { Use } from '../../kube/pods/uses';
import { type Mount, Volume } from '../../kube/pods/volumes';
import { cpuMillis, type Resources, sizeBytes } from '../../kube/resources/quantities';
import { Deployment, type DeploymentProps } from '../../workloads/deployment';
import { HorizontalPodAutoscaler } from '../../workloads/horizontal-pod-autoscaler';
import { PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';
import { specJson, specOf } from './model-deployment-resource';
import type { CompleteModelDeploymentSpec, ModelDeploymentSpec, ModelResources } from './model-deployment-spec';
import { MODEL_POD_LABELS, modelNetwork } from './model-network';
import { type CompleteModelServer, completeModelServer, type ModelServer } from './model-server';

export interface ModelDeploymentWorkloadProps extends ModelDeploymentSpec {
  /** At most 53 characters; every object is called `name-inference`. */
  readonly name: string;
  /** What the pods run. */
  readonly server: ModelServer;
  /** What the server connects to, beside the registry. @default - nothing */
  readonly uses?: readonly Use[];
}

const { component: COMPONENT } = MODEL_POD_LABELS;
const PORT_NAME = 'http';

const REQUESTS = { cpu: Cpu.millis(250), memory: Size.mebibytes(256) } as const;
const LIMITS = { cpu: Cpu.millis(500), memory: Size.mebibytes(512) } as const;

/**
 * What an operator makes of a ModelDeployment, made at synth: a Deployment, its Service, and the autoscaler and the
 * disruption budget that the spec calls for. Every object is called `NAME-inference`, which no object of the platform is: a
 * ModelDeployment called `postgres` or `minio` never meets their Services.
 */
export class ModelDeploymentWorkload extends Construct {
  readonly deployment: Deployment;
  readonly service: Service;
  /** Where there is `autoscaling`. */
  readonly autoscaler?: HorizontalPodAutoscaler;
  /** Where at least two replicas are guaranteed. */
  readonly disruptionBudget?: PodDisruptionBudget;
  /** How neighbours in the cluster reach the model. */
  readonly connection: HttpConnection;

  /** @throws InvalidPropError for what the CustomResourceDefinition refuses */
  constructor(scope: Construct, id: string, props: ModelDeploymentWorkloadProps) {
    super(...placed(scope, id));
    const words =
      'name server:object uses?:object[] autoscaling?:object environment?:development|staging|production modelName modelVersion:number replicas?:number resources?:object';
    requireKnownProps(this, props, words);
    const { name, server: given, uses, ...spec } = props;
    const complete = specOf(this, { metadata: { name }, spec: specJson(this, spec) });
    const { replicas, autoscaling } = complete;
    const server = completeModelServer(this, given);
    const instance = `${name}-inference`;
    const identity = { name: COMPONENT, instance, component: COMPONENT };
    const bounds = autoscaling && { minReplicas: autoscaling.minReplicas, maxReplicas: autoscaling.maxReplicas };
    const target = new Deployment(
      this,
      'Default',
      deployment(this, identity, complete, server, bounds ?? replicas, uses),
    );
    this.deployment = target;
    this.service = new Service(this, 'service', {
      name: instance,
      identity,
      ports: [{ name: PORT_NAME, port: server.port }],
    });
    if (autoscaling) {
      const averageUtilization = autoscaling.targetCPUUtilizationPercentage;
      const metrics = [{ type: 'cpu', averageUtilization }] as const;
      this.autoscaler = new HorizontalPodAutoscaler(this, 'hpa', { name: instance, metrics, target });
    }
    // With one replica a budget would either protect nothing or keep every drain waiting.
    if ((bounds?.minReplicas ?? replicas) >= 2) {
      const budget = { maxUnavailable: PodCount.absolute(1) };
      this.disruptionBudget = new PodDisruptionBudget(this, 'pdb', { name: instance, budget, target });
    }
    this.connection = httpConnection(this.service.host, server.port);
    modelNetwork(this, server, target.pods);
  }
}

function deployment(
  scope: Construct,
  identity: Identity,
  spec: CompleteModelDeploymentSpec,
  server: CompleteModelServer,
  replicas: NonNullable<DeploymentProps['replicas']>,
  uses: readonly Use[] | undefined,
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
      uses,
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
