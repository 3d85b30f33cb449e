import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { PostgresCluster } from '../../components/data/cnpg/cluster';
import type { DatabaseProps } from '../../components/data/database';
import type { Minio } from '../../components/data/minio';
import type { Postgres } from '../../components/data/postgres';
import { Ingress, type IngressProps } from '../../components/edge/ingress';
import { LimitRange } from '../../components/tenancy/limit-range';
import { ServiceAccount } from '../../components/tenancy/service-account';
import type { Address } from '../../kube/network/addresses';
import { type BucketConnection, roleAnnotations } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { imageSettings } from '../../kube/pods/images';
import type { CredentialSource, SecretKey, SecretRef } from '../../kube/secrets/secrets';
import { Stack, type StackNetwork } from '../../platform/stack';
import type { FairChartPods } from './chart-pods';
import { type DatabaseClient, type FairDatabaseBackend, fairDatabases, type WantedDatabase } from './databases';
import { type ChartConnections, chartNetwork, databaseClientNetwork, pipelineNetwork } from './network';
import { type FairObjectStoreBackend, fairObjectStore } from './object-store';
import { ORCHESTRATOR_RULES } from './pipelines';
import { mlflowAdminSecret, zenmlKeysSecret } from './secrets';

export interface FairStackProps {
  /** @default 'fair' */
  readonly namespace?: string;
  /** @default 'declared' */
  readonly network?: StackNetwork;
  /** Nodes of the databases and the object store. @default - any node without taints */
  readonly nodePool?: NodePool;
  /** Where the Secrets come from. */
  readonly credentials: CredentialSource;
  /** What serves the databases. @default - one server with one volume, a StatefulSet */
  readonly database?: FairDatabaseBackend;
  /** What serves the buckets. @default - a MinIO server with one volume */
  readonly objectStore?: FairObjectStoreBackend;
  /**
   * Databases of the platform under other names than `zenml`, `fair_models`, `mlflow` and `mlflow_auth`, which their
   * owners have, too.
   * @default - none
   */
  readonly databaseNames?: Partial<Record<FairDatabaseName, Pick<DatabaseProps, 'name' | 'owner'>>>;
  /**
   * Databases beside those of the platform. Each gets a Secret `<name>-db`, and pods of the namespace that have the label
   * `database-client` with the name of that Secret reach it.
   * @default - none
   */
  readonly extraDatabases?: readonly DatabaseProps[];
  /** Buckets beside those of the platform, which only MinIO creates. @default - none */
  readonly extraBuckets?: readonly string[];
  /** MLflow asks who somebody is: a database of its users, and a Secret with the first of them. @default false */
  readonly mlflowUsers?: boolean;
  /** ZenML encrypts secrets and signs logins with keys of a Secret that outlives it. @default false */
  readonly zenmlKeys?: boolean;
  /** Routes from outside of the cluster to Services that the charts create in this namespace. @default - none */
  readonly routes?: readonly Omit<IngressProps, 'name'>[];
  /** The pods of the charts that are on. @default - none */
  readonly chartPods?: readonly FairChartPods[];
  /** Whether pipelines run in this namespace, and their account is here. @default true */
  readonly pipelineAccount?: boolean;
}

/** The databases of the platform, by the chart that reads each. */
export type FairDatabaseName = 'zenml' | 'stac' | 'mlflow' | 'mlflowAuth';

/** Where MLflow keeps its users. */
export interface MlflowUsers {
  readonly client: DatabaseClient;
  /** Secret of the first administrator, with the keys `username` and `password`. */
  readonly admin: SecretRef;
}

/** Keys of ZenML that outlive its release. */
export interface ZenmlKeys {
  readonly encryptionKey: SecretKey;
  readonly jwtSecret: SecretKey;
}

/** fAIr: the databases and the buckets that eoAPI, MLflow and ZenML stand on, and the account of its pipelines. */
export class FairStack extends Stack {
  /** The server of all databases, where a StatefulSet is. */
  readonly postgres?: Postgres;
  /** The servers of the databases, where CloudNativePG runs them. */
  readonly clusters: readonly PostgresCluster[];
  /** The object store, where it is not S3. */
  readonly minio?: Minio;
  /** What the helm charts beside this stack are given. */
  readonly stac: DatabaseClient;
  readonly mlflow: DatabaseClient & { readonly artifacts: BucketConnection; readonly users?: MlflowUsers };
  readonly zenml: DatabaseClient & { readonly artifacts: BucketConnection; readonly keys?: ZenmlKeys };
  /** ZenML and MLflow, as pods of pipelines reach them, where their charts are on. */
  readonly pipelineServers: readonly Address[];
  /** The account that the pods of ZenML's pipelines run as, where they run here. */
  readonly pipelines?: ServiceAccount;
  /** The account of the STAC API, where images need pull Secrets: its chart has no value for them. */
  readonly stacAccount?: ServiceAccount;

