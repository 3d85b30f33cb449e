import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Health } from '../../components/serving/health';
import {
  type Autoscaling,
  INFERENCE_SERVICE_PROPS,
  InferenceService,
  type InferenceServiceProps,
} from '../../components/serving/inference-service';
import type { ModelCache } from '../../components/serving/model-cache';
import { LimitRange, type LimitRangeProps } from '../../components/tenancy/limit-range';
import { ResourceQuota, type ResourceQuotaProps } from '../../components/tenancy/resource-quota';
import { uvicornHost } from '../../kube/network/addresses';
import { type Exposure, type HostNodePort, nodePort, requireExposure } from '../../kube/network/exposure';
import { connect } from '../../kube/network/network';
import { requireProp } from '../../kube/objects/errors';
import { given } from '../../kube/objects/given';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import type { PullPolicy } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import { rolloutRoom } from '../../kube/pods/rollout';
import type { PodUser } from '../../kube/pods/security';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { allowClients, type StackClients } from '../../platform/clients';
import { Stack, type StackNetwork } from '../../platform/stack';
import type { DisruptionBudget } from '../../workloads/pod-disruption-budget';

/** What is served; without any property, the photo-duplicate embedding model (CLIP ViT-B-32). */
export interface InferenceStackProps
  extends StackClients,
    Omit<
      InferenceServiceProps,
      | 'name'
      | 'image'
      | 'imagePullPolicy'
      | 'port'
      | 'user'
      | 'resources'
      | 'health'
      | 'modelCache'
      | 'replicas'
      | 'disruptionBudget'
      | 'exposure'
      | 'podLabels'
    > {
  /** Short name of the service; its objects are `name-deploy`, `name-svc` and so on. @default 'inference' */
  readonly name?: string;
  /** Image of the server, pinned by a tag or a digest. @default 'photo-duplicate-inference:k8s-cpu' */
  readonly image?: string;
  /** @default - `Never` for the image above, which exists only in nodes that it was loaded into, else `IfNotPresent` */
  readonly imagePullPolicy?: PullPolicy;
  /** Port that the server listens on, and the Service. @default 8002 */
  readonly port?: number;
  /** Numeric user that the image runs as. @default { user: 1000 } */
  readonly user?: PodUser;
  /** @default - 500m and 1Gi, at most 2 CPU and 3Gi */
  readonly resources?: Resources;
  /** @default - `/health`; ready after 20 seconds at the earliest, restarted after 60 */
  readonly health?: Health;
  /** Where the weights are kept, which the server downloads. @default - at most 2Gi at `/home/appuser/.cache` */
  readonly modelCache?: ModelCache;
  /** @default - 2 to 6 pods, by 60 % of their CPU; up by 2 in 30 seconds, down by 1 in a minute, also with other bounds */
  readonly replicas?: number | Autoscaling;
  /** @default - at least one pod, with the replicas above; else that of InferenceService */
  readonly disruptionBudget?: DisruptionBudget;
  /** How it is reached from outside of the cluster. @default nodePort(30092) */
  readonly exposure?: Exposure;
  /** Labels for `kubectl -l`. @default { app: 'inference-service' } */
  readonly podLabels?: Labels;
  /** @default - the id of the stack */
  readonly namespace?: string;
  /** @default 'declared' */
  readonly network?: StackNetwork;
  /** Port of the machine that kind maps to the node port. @default 8092 */
  readonly hostPort?: number;
  /** What a container that says nothing gets. @default - 100m and 128Mi, at most 500m and 512Mi */
  readonly containerDefaults?: Required<Omit<LimitRangeProps, 'name'>>;
  /**
   * What the pods of the namespace may ask for together.
   * @default - requests of 4 CPU and 8Gi, limits of 14.5 CPU and 21.5Gi, 10 pods; with `gpu` as many GPUs as a rollout
   * of all replicas takes
   */
  readonly quota?: Omit<ResourceQuotaProps, 'name'>;
}

const NAME = 'inference';
const PORT = 8002;

/** Reached on port 30092 of every node. */
const EXPOSURE: Exposure = nodePort(30092);
const HOST_PORT = 8092;

const REPLICAS: Autoscaling = {
  minReplicas: 2,
  maxReplicas: 6,
  metrics: [{ type: 'cpu', averageUtilization: 60 }],
  behavior: {
    scaleUp: {
      stabilizationWindow: Duration.seconds(30),
      policies: [{ type: 'Pods', value: 2, period: Duration.seconds(30) }],
    },
    scaleDown: {
      stabilizationWindow: Duration.seconds(180),
      policies: [{ type: 'Pods', value: 1, period: Duration.seconds(60) }],
    },
  },
};

/**
 * The photo-duplicate embedding model (CLIP ViT-B-32), unless props say otherwise: a request of 1Gi is less than the
 * 1.1Gi that it was seen to use when idle, so that a node short of memory evicts these pods first.
 */
