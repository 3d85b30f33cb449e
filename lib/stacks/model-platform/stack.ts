import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { DatabaseProps } from '../../components/data/database';
import { Minio, type MinioProps } from '../../components/data/minio';
import { Postgres, type PostgresProps } from '../../components/data/postgres';
import { objectStoreSecret, superuserSecret } from '../../components/data/store-secrets';
import type { PodSecurityLevel } from '../../components/tenancy/namespace';
import type { HostNodePort } from '../../kube/network/exposure';
import { type NodePool, requireDeclaredPool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { given } from '../../kube/objects/given';
import { serviceHost } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { PullPolicy } from '../../kube/pods/containers';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { allowClients, type StackClients } from '../../platform/clients';
import { Stack, type StackNetwork } from '../../platform/stack';
import { ModelDeploymentWorkload } from './model-deployment-workload';
import { ModelRegistry, type ModelRegistryProps } from './model-registry';
import { MODEL_SERVER_PROPS, type ModelServer } from './model-server';
import type { MlOperator } from './operator/ml-operator';
import { ModelNamespace } from './operator/model-namespace';
import { ModelOperator } from './operator/model-operator';
import { registryDatabaseSecret } from './secrets';
import {
  createExternalOperator,
  type ModelOperatorOptions,
  type ModelServing,
  requireServing,
  type ServedModel,
  type ServingWays,
} from './serving';

export interface ModelPlatformStackProps extends StackClients {
  /** @default 'ml-platform' */
  readonly namespace?: string;
  /**
   * Pod Security level that the namespace enforces.
   * @default 'restricted'; with `externalOperator` 'baseline': the one of the original gives its pods no security context
   */
  readonly podSecurity?: PodSecurityLevel;
  /** @default 'declared' */
  readonly network?: StackNetwork;
  /** Where the Secrets come from. */
  readonly credentials: CredentialSource;
  /** Nodes of everything but the models. @default - any node without taints */
  readonly nodePool?: NodePool;
  /** The three images that users of the platform build. @default - `ml-platform/…:0.1.0`, loaded into the nodes */
  readonly images?: ModelPlatformImages;
  /** @default - the defaults of ModelRegistry */
  readonly registry?: Pick<ModelRegistryProps, 'replicas' | 'resources' | 'environment'>;
  /** What the pods of the models run. @default - the defaults of ModelServer */
  readonly server?: Omit<ModelServer, 'image' | 'imagePullPolicy' | 'registry'>;
  /** Who makes pods of ModelDeployments. @default { operator: {} } */
  readonly serving?: ModelServing;
  /** Ports of every node, and where kind maps them. @default - nothing is reached from outside of the cluster */
  readonly nodePorts?: ModelPlatformNodePorts;
  /** @default - 10Gi, 250m and 256Mi, at most 500m and 512Mi */
  readonly postgres?: Pick<PostgresProps, 'image' | 'storage' | 'storageClassName' | 'resources'>;
  /** @default - 20Gi, 250m and 256Mi, at most 500m and 512Mi */
  readonly minio?: Pick<MinioProps, 'image' | 'clientImage' | 'storage' | 'storageClassName' | 'resources'>;
}

/** Images that are built from the sources of the model platform. */
export interface ModelPlatformImages {
  /** The model registry. */
  readonly api: string;
  /** The operator: of `operator/`, or the external one. */
  readonly operator: string;
  /** The server of one model. */
  readonly inferenceServer: string;
  /** @default 'IfNotPresent' */
  readonly pullPolicy?: PullPolicy;
}

/** What is reached on every node. */
export interface ModelPlatformNodePorts {
  /** The registry, which is unauthenticated. @default - none */
  readonly registry?: HostNodePort;
  /** The console of the object store. @default - none */
  readonly console?: HostNodePort;
}

const NAMESPACE = 'ml-platform';
const POSTGRES = 'postgres';
const POSTGRES_PORT = 5432;
const SUPERUSER = 'postgres';
const DATABASE: DatabaseProps = { name: 'mlplatform', owner: 'mlplatform' };
const BUCKET = 'models';

// Images of these names exist nowhere but in the nodes that they were loaded into.
const LOCAL_IMAGES: ModelPlatformImages = {
  api: 'ml-platform/api:0.1.0',
  operator: 'ml-platform/operator:0.1.0',
  inferenceServer: 'ml-platform/inference-server:0.1.0',
  pullPolicy: 'Never',
};

const STORE_RESOURCES = {
  requests: { cpu: Cpu.millis(250), memory: Size.mebibytes(256) },
  limits: { cpu: Cpu.millis(500), memory: Size.mebibytes(512) },
} as const;

/** Properties of the stack that an environment has, too. */
export const MODEL_PLATFORM_PROPS =
  'namespace? podSecurity?:privileged|baseline|restricted network?:declared|any nodePool?:NodePool images?:object registry?:object server?:object serving?:object nodePorts?:object postgres?:object minio?:object clients?:object[]';
const NODE_PORTS = 'registry?:HostNodePort console?:HostNodePort';

/** The model platform: a registry of models, and what serves them. */
export class ModelPlatformStack extends Stack {
  readonly postgres: Postgres;
  readonly minio: Minio;
  readonly registry: ModelRegistry;
  /** What the pods of a model run, for further ModelDeploymentWorkloads. */
  readonly server: ModelServer;
  /** The operator of this platform, where it makes the pods. */
  readonly operator?: ModelOperator;
  /** The namespaces of its ModelDeployments, beside the stack. */
  readonly modelNamespaces: readonly ModelNamespace[];
  /** The operator of others, where one makes the pods. */
  readonly externalOperator?: MlOperator;
  /** The models that are served without an operator. */
  readonly models: readonly ModelDeploymentWorkload[];

  constructor(scope: Construct, id: string, props: ModelPlatformStackProps) {
    requireKnownProps(id, props, `${MODEL_PLATFORM_PROPS} credentials:CredentialSource`);
    const { namespace = NAMESPACE, serving = { operator: {} }, images = LOCAL_IMAGES } = props;
    const { operator, externalOperator, deployments = [] }: ServingWays = serving;
    const { podSecurity = externalOperator ? 'baseline' : 'restricted' } = props;
    super(scope, id, { namespace, podSecurity, network: props.network });
    requireKnownProps(this, images, 'api operator inferenceServer pullPolicy?:Always|IfNotPresent|Never', 'images');
    requireKnownProps(this, props.server, MODEL_SERVER_PROPS, 'server');
    requireServing(this, serving);
    requireKnownProps(this, props.nodePorts, NODE_PORTS, 'nodePorts');
    const { pullPolicy: imagePullPolicy } = images;
    const { postgres, minio, registry } = this.registryAndStores(images, props);
    this.postgres = postgres;
    this.minio = minio;
    this.registry = registry;
    // An operator makes the pods that run on it while the cluster runs.
    const { nodePool } = props.server ?? {};
    if (nodePool !== undefined) requireDeclaredPool(this, 'server.nodePool', nodePool);
    this.server = { ...props.server, image: images.inferenceServer, imagePullPolicy, registry: registry.connection };
    this.modelNamespaces = operator ? this.createNamespaces(scope, operator, props.network) : [];
    if (operator) this.operator = this.createOperator(images, operator, props.nodePool);
    if (externalOperator) {
      const { server } = this;
      const { operator: image } = images;
      this.externalOperator = createExternalOperator(this, externalOperator, {
        image,
        server,
        nodePool: props.nodePool,
      });
    }
    this.models = this.serve(deployments);
    allowClients(this, props);
  }

  private serve(models: readonly ServedModel[]): ModelDeploymentWorkload[] {
    const { server } = this;
    return models.map((model) => new ModelDeploymentWorkload(this, `model-${model.name}`, { ...model, server }));
  }

  private registryAndStores(images: ModelPlatformImages, props: ModelPlatformStackProps) {
    const { credentials, nodePool, nodePorts = {} } = props;
    const host = serviceHost(this, POSTGRES);
    const superuser = credentials.provide(this, superuserSecret(SUPERUSER));
    const database = credentials.provide(this, registryDatabaseSecret(DATABASE, host, POSTGRES_PORT));
    const root = credentials.provide(this, objectStoreSecret(['model-registry-api']));
    const postgres = new Postgres(this, 'postgres', {
      storage: Size.gibibytes(10),
      resources: STORE_RESOURCES,
      ...given(props.postgres),
      name: POSTGRES,
      superuser: { username: SUPERUSER, password: superuser.key('password') },
      databases: [{ ...DATABASE, password: database.key('password') }],
      nodePool,
    });
    const minio = new Minio(this, 'minio', {
      storage: Size.gibibytes(20),
      resources: STORE_RESOURCES,
      ...given(props.minio),
      buckets: [BUCKET],
      credentials: { accessKeyId: root.key('accessKey'), secretAccessKey: root.key('secretKey') },
      consoleNodePort: nodePorts.console?.nodePort,
      nodePool,
    });
    const registry = new ModelRegistry(this, 'registry', {
      ...props.registry,
      image: images.api,
      imagePullPolicy: images.pullPolicy,
      database: postgres.connection(DATABASE.name),
      databaseUrl: database.key('url'),
      models: minio.bucket(BUCKET),
      nodePort: nodePorts.registry?.nodePort,
      nodePool,
    });
    return { postgres, minio, registry };
  }

  private createNamespaces(
    scope: Construct,
    { namespaces }: ModelOperatorOptions,
    network: StackNetwork | undefined,
  ): ModelNamespace[] {
    const { namespace: own, server } = this;
    const names = namespaces ?? [own === NAMESPACE ? 'ml-models' : `${own}-models`];
    const allowed = 'be others than that of the stack, whose Secrets pods of models could read';
    requireProp(!names.includes(own), this, 'serving.operator.namespaces', allowed, own);
    // A chart beside this one: a chart is one namespace, and one file.
    return names.map((namespace) => new ModelNamespace(scope, namespace, { namespace, network, server }));
  }

  private createOperator(
    images: ModelPlatformImages,
    { replicas, resources }: ModelOperatorOptions,
    nodePool: NodePool | undefined,
  ): ModelOperator {
    const { server, modelNamespaces: namespaces } = this;
    const { operator: image, pullPolicy: imagePullPolicy } = images;
    const props = { image, imagePullPolicy, server, namespaces, replicas, resources, nodePool };
    return new ModelOperator(this, 'operator', props);
  }
}

/** Node ports of the stack: kind must map them when the cluster is created, whether the stack is there already or not. */
export function modelPlatformNodePorts(props: Pick<ModelPlatformStackProps, 'nodePorts'>): readonly HostNodePort[] {
  requireKnownProps('modelPlatformNodePorts()', { props }, 'props:object');
  const { nodePorts = {} } = props;
  requireKnownProps('modelPlatformNodePorts()', nodePorts, NODE_PORTS, 'nodePorts');
  return [nodePorts.registry, nodePorts.console].filter((port) => port !== undefined);
}
