import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { HttpConnection, MetricsConnection, ServersConnection } from '../../kube/network/connections';
import type { Exposure } from '../../kube/network/exposure';
import { allowInternetEgress } from '../../kube/network/network';
import { allocateGpus, type GpuAllocation, type GpuRequest } from '../../kube/nodes/gpus';
import { requireProp } from '../../kube/objects/errors';
import { type ReplicaRange, replicaRange } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import { requirePort, requireServiceName } from '../../kube/objects/names';
import type { ContainerProps } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import type { PodProps } from '../../kube/pods/pod-template';
import type { UpdateStrategy } from '../../kube/pods/rollout';
import type { PodUser } from '../../kube/pods/security';
import { envOf } from '../../kube/pods/uses';
import { type Mount, Volume } from '../../kube/pods/volumes';
import { ConfigMap } from '../../workloads/config-map';
import { Deployment } from '../../workloads/deployment';
import {
  HorizontalPodAutoscaler,
  type ScalingBehavior,
  type ScalingMetric,
} from '../../workloads/horizontal-pod-autoscaler';
import { MetricsService } from '../../workloads/metrics-service';
import { type DisruptionBudget, PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';
import { gpuStrategy, ONE_BY_ONE, requireGpuRoom } from './gpu-rollout';
import { type Health, healthProbes, readyPathOf, startupSeconds } from './health';
import { isWritable, type ModelCache, modelCacheMount } from './model-cache';

/** Bounds for the number of pods, and what moves it between them. */
export interface Autoscaling extends ReplicaRange {
  /** @default [{ type: 'cpu', averageUtilization: 60 }] */
  readonly metrics?: readonly [ScalingMetric, ...ScalingMetric[]];
  /** How fast. @default - the defaults of Kubernetes */
  readonly behavior?: ScalingBehavior;
}

export interface InferenceServiceProps
  extends Pick<
      ContainerProps,
      'image' | 'imagePullPolicy' | 'command' | 'args' | 'env' | 'envFrom' | 'resources' | 'preStop'
    >,
    Pick<
      PodProps,
      | 'uses'
      | 'initContainers'
      | 'nodePool'
      | 'serviceAccountName'
      | 'terminationGracePeriod'
      | 'podLabels'
      | 'podAnnotations'
    > {
  /** Short name of the service; its objects are `name-deploy`, `name-svc`, `name-config`, `name-hpa` and `name-pdb`. */
  readonly name: string;
  /** Name of the Deployment, where its users know another. @default `name-deploy` */
  readonly deploymentName?: string;
  /** Name of the Service, where its clients know another. @default `name-svc` */
  readonly serviceName?: string;
  /** Port that the server listens on, and the Service. @default 8080 */
  readonly port?: number;
  /** Port on which the server gives its metrics to Prometheus, where it is another. @default - none */
  readonly metricsPort?: number;
  /** Numeric user that the image runs as. */
  readonly user: PodUser;
  /** Settings that are no secrets, as environment variables from a ConfigMap; a change rolls the pods. @default - none */
  readonly config?: Readonly<Record<string, string>>;
  /** @default - `/health`, up to ten minutes to start, patient with a busy server */
  readonly health?: Health;
  /** Where the weights are kept, which the server downloads. @default - nowhere: they are part of the image */
  readonly modelCache?: ModelCache;
  /** Further volumes. @default - 1Gi of scratch space at `/tmp` */
  readonly mounts?: readonly Mount[];
  /** How many pods: a number, or bounds for an autoscaler. @default 1 */
  readonly replicas?: number | Autoscaling;
  /** How pods are replaced. @default - one more at a time and never fewer; one fewer where the pool has no GPU to spare */
  readonly strategy?: UpdateStrategy;
  /** @default - at most one pod away at a time, where at least two replicas are guaranteed; none otherwise */
  readonly disruptionBudget?: DisruptionBudget;
  /** GPUs of the node pool, which must be given. @default - none */
  readonly gpu?: GpuRequest;
  /** How it is reached from outside of the cluster. @default - not at all */
  readonly exposure?: Exposure;
}

const PORT_NAME = 'http';

/** All properties of an InferenceService. */
export const INFERENCE_SERVICE_PROPS =
  'name? deploymentName? serviceName? image? imagePullPolicy?:Always|IfNotPresent|Never command?:string[] args?:string[] port?:number metricsPort?:number user?:object resources?:object config?:string{} env?:object envFrom?:object[] uses?:object[] health?:object modelCache?:object mounts?:object[] replicas?:number|object strategy?:Recreate|object disruptionBudget?:object nodePool?:NodePool gpu?:object exposure?:object podLabels?:string{} podAnnotations?:string{} serviceAccountName? initContainers?:object[] preStop?:Duration|string[] terminationGracePeriod?:Duration';

/** A model server: a Deployment, its Service, and what it needs to scale, to roll and to be drained. It writes no Namespace. */
export class InferenceService extends Construct {
  readonly deployment: Deployment;
  readonly service: Service;
  /** Whose pods they are, for Services of other kinds. */
  readonly identity: Identity;
  /** What `gpu` is on the node pool, where it is given. */
  readonly gpus?: GpuAllocation;
  /** Where there is `config`. */
  readonly config?: ConfigMap;
  /** Where `replicas` are bounds. */
  readonly autoscaler?: HorizontalPodAutoscaler;
  readonly disruptionBudget?: PodDisruptionBudget;
  /** How neighbours in the cluster reach it. */
  readonly connection: HttpConnection;
  /** How a load balancer reaches each of its pods. */
  readonly servers: ServersConnection;
  /** Where there is a `metricsPort`. */
  readonly metrics?: MetricsConnection;

  constructor(scope: Construct, id: string, props: InferenceServiceProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, INFERENCE_SERVICE_PROPS);
    const { name, port = 8080, metricsPort, config, replicas = 1, exposure } = props;
    const { deploymentName = `${name}-deploy`, serviceName = `${name}-svc` } = props;
    const replicasWords = 'metrics?:object[] behavior?:object minReplicas:number maxReplicas:number';
    if (typeof replicas !== 'number') requireKnownProps(this, replicas, replicasWords, 'replicas');
    requireServiceName(this, 'name', name);
    requirePort(this, 'port', port);
    const identity: Identity = { name, instance: deploymentName, component: 'server' };
    this.identity = identity;
    for (const key of Object.keys(envOf(props.uses ?? []))) {
      const free = config === undefined || !Object.hasOwn(config, key);
      requireProp(free, this, `config.${key}`, "be left to 'uses', which writes it", config?.[key]);
    }
    if (config !== undefined) this.config = new ConfigMap(this, 'config', { name: `${name}-config`, data: config });
    this.gpus = this.allocateGpus(props);
    this.deployment = this.createDeployment(identity, port, props);
    const ports = [{ name: PORT_NAME, port }] as const;
    this.service = new Service(this, 'service', { name: serviceName, identity, ports, exposure });
    if (props.modelCache !== undefined && isWritable(props.modelCache)) allowInternetEgress(this.deployment.pods);
    if (typeof replicas !== 'number') {
      const { metrics = [{ type: 'cpu', averageUtilization: 60 }], behavior } = replicas;
      const target = this.deployment;
      this.autoscaler = new HorizontalPodAutoscaler(this, 'hpa', { name: `${name}-hpa`, target, metrics, behavior });
    }
    this.disruptionBudget = this.createDisruptionBudget(name, props.disruptionBudget);
    if (metricsPort !== undefined) {
      this.metrics = new MetricsService(this, 'metrics', { name, identity, port: metricsPort }).connection;
    }
    this.connection = this.service.http;
    const { strategy, replicas: range } = this.deployment;
    const readyPath = readyPathOf(props.health ?? {});
    this.servers = { identity, port, portName: PORT_NAME, readyPath, replicas: range, strategy };
  }

  private createDeployment(identity: Identity, port: number, props: InferenceServiceProps): Deployment {
    const { health = {}, nodePool } = props;
    const replicas = replicaRange(props.replicas ?? 1);
    const { gpus } = this;
    const strategy = props.strategy ?? (gpus && nodePool ? gpuStrategy(gpus, nodePool, replicas) : ONE_BY_ONE);
    if (gpus && nodePool) requireGpuRoom(this, gpus, nodePool, replicas, strategy);
    return new Deployment(this, 'Default', {
      identity,
      replicas: typeof props.replicas === 'object' ? replicas : props.replicas,
      strategy,
      // A start that is still within its time is no failed rollout.
      progressDeadline: Duration.seconds(startupSeconds(this, health) + 300),
      pod: {
        uses: props.uses,
        initContainers: props.initContainers,
        containers: [this.container(port, props, this.mounts(props, replicas, strategy))],
        securityContext: props.user,
        nodePool,
        runtimeClassName: gpus?.runtimeClassName,
        serviceAccountName: props.serviceAccountName,
        terminationGracePeriod: props.terminationGracePeriod,
        podLabels: props.podLabels,
        podAnnotations: props.podAnnotations,
      },
    });
  }

  private container(port: number, props: InferenceServiceProps, mounts: readonly Mount[]): ContainerProps {
    const { name, image, imagePullPolicy, command, args, env, envFrom = [], resources, health = {}, preStop } = props;
    return {
      name,
      image,
      imagePullPolicy,
      command,
      args,
      ports: { [PORT_NAME]: port, ...(props.metricsPort === undefined ? {} : { metrics: props.metricsPort }) },
      env,
      envFrom: [...(this.config === undefined ? [] : [{ configMap: this.config }]), ...envFrom],
      resources,
      extendedResources: this.gpus?.extendedResources,
      probes: healthProbes(this, PORT_NAME, health),
      mounts,
      preStop,
    };
  }

  private mounts(props: InferenceServiceProps, replicas: ReplicaRange, strategy: UpdateStrategy): readonly Mount[] {
    const { modelCache, nodePool } = props;
    const { mounts = [{ volume: Volume.scratch('tmp'), path: '/tmp' }] } = props;
    if (modelCache === undefined) return mounts;
    return [modelCacheMount(this, modelCache, { replicas, strategy, nodePool }), ...mounts];
  }

  private allocateGpus({ gpu, nodePool }: InferenceServiceProps): GpuAllocation | undefined {
    if (gpu === undefined) return undefined;
    requireProp(nodePool !== undefined, this, 'gpu', "be given with a 'nodePool' that has GPUs", gpu);
    return allocateGpus(this, 'gpu', gpu, nodePool);
  }

  private createDisruptionBudget(name: string, given: DisruptionBudget | undefined): PodDisruptionBudget | undefined {
    const target = this.deployment;
    const guaranteed = target.replicas.minReplicas;
    // With one replica a budget would either protect nothing or keep every drain waiting.
    const budget = given ?? (guaranteed >= 2 ? { maxUnavailable: PodCount.absolute(1) } : undefined);
    return budget && new PodDisruptionBudget(this, 'pdb', { name: `${name}-pdb`, target, budget });
  }
}
