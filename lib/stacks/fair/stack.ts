import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { PostgresCluster } from '../../components/data/cnpg/cluster';
import type { DatabaseProps } from '../../components/data/database';
import type { Minio } from '../../components/data/minio';
import type { Postgres } from '../../components/data/postgres';
import { INGRESS_OPTIONS } from '../../components/edge/ingress';
import { LimitRange } from '../../components/tenancy/limit-range';
import { ServiceAccount } from '../../components/tenancy/service-account';
import type { BucketConnection, HttpConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { podAdmission } from '../../kube/objects/admission';
import { given } from '../../kube/objects/given';
import { requireKnownProps } from '../../kube/objects/known-props';
import { imageSettings } from '../../kube/pods/images';
import type { CredentialSource, SecretKey } from '../../kube/secrets/secrets';
import { allowClients, type StackClients } from '../../platform/clients';
import type { Release } from '../../platform/releases/release';
import { Stack, type StackNetwork } from '../../platform/stack';
import { charts as versions } from '../../versions';
import { connectChart, type FairChart, routeChart, serviceConnection } from './charts/fair-chart';
import { MLFLOW_SERVICE, type MlflowOptions, type MlflowUsers, mlflowChart } from './charts/mlflow';
import { STAC_SERVICE, type StacOptions, stacChart } from './charts/stac';
import { ZENML_SERVICE, type ZenmlOptions, zenmlChart, zenmlReadsKeys } from './charts/zenml';
import { type DatabaseClient, type FairDatabaseBackend, fairDatabases, type WantedDatabase } from './databases';
import { databaseClientNetwork, pipelineNetwork } from './network';
import { type FairObjectStoreBackend, fairObjectStore } from './object-store';
import { ORCHESTRATOR, orchestratorAccount } from './pipelines';
import { mlflowAdminSecret, zenmlKeysSecret } from './secrets';

export interface FairStackProps extends StackClients {
  /** @default - the id of the stack */
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
   * `database-client` with the name of that Secret reach it, and so do `clients`.
   * @default - none
   */
  readonly extraDatabases?: readonly DatabaseProps[];
  /** Buckets beside those of the platform, which only MinIO creates. @default - none */
  readonly extraBuckets?: readonly string[];
  /** MLflow authenticates its users: they get a database, and the first administrator a Secret. @default false */
  readonly mlflowUsers?: boolean;
  /** ZenML encrypts secrets and signs logins with keys of a Secret that outlives it. @default false */
  readonly zenmlKeys?: boolean;
  /** The helm charts beside the stack: one that is given is on. @default - none */
  readonly charts?: FairCharts;
  /** Whether pipelines run in this namespace, and their account is here. @default true */
  readonly pipelineAccount?: boolean;
}

/** Properties of the stack that an environment has, too. */
export const FAIR_PROPS =
  'namespace? network?:declared|any nodePool?:NodePool credentials?:CredentialSource database?:object objectStore?:object databaseNames?:object extraDatabases?:object[] extraBuckets?:string[] mlflowUsers?:boolean zenmlKeys?:boolean charts?:object clients?:object[]';

/** The account of the STAC API, where images need pull Secrets: its chart has no value for them. */
const STAC_ACCOUNT = 'stac';

/** The databases of the platform, by the chart that reads each. */
export type FairDatabaseName = 'zenml' | 'stac' | 'mlflow' | 'mlflowAuth';

/** The helm charts beside the stack. */
export interface FairCharts {
  /** The STAC API of eoAPI. @default - off */
  readonly stac?: StacOptions;
  /** @default - off */
  readonly mlflow?: MlflowOptions;
  /** @default - off */
  readonly zenml?: ZenmlOptions;
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
  /** The account that the pods of ZenML's pipelines run as, where they run here. */
  readonly pipelines?: ServiceAccount;
  /** The releases of the charts; those that are off are taken out of the cluster. */
  readonly releases: readonly Release[];
  /** The Services of the charts, whether they are on or not. */
  readonly services: Readonly<Record<keyof FairCharts, HttpConnection>>;
  /** ZenML and MLflow, as pods of pipelines reach them, where their charts are on. */
  readonly pipelineServers: readonly HttpConnection[];

  constructor(scope: Construct, id: string, props: FairStackProps) {
    requireKnownProps(id, props, `${FAIR_PROPS} pipelineAccount?:boolean`);
    requireKnownProps(id, { credentials: props.credentials }, 'credentials:CredentialSource');
    const { namespace = id, nodePool, credentials, mlflowUsers = false, zenmlKeys = false } = props;
    const { database = { type: 'StatefulSet' }, objectStore = { type: 'MinIO' } } = props;
    const { extraBuckets = [], extraDatabases = [], charts = {}, pipelineAccount = true } = props;
    // Nothing stricter than baseline: the STAC chart offers no security context for its containers.
    super(scope, id, { namespace, podSecurity: 'baseline', network: props.network });
    for (const { name } of props.extraDatabases ?? []) requireKnownProps(this, { name }, 'name', 'extraDatabases');
    const databaseNamesWords = 'stac?:object mlflow?:object zenml?:object mlflowAuth?:object';
    requireKnownProps(this, props.databaseNames, databaseNamesWords, 'databaseNames');
    this.requireCharts(charts);
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
    const { minio, buckets } = fairObjectStore(this, objectStore, extraBuckets, credentials, nodePool, [
      'mlflow',
      'pipelines',
      ...(charts.zenml && zenmlReadsKeys(charts.zenml) ? ['zenml'] : []),
    ]);
    this.minio = minio;

    const client = (name: string) => clients.get(name) as DatabaseClient;
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
    const built = this.charts(charts, nodePool);
    for (const chart of built) connectChart(this, chart);
    this.releases = this.releasesOf(built);
    this.services = {
      stac: serviceConnection(this, STAC_SERVICE),
      mlflow: serviceConnection(this, MLFLOW_SERVICE),
      zenml: serviceConnection(this, ZENML_SERVICE),
    };
    this.pipelineServers = [
      ...(charts.mlflow ? [this.services.mlflow] : []),
      ...(charts.zenml ? [this.services.zenml] : []),
    ];
    for (const { name } of extraDatabases) databaseClientNetwork(this, client(name).connection);
    if (pipelineAccount) {
      pipelineNetwork(this, { artifacts: buckets.zenml, servers: this.pipelineServers });
      const secrets = Object.values(buckets.zenml.credentials ?? {}).map(({ secret }) => secret.name);
      // The databases are here, too.
      const admission = [podAdmission({ secrets, serviceAccounts: [ORCHESTRATOR] })];
      this.pipelines = orchestratorAccount(this, 'pipelines', buckets.zenml, admission);
    }
    if (imageSettings(this).pullSecrets !== undefined) {
      new ServiceAccount(this, 'stac', { name: STAC_ACCOUNT, automountServiceAccountToken: true });
      // The migration of the STAC chart runs as the default account of the namespace.
      new ServiceAccount(this, 'default', { name: 'default' });
    }
    for (const chart of built) routeChart(this, chart);
    allowClients(this, props);
  }

  private requireCharts(charts: FairCharts): void {
    requireKnownProps(this, charts, 'stac?:object mlflow?:object zenml?:object', 'charts');
    const { stac, mlflow, zenml } = charts;
    const stacWords =
      'values?:object ingress?:object title description transactions?:boolean workers?:number connections?:object resources?:object autoscaling?:object migrationResources?:object chart?:object';
    requireKnownProps(this, stac, stacWords, 'charts.stac');
    const eoapiWords = 'repository name version image migrationImage waitImage?';
    requireKnownProps(this, stac?.chart, eoapiWords, 'charts.stac.chart');
    const mlflowWords =
      'values?:object ingress?:object proxiedArtifacts?:boolean allowedHosts?:string[] replicas?:number workers?:number connections?:object resources?:object image?';
    requireKnownProps(this, mlflow, mlflowWords, 'charts.mlflow');
    const zenmlWords =
      'values?:object chart?:object ingress?:object loginLifetime?:Duration connections?:object autoActivate?:boolean debug?:boolean replicas?:number resources?:object migrationResources?:object';
    requireKnownProps(this, zenml, zenmlWords, 'charts.zenml');
    requireKnownProps(this, zenml?.chart, 'repository name version image', 'charts.zenml.chart');
    requireKnownProps(this, stac?.ingress, INGRESS_OPTIONS, 'charts.stac.ingress');
    requireKnownProps(this, mlflow?.ingress, INGRESS_OPTIONS, 'charts.mlflow.ingress');
    requireKnownProps(this, zenml?.ingress, INGRESS_OPTIONS, 'charts.zenml.ingress');
  }

  private charts(charts: FairCharts, nodePool: NodePool | undefined): FairChart[] {
    const { stac, mlflow, zenml } = charts;
    const serviceAccountName = imageSettings(this).pullSecrets === undefined ? undefined : STAC_ACCOUNT;
    return [
      ...(stac ? [stacChart(this, stac, { database: this.stac, nodePool, serviceAccountName })] : []),
      ...(mlflow ? [mlflowChart(this, mlflow, { ...this.mlflow, database: this.mlflow, nodePool })] : []),
      ...(zenml ? [zenmlChart(this, zenml, { ...this.zenml, database: this.zenml, nodePool })] : []),
    ];
  }

  /** Those of the charts that are on, and of each other that it is to be taken out of the cluster. */
  private releasesOf(built: readonly FairChart[]): Release[] {
    const off = { stac: versions.eoapi, mlflow: versions.mlflow, zenml: versions.zenml } as const;
    return Object.entries(off).map(([name, chart]) => {
      const on = built.find(({ release }) => release.name === name);
      return on?.release ?? { name, namespace: this.namespace, chart, installed: false };
    });
  }
}

/** The databases of the stack, in the order of their Secrets. */
function wanted({ databaseNames = {}, extraDatabases = [], mlflowUsers }: FairStackProps): WantedDatabase[] {
  const own = (key: FairDatabaseName, shape: WantedDatabase['shape'], database: DatabaseProps): WantedDatabase => ({
    key,
    database: { ...database, ...given(databaseNames[key]) },
    secretName: key === 'mlflowAuth' ? 'mlflow-auth-db' : `${key}-db`,
    readers: [key === 'mlflowAuth' ? 'mlflow' : key],
    shape,
  });
  const extensions = ['postgis', 'btree_gist', 'unaccent'];
  const users = own('mlflowAuth', 'login', { name: 'mlflow_auth', owner: 'mlflow_auth' });
  return [
    own('stac', 'address', { name: 'fair_models', owner: 'fair_models', extensions, pgstac: true }),
    own('mlflow', 'login', { name: 'mlflow', owner: 'mlflow' }),
    own('zenml', 'password', { name: 'zenml', owner: 'zenml' }),
    ...(mlflowUsers ? [{ ...users, passwordFormat: "letters, digits, '-' and '_' alone" }] : []),
    ...extraDatabases.map((database) => ({
      key: database.name,
      database,
      secretName: `${database.name.toLowerCase().replaceAll('_', '-')}-db`,
      readers: [],
      shape: 'address' as const,
    })),
  ];
}