  constructor(scope: Construct, id: string, props: FairStackProps) {
    const { namespace = 'fair', nodePool, credentials, mlflowUsers = false, zenmlKeys = false } = props;
    const { database = { type: 'StatefulSet' }, objectStore = { type: 'MinIO' } } = props;
    const { extraBuckets = [], extraDatabases = [], routes = [], chartPods = [], pipelineAccount = true } = props;
    // Nothing stricter than baseline: the STAC chart offers no security context for its containers.
    super(scope, id, { namespace, podSecurity: 'baseline', network: props.network });
    new LimitRange(this, 'limits', {
      name: 'fair-defaults',
      // No default limit: it would cap the training steps that set none.
      defaultRequest: { cpu: Cpu.millis(100), memory: Size.mebibytes(128) },
    });

    const { postgres, clusters, clients } = fairDatabases(this, database, wanted(props), credentials, nodePool);
    this.postgres = postgres;
    this.clusters = clusters;
    const admin = mlflowUsers ? credentials.provide(this, mlflowAdminSecret()) : undefined;
    const keys = zenmlKeys ? credentials.provide(this, zenmlKeysSecret()) : undefined;
    const readers = ['mlflow', 'pipelines', ...(chartPods.some(opensArtifacts) ? ['zenml'] : [])];
    const { minio, buckets } = fairObjectStore(this, objectStore, extraBuckets, credentials, nodePool, readers);
    this.minio = minio;

    const client = (name: FairDatabaseName) => clients.get(name) as DatabaseClient;
    this.stac = client('stac');
    this.mlflow = {
      ...client('mlflow'),
      artifacts: buckets.mlflow,
      ...(admin && { users: { client: client('mlflowAuth'), admin } }),
    };
    this.zenml = {
      ...client('zenml'),
      artifacts: buckets.zenml,
      ...(keys && { keys: { encryptionKey: keys.key('encryption-key'), jwtSecret: keys.key('jwt-secret') } }),
    };
    this.pipelineServers = chartPods
      .map((pods) => ({ chart: pods.chart, address: chartNetwork(this, pods, this.connectionsOf(pods)) }))
      .flatMap(({ chart, address }) => (chart === 'stac' ? [] : address));
    for (const { name } of extraDatabases)
      databaseClientNetwork(this, (clients.get(name) as DatabaseClient).connection);
    if (pipelineAccount) {
      pipelineNetwork(this, { artifacts: buckets.zenml, servers: this.pipelineServers });
      this.pipelines = new ServiceAccount(this, 'pipelines', {
        name: 'zenml-pipelines',
        // The pods are ZenML's own: they mount the token only because the account says so.
        automountServiceAccountToken: true,
        annotations: roleAnnotations(buckets.zenml.roleArn),
        rules: ORCHESTRATOR_RULES,
      });
    }
    if (imageSettings(this).pullSecrets !== undefined) {
      this.stacAccount = new ServiceAccount(this, 'stac', { name: 'stac', automountServiceAccountToken: true });
      // The migration of the STAC chart runs as the default account of the namespace.
      new ServiceAccount(this, 'default', { name: 'default' });
    }
    for (const route of routes) {
      const name = route.backend.serviceName;
      new Ingress(this, `route-${name}`, { ...route, name });
    }
  }

  /** What the pods of a chart are given by the values of its release. */
  private connectionsOf({ chart, readsBucketKeys = false }: FairChartPods): ChartConnections {
    if (chart === 'stac') return { databases: [this.stac.connection] };
    const { connection, artifacts } = chart === 'zenml' ? this.zenml : this.mlflow;
    const users = chart === 'mlflow' ? this.mlflow.users : undefined;
    return {
      databases: [connection, ...(users ? [users.client.connection] : [])],
      // Whoever is given neither a key nor a role could not open it.
      ...((readsBucketKeys || artifacts.roleArn !== undefined) && { artifacts }),
    };
  }
}

/** Whether the server of ZenML is given the key of the bucket. */
function opensArtifacts({ chart, readsBucketKeys }: FairChartPods): boolean {
  return chart === 'zenml' && readsBucketKeys === true;
}

/** The databases of the stack, in the order of their Secrets. */
function wanted({ databaseNames = {}, extraDatabases = [], mlflowUsers }: FairStackProps): WantedDatabase[] {
  const own = (key: FairDatabaseName, database: DatabaseProps) => ({
    key,
    database: { ...database, ...databaseNames[key] },
  });
  return [
    {
      ...own('stac', {
        name: 'fair_models',
        owner: 'fair_models',
        extensions: ['postgis', 'btree_gist', 'unaccent'],
        pgstac: true,
      }),
      secretName: 'stac-db',
      readers: ['stac'],
      shape: 'address',
    },
    {
      ...own('mlflow', { name: 'mlflow', owner: 'mlflow' }),
      secretName: 'mlflow-db',
      readers: ['mlflow'],
      shape: 'login',
    },
    {
      ...own('zenml', { name: 'zenml', owner: 'zenml' }),
      secretName: 'zenml-db',
      readers: ['zenml'],
      shape: 'password',
    },
    ...(mlflowUsers
      ? [
          {
            ...own('mlflowAuth', { name: 'mlflow_auth', owner: 'mlflow_auth' }),
            secretName: 'mlflow-auth-db',
            readers: ['mlflow'],
            shape: 'login' as const,
            passwordFormat: "letters, digits, '-' and '_' alone",
          },
        ]
      : []),
    ...extraDatabases.map((database) => ({
      key: database.name,
      database,
      secretName: `${database.name.toLowerCase().replaceAll('_', '-')}-db`,
      readers: [],
      shape: 'address' as const,
    })),
  ];
}