const SERVICE = {
  name: NAME,
  image: 'photo-duplicate-inference:k8s-cpu',
  port: PORT,
  // `appuser` of the image; runAsNonRoot can only check a number.
  user: { user: 1000 },
  resources: computeResources({ millicores: [500, 2000], mebibytes: [1024, 3072] }),
  health: {
    readiness: { initialDelay: Duration.seconds(20) },
    liveness: { initialDelay: Duration.seconds(60) },
  },
  modelCache: { path: '/home/appuser/.cache', sizeLimit: Size.gibibytes(2) },
  replicas: REPLICAS,
  podLabels: { app: 'inference-service' },
} as const satisfies InferenceServiceProps;

/** Settings of the server. It loads ViT-B-32/openai whatever the model's name says here; clients choose by request. */
const CONFIG = { MODEL_NAME: 'ViT-B-32', MODEL_PRETRAINED: 'openai', LOG_LEVEL: 'info' } as const;

const CONTAINER_DEFAULTS = {
  defaultRequest: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
  defaultLimit: { cpu: Cpu.millis(500), memory: Size.mebibytes(512) },
} as const;

/** Six pods, the one that a rollout adds, and one to look around with: the requests are generous, the limits exact. */
const QUOTA: Omit<ResourceQuotaProps, 'name'> = {
  requests: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
  limits: { cpu: Cpu.millis(14_500), memory: Size.mebibytes(22_016) },
  pods: 10,
  otherPods: [{ name: 'debug' }],
};

/** Properties of the stack that an environment has, too. */
export const INFERENCE_STACK_PROPS =
  `${INFERENCE_SERVICE_PROPS} namespace? network?:declared|any hostPort?:number containerDefaults?:object quota?:object clients?:object[]` as const;

/** A model server in a namespace of its own, with a quota. */
export class InferenceStack extends Stack {
  readonly service: InferenceService;
  readonly quota: ResourceQuota;
  readonly limitRange: LimitRange;
  /** Node ports that the cluster must lead to, and from where. */
  readonly nodePorts: readonly HostNodePort[];

  constructor(scope: Construct, id: string, props: InferenceStackProps = {}) {
    requireKnownProps(id, props, INFERENCE_STACK_PROPS);
    const {
      namespace = id,
      network,
      clients,
      hostPort,
      containerDefaults = CONTAINER_DEFAULTS,
      quota = QUOTA,
      ...others
    } = props;
    const service = given(others);
    super(scope, id, { namespace, network });
    const { name = NAME, port = PORT, replicas = REPLICAS } = service;
    this.limitRange = new LimitRange(this, 'limits', { name: `${name}-defaults`, ...given(containerDefaults) });
    this.service = new InferenceService(this, 'service', {
      ...SERVICE,
      // An image of this name exists nowhere but in the nodes that it was loaded into.
      imagePullPolicy: service.image === undefined ? 'Never' : 'IfNotPresent',
      exposure: EXPOSURE,
      // Other replicas may not guarantee the two that it takes.
      disruptionBudget: service.replicas === undefined ? { minAvailable: PodCount.absolute(1) } : undefined,
      ...service,
      replicas: typeof replicas === 'number' ? replicas : { ...REPLICAS, ...given(replicas) },
      config: this.config(port, service.config),
    });
    // `kubectl run debug` gives its pod this label.
    connect({ scope: this, name: 'debug', selector: { run: 'debug' } }, this.service.connection);
    this.quota = new ResourceQuota(this, 'quota', {
      name: `${name}-quota`,
      extendedRequests: gpusOf(this.service),
      ...given(quota),
    });
    this.nodePorts = inferenceNodePorts(props);
    allowClients(this, { clients });
  }

  private config(port: number, config: InferenceServiceProps['config'] = {}): Record<string, string> {
    const { PORT: given = String(port) } = config;
    requireProp(given === String(port), this, 'config.PORT', `be the port of the service, ${port}`, given);
    return { ...CONFIG, HOST: uvicornHost(1), ...config, PORT: given };
  }
}

/** Node ports of the stack: kind must map them when the cluster is created, whether the stack is there already or not. */
export function inferenceNodePorts(props: InferenceStackProps = {}): readonly HostNodePort[] {
  requireKnownProps('inferenceNodePorts()', props, INFERENCE_STACK_PROPS);
  const { exposure = EXPOSURE, hostPort = HOST_PORT } = props;
  requireExposure('inferenceNodePorts()', 'exposure', exposure);
  return exposure.type === 'NodePort' ? [{ nodePort: exposure.nodePort, hostPort }] : [];
}

/** GPUs of all replicas and of what a rollout adds to them. */
function gpusOf({ gpus, deployment }: InferenceService): Readonly<Record<string, number>> {
  if (gpus === undefined) return {};
  const { maxReplicas } = deployment.replicas;
  const { surge } = rolloutRoom(deployment.strategy, maxReplicas);
  return { [gpus.resource]: gpus.count * (maxReplicas + surge) };
}
