import type { Construct } from 'constructs';
import { type IngressOptions, ingressAnnotations, ingressOrigin } from '../../../components/edge/ingress';
import {
  MLFLOW_POOL,
  MLFLOW_POOLS,
  type MlflowServerProps,
  mlflowGuards,
  mlflowVariables,
} from '../../../components/registry/mlflow';
import { uvicornHost } from '../../../kube/network/addresses';
import { type BucketConnection, type DatabaseConnection, roleAnnotations } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { requireDnsLabel } from '../../../kube/objects/names';
import { requireWhole } from '../../../kube/objects/numbers';
import { imageParts } from '../../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../../kube/resources/quantities';
import type { SecretRef } from '../../../kube/secrets/secrets';
import { placementValues, pullSecretValues, secretAnnotations } from '../../../platform/releases/pod-values';
import { mergedValues, type ReleaseOptions } from '../../../platform/releases/release';
import { restrictedSecurity } from '../../../platform/releases/restricted';
import type { Stack } from '../../../platform/stack';
import { charts, images } from '../../../versions';
import type { DatabaseClient } from '../databases';
import { type FairChart, requireChartIngress } from './fair-chart';

export interface MlflowProps extends Pick<MlflowServerProps, 'connections'> {
  /** Namespace of the release: part of the names that clients reach it by. */
  readonly namespace: string;
  /** The database of runs and models. The Secret that holds its password has the user name under `username`. */
  readonly database: DatabaseConnection;
  /** The bucket of the artifacts. */
  readonly artifacts: BucketConnection;
  /**
   * Asks users who they are: a database of theirs, which all replicas share, and the first administrator, a Secret with
   * the keys `username` and `password`. Both passwords go through `sed` into a URL or a file, so they may have letters,
   * digits, `-` and `_` alone.
   * @default - everybody may do everything
   */
  readonly users?: { readonly database: DatabaseConnection; readonly admin: SecretRef };
  /** How users reach the server from outside of the cluster. @default - inside of the cluster only */
  readonly ingress?: IngressOptions;
  /** Lets clients send artifacts through the server, so that they need no credentials of the bucket. @default false */
  readonly proxiedArtifacts?: boolean;
  /** Names that clients reach the server by, beside those of its Service and of a port-forward. @default - none */
  readonly allowedHosts?: readonly string[];
  /** @default 1 */
  readonly replicas?: number;
  /** Processes of each server. One takes about 200Mi, and another 200Mi go to the process that starts them. @default 2 */
  readonly workers?: number;
  /** @default - 100m and 512Mi, at most 500m and 1Gi */
  readonly resources?: Resources;
  /** Image with `mlflow`, a driver for PostgreSQL and boto3. @default charts.mlflow.image */
  readonly image?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** User id of `mlflow` in the image. */
const USER = 1001;
/** Its Service, named after the rules of the chart. */
export const MLFLOW_SERVICE = { name: 'mlflow', port: 80, podPort: 5000 } as const;

/** MLflow, as an environment configures it. */
export interface MlflowOptions
  extends Omit<MlflowProps, 'namespace' | 'database' | 'artifacts' | 'users' | 'nodePool'>,
    ReleaseOptions {}

/** Where MLflow keeps its users. */
export interface MlflowUsers {
  readonly client: DatabaseClient;
  /** Secret of the first administrator, with the keys `username` and `password`. */
  readonly admin: SecretRef;
}

/** What the release of MLflow is given by its stack. */
export interface MlflowGiven extends Pick<MlflowProps, 'artifacts' | 'nodePool'> {
  readonly database: DatabaseClient;
  readonly users?: MlflowUsers;
}

/** The release of MLflow. */
export function mlflowChart(
  stack: Stack,
  { values, ...props }: MlflowOptions,
  { database, users, ...given }: MlflowGiven,
): FairChart {
  const { namespace } = stack;
  const { replicas = 1, workers = 2, connections: { pool, overflow } = MLFLOW_POOL } = props;
  const connections = replicas * workers * (pool + overflow);
  const computed = mlflowValues(stack, {
    ...props,
    ...given,
    namespace,
    database: database.connection,
    users: users && { database: users.client.connection, admin: users.admin },
  });
  // Without a level of its logs the chart starts uvicorn, which reads an address in another form than gunicorn.
  const { log } = (values ?? {}) as { readonly log?: { readonly enabled?: boolean } };
  const address = log?.enabled === false ? { extraArgs: { host: uvicornHost(workers) } } : {};
  return {
    release: {
      name: 'mlflow',
      namespace,
      chart: charts.mlflow,
      // That of the users is the later of the two: CloudNativePG creates the first database of a cluster with it.
      waitFor: (users?.client ?? database).waitFor,
      values: mergedValues(mergedValues(computed, address), values),
    },
    selector: { app: 'mlflow' },
    service: MLFLOW_SERVICE,
    databases: [
      { connection: database.connection, connections: MLFLOW_POOLS * connections },
      ...(users ? [{ connection: users.client.connection, connections }] : []),
    ],
    artifacts: given.artifacts,
    ingress: props.ingress,
    writesIngress: true,
  };
}

/** Values of the chart mlflow 1.8.1, on an external database and bucket. Its schema refuses unknown keys. */
export function mlflowValues(scope: Construct, props: MlflowProps) {
  const {
    namespace,
    database,
    artifacts,
    users,
    ingress,
    proxiedArtifacts = false,
    allowedHosts = [],
    replicas = 1,
    workers = 2,
    connections = MLFLOW_POOL,
    resources = computeResources({ millicores: [100, 500], mebibytes: [512, 1024] }),
    image = charts.mlflow.image,
    nodePool,
  } = props;
  requireDnsLabel(scope, 'namespace', namespace);
  requireWhole(scope, 'replicas', replicas, 1);
  requireWhole(scope, 'workers', workers, 1);
  const parts = imageParts(scope, 'image', image);
  const secrets = [
    database.password.secret,
    ...(artifacts.credentials ? [artifacts.credentials.accessKeyId.secret] : []),
    ...(users ? [users.database.password.secret, users.admin] : []),
  ];
  const roles = roleAnnotations(artifacts.roleArn);
  // The shortest first.
  const domains = ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`];
  const names = domains.map((domain) => `${MLFLOW_SERVICE.name}${domain}`);
  return {
    replicaCount: replicas,
    image: parts,
    initImages: {
      mlflowDbMigration: parts,
      ...(users === undefined ? {} : { iniFileInitializer: imageParts(scope, 'image', images.busybox) }),
    },
    ...pullSecretValues(scope),
    serviceAccount: { automount: false, ...(roles === undefined ? {} : { annotations: roles }) },
    ...secretAnnotations(secrets),
    ...security(users !== undefined),
    backendStore: {
      databaseMigration: true,
      // It is an init container without a security context, which `restricted` refuses.
      databaseConnectionCheck: false,
      postgres: postgresValues(database),
      existingDatabaseSecret: loginSecret(database),
    },
    artifactRoot: {
      proxiedArtifactStorage: proxiedArtifacts,
      s3: {
        enabled: true,
        bucket: artifacts.bucket,
        ...(artifacts.path === undefined ? {} : { path: artifacts.path }),
        ...existingSecret(scope, artifacts),
      },
    },
    ...(users === undefined ? {} : { auth: authValues(users) }),
    // A string: the chart prints a number as `%!s(float64=2)`.
    // The host takes the place of the chart's own, in the form of gunicorn, which the chart starts.
    extraArgs: { workers: String(workers), host: '[::]' },
    extraEnvVars: {
      ...mlflowVariables(scope, connections),
      ...mlflowGuards(scope, names, allowedHosts, ingress && ingressOrigin(ingress)),
      ...(artifacts.endpoint === undefined ? {} : { MLFLOW_S3_ENDPOINT_URL: artifacts.endpoint }),
      ...(artifacts.region === undefined ? {} : { AWS_DEFAULT_REGION: artifacts.region }),
    },
    ...(ingress === undefined ? {} : { ingress: ingressValues(scope, ingress) }),
    resources: resourceAmounts(scope, 'resources', resources),
    ...placementValues(scope, nodePool),
  };
}

/** With users, also of the pod as a whole: the init container that writes their file has no context of its own. */
function security(withUsers: boolean): ReturnType<typeof restrictedSecurity> {
  const { podSecurityContext, securityContext } = restrictedSecurity(USER);
  if (!withUsers) return { podSecurityContext, securityContext };
  const user = { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER } as const;
  return { podSecurityContext: { ...podSecurityContext, ...user }, securityContext };
}

function postgresValues({ host, port, database }: DatabaseConnection) {
  // The one that the image has: without a name, SQLAlchemy 2.1 takes another.
  return { enabled: true, driver: 'psycopg2', host, port, database } as const;
}

function loginSecret({ password }: DatabaseConnection) {
  return { name: password.secret.name, usernameKey: 'username', passwordKey: password.key };
}

function authValues({ database, admin }: NonNullable<MlflowProps['users']>) {
  return {
    enabled: true,
    existingAdminSecret: { name: admin.name, usernameKey: 'username', passwordKey: 'password' },
    postgres: { ...postgresValues(database), existingSecret: loginSecret(database) },
  };
}

function ingressValues(scope: Construct, ingress: IngressOptions) {
  requireChartIngress(scope, ingress);
  const { host, ingressClassName, tlsSecretName } = ingress;
  const annotations = ingressAnnotations(ingress);
  return {
    enabled: true,
    className: ingressClassName,
    ...(annotations === undefined ? {} : { annotations }),
    hosts: [{ host, paths: [{ path: '/', pathType: 'Prefix' }] }],
    ...(tlsSecretName === undefined ? {} : { tls: [{ secretName: tlsSecretName, hosts: [host] }] }),
  };
}

function existingSecret(scope: Construct, { credentials }: BucketConnection) {
  if (credentials === undefined) return {};
  const { accessKeyId, secretAccessKey } = credentials;
  requireProp(
    accessKeyId.secret.name === secretAccessKey.secret.name,
    scope,
    'artifacts.credentials',
    'be two keys of one Secret',
    `${accessKeyId.secret.name} and ${secretAccessKey.secret.name}`,
  );
  return {
    existingSecret: {
      name: accessKeyId.secret.name,
      keyOfAccessKeyId: accessKeyId.key,
      keyOfSecretAccessKey: secretAccessKey.key,
    },
  };
}
