import { Duration, Size } from 'cdk8s';
import { Cpu, EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ServiceAccount } from '../../../components/tenancy/service-account';
import type { MetricsConnection } from '../../../kube/network/connections';
import { allowApiServer, connect } from '../../../kube/network/network';
import { declaredNodePools, type NodePool } from '../../../kube/nodes/node-pools';
import { accessRules } from '../../../kube/objects/access';
import { podAdmission } from '../../../kube/objects/admission';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { kubernetesMinor } from '../../../kube/objects/kubernetes-version';
import { requireWhole } from '../../../kube/objects/numbers';
import type { ContainerProps, PullPolicy } from '../../../kube/pods/containers';
import { resolveImage } from '../../../kube/pods/images';
import { PodCount } from '../../../kube/pods/pod-count';
import { httpProbe } from '../../../kube/pods/probes';
import { Volume } from '../../../kube/pods/volumes';
import type { Resources } from '../../../kube/resources/quantities';
import { ConfigMap } from '../../../workloads/config-map';
import { Deployment } from '../../../workloads/deployment';
import { MetricsService } from '../../../workloads/metrics-service';
import { PodDisruptionBudget } from '../../../workloads/pod-disruption-budget';
import { completeModelServer, type ModelServer } from '../model-server';
import type { ModelNamespace } from './model-namespace';
import { MODEL_OPERATOR_CALLS, MODEL_OPERATOR_LEASE_CALLS } from './model-operator-calls';
import { modelServerJson, requireModelServer } from './server-config';

export interface ModelOperatorProps {
  /** Image of `operator/`, pinned by a tag or a digest. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** What the pods of the models run. A change rolls them, a few at a time. */
  readonly server: ModelServer;
  /** Where the ModelDeployments are that it serves, and their pods. */
  readonly namespaces: readonly ModelNamespace[];
  /** One of them works; another takes over when it ends. @default 2 */
  readonly replicas?: number;
  /** @default - 100m and 128Mi, at most 256Mi: enough for 1000 ModelDeployments */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const NAME = 'ml-operator';
const PORT = 8080;
const PORT_NAME = 'http';
const SERVER_FILE = 'server.json';
const SERVER_FOLDER = '/etc/ml-operator';

/** The user `node` of the image. */
const USER = 1000;

/** What is set aside for it. No limit on CPU: thousands of ModelDeployments are a burst when it starts. */
const RESOURCES: Resources = {
  requests: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
  limits: { memory: Size.mebibytes(256) },
};

/** The operator of this platform: it makes of each ModelDeployment what `modelDeploymentObjects` returns. */
export class ModelOperator extends Construct {
  readonly account: ServiceAccount;
  readonly deployment: Deployment;
  /** Its metrics, by the names of controller-runtime where it has some. */
  readonly metrics: MetricsConnection;

  /** @throws InvalidPropError for a server of which no pod could be made */
  constructor(scope: Construct, id: string, props: ModelOperatorProps) {
    super(...placed(scope, id));
    const words =
      'image imagePullPolicy?:Always|IfNotPresent|Never server:object namespaces:object[] replicas?:number resources?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { namespaces, replicas = 2, nodePool } = props;
    requireProp(namespaces.length > 0, this, 'namespaces', 'name a namespace', namespaces);
    requireWhole(this, 'replicas', replicas, 1);
    const server = completeModelServer(this, props.server);
    for (const { namespace } of namespaces) requireModelServer(this, server, namespace);
    this.account = this.createAccount(server, namespaces);
    const identity = { name: NAME, instance: NAME, component: 'operator' };
    this.deployment = new Deployment(this, 'Default', {
      identity,
      replicas,
      strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) },
      pod: {
        nodePool,
        serviceAccountName: this.account.name,
        automountServiceAccountToken: true,
        securityContext: { user: USER },
        podLabels: { app: NAME },
        containers: [this.container(server, props)],
      },
    });
    if (replicas >= 2) {
      const budget = { maxUnavailable: PodCount.absolute(1) };
      new PodDisruptionBudget(this, 'pdb', { name: NAME, target: this.deployment, budget });
    }
    this.metrics = new MetricsService(this, 'metrics', {
      name: NAME,
      identity,
      port: PORT,
      portName: PORT_NAME,
    }).connection;
    allowApiServer(this.deployment.pods);
    // It asks which models there are: a server whose model is missing only ends, again and again.
    connect(this.deployment.pods, server.registry);
  }

  private createAccount(server: ModelServer, namespaces: readonly ModelNamespace[]): ServiceAccount {
    const { downloadSecret, modelCache } = server;
    const grants = {
      secrets: downloadSecret === undefined ? [] : [downloadSecret.name],
      serviceAccounts: ['default'],
      claims: modelCache !== undefined && 'claimName' in modelCache ? [modelCache.claimName] : [],
    };
    const rules = accessRules(MODEL_OPERATOR_LEASE_CALLS);
    const account = new ServiceAccount(this, 'account', { name: NAME, rules, admission: [podAdmission(grants)] });
    for (const models of namespaces) account.grantIn(models, accessRules(MODEL_OPERATOR_CALLS));
    return account;
  }

  private container(server: ModelServer, props: ModelOperatorProps): ContainerProps {
    const { image, imagePullPolicy, namespaces, resources = RESOURCES } = props;
    const pulled = resolveImage(this, 'server.image', server.image, server.imagePullPolicy !== 'Never');
    const kubernetesVersion = `1.${kubernetesMinor(this)}`;
    const settings = { ...server, image: pulled, kubernetesVersion, nodePools: declaredNodePools(this) };
    const config = new ConfigMap(this, 'server', {
      name: `${NAME}-server`,
      data: { [SERVER_FILE]: modelServerJson(settings) },
    });
    const field = (path: EnvFieldPaths) => EnvValue.fromFieldRef(path, { apiVersion: 'v1' });
    return {
      name: 'operator',
      image,
      imagePullPolicy,
      ports: { [PORT_NAME]: PORT },
      env: {
        POD_NAME: field(EnvFieldPaths.POD_NAME),
        POD_NAMESPACE: field(EnvFieldPaths.POD_NAMESPACE),
        WATCH_NAMESPACES: namespaces.map(({ namespace }) => namespace).join(','),
        MODEL_SERVER_CONFIG: `${SERVER_FOLDER}/${SERVER_FILE}`,
        PORT: String(PORT),
      },
      resources,
      probes: {
        startup: httpProbe('/healthz', PORT_NAME, { period: Duration.seconds(2), failureThreshold: 30 }),
        readiness: httpProbe('/readyz', PORT_NAME, { period: Duration.seconds(5), timeout: Duration.seconds(5) }),
        liveness: httpProbe('/healthz', PORT_NAME, {
          period: Duration.seconds(10),
          timeout: Duration.seconds(5),
          failureThreshold: 6,
        }),
      },
      // The operator reads it anew by itself: a new pod for each change would only elect another leader.
      mounts: [
        { volume: Volume.configMap('server', config, { rollOnChange: false }), path: SERVER_FOLDER, readOnly: true },
      ],
    };
  }
}
