import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { type IngressOptions, ingressAnnotations, ingressOrigin } from '../../../components/edge/ingress';
import {
  type BucketConnection,
  type BucketCredentials,
  type DatabaseConnection,
  roleAnnotations,
} from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { oneOf, requireProp } from '../../../kube/objects/errors';
import { requireWhole } from '../../../kube/objects/numbers';
import { imageParts } from '../../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../../kube/resources/quantities';
import type { SecretKey } from '../../../kube/secrets/secrets';
import { placementValues, pullSecretValues, secretAnnotations } from '../../../platform/releases/pod-values';
import { type HelmChart, mergedValues, type ReleaseOptions } from '../../../platform/releases/release';
import { restrictedSecurity } from '../../../platform/releases/restricted';
import type { Stack } from '../../../platform/stack';
import { charts } from '../../../versions';
import type { DatabaseClient } from '../databases';
import { type FairChart, requireChartIngress } from './fair-chart';
import { readsSecretKeys, ZENML_VERSIONS, type ZenmlVersion } from './zenml-versions';

/** A version of the chart whose values are typed here, and the image that goes with it. */
export interface ZenmlChart extends HelmChart {
  readonly version: ZenmlVersion;
  /** A server of the same version that speaks to PostgreSQL; that of ZenML speaks to MySQL. */
  readonly image: string;
}

export interface ZenmlProps {
  /** The chart, with the image that goes with its version. @default charts.zenml */
  readonly chart?: ZenmlChart;
  /** The database of the server. */
  readonly database: DatabaseConnection;
  /** The bucket of the artifacts, of which the server shows some. @default - its ServiceAccount opens none */
  readonly artifacts?: BucketConnection;
  /**
   * Keys that encrypt the secrets of users and sign logins, from Secrets: with chart 0.94.1 and later.
   * @default - secrets are stored as they are, and logins are signed with a key that helm makes
   */
  readonly keys?: { readonly encryptionKey: SecretKey; readonly jwtSecret: SecretKey };
  /** How users reach the server from outside of the cluster. @default - inside of the cluster only */
  readonly ingress?: IngressOptions;
  /** How long a login lasts, in whole minutes. @default - as long as ZenML says */
  readonly loginLifetime?: Duration;
  /** Connections that the server keeps, and opens beside them when it is busy. @default - 20 and 20 */
  readonly connections?: { readonly pool: number; readonly overflow: number };
  /**
   * Creates the user `default` with an empty password at the first start, so that the server needs no activation:
   * for a local environment.
   * @default false
   */
  readonly autoActivate?: boolean;
  /** Logs more, and keeps the Job of the migration after it succeeded. @default false */
  readonly debug?: boolean;
  /** @default 1 */
  readonly replicas?: number;
  /** @default - 250m and 512Mi, at most 1 CPU and 1Gi */
  readonly resources?: Resources;
  /** Resources of the Job that migrates the database. @default - those of the server */
  readonly migrationResources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** User id of `zenml` in the image. */
const USER = 1000;
/** Its Service, named after the rules of the chart. */
export const ZENML_SERVICE = { name: 'zenml', port: 80, podPort: 8080 } as const;

/** ZenML, as an environment configures it. */
export interface ZenmlOptions
  extends Omit<ZenmlProps, 'database' | 'artifacts' | 'keys' | 'nodePool'>,
    ReleaseOptions {}

/** What the release of ZenML is given by its stack. */
export interface ZenmlGiven extends Required<Pick<ZenmlProps, 'artifacts'>>, Pick<ZenmlProps, 'keys' | 'nodePool'> {
  readonly database: DatabaseClient;
}

/** The release of ZenML's server. */
export function zenmlChart(
  stack: Stack,
  { values, ...props }: ZenmlOptions,
  { database, ...given }: ZenmlGiven,
): FairChart {
  const { connection, waitFor } = database;
  const {
    chart = charts.zenml,
    ingress,
    replicas = 1,
    connections: { pool, overflow } = { pool: 20, overflow: 20 },
  } = props;
  const { artifacts } = given;
  return {
    release: {
      name: 'zenml',
      namespace: stack.namespace,
      chart,
      waitFor,
      values: mergedValues(zenmlValues(stack, { ...props, ...given, database: connection }), values),
    },
    selector: { 'app.kubernetes.io/name': 'zenml' },
    service: ZENML_SERVICE,
    databases: [{ connection, connections: replicas * (pool + overflow) }],
    // Without a key or a role, it could not open it.
    artifacts: zenmlReadsKeys(props) || artifacts.roleArn !== undefined ? artifacts : undefined,
    ingress,
    writesIngress: true,
  };
}

/** Whether the server can be given the keys of a Secret. */
export function zenmlReadsKeys({ chart = charts.zenml }: ZenmlOptions): boolean {
  return readsSecretKeys(chart.version);
}

function requireZenmlChart(scope: Construct, { version, image }: ZenmlChart): void {
  requireProp(ZENML_VERSIONS.includes(version), scope, 'chart.version', oneOf(ZENML_VERSIONS), version);
  const { tag } = imageParts(scope, 'chart.image', image);
  const allowed = `have ${version}, the version of the chart, in its tag`;
  requireProp(tag.includes(version), scope, 'chart.image', allowed, image);
}

/**
 * Values of the charts zenml 0.93.3 and 0.94.2, which have no schema: a key that no template reads, such as
 * `zenml.resources` or `ingress.ingressClassName`, is accepted and has no effect. On an external PostgreSQL database.
 */
export function zenmlValues(scope: Construct, props: ZenmlProps) {
  const {
    chart = charts.zenml,
    database,
    artifacts,
    keys,
    ingress,
    loginLifetime,
    connections,
    autoActivate = false,
    debug = false,
    replicas = 1,
    resources = computeResources({ millicores: [250, 1000], mebibytes: [512, 1024] }),
    migrationResources = resources,
    nodePool,
  } = props;
  const { version, image } = chart;
  requireZenmlChart(scope, chart);
  requireProp(
    keys === undefined || readsSecretKeys(version),
    scope,
    'zenmlKeys',
    'be left out with chart 0.93.3, which reads no keys of Secrets',
    keys?.encryptionKey.secret.name,
  );
  const roles = roleAnnotations(artifacts?.roleArn);
  const bucketKeys = readsSecretKeys(version) ? artifacts?.credentials : undefined;
  const variables = [...(keys ? keyVariables(keys) : []), ...(bucketKeys ? bucketVariables(bucketKeys) : [])];
  const environment = {
    ...(autoActivate ? { ZENML_SERVER_AUTO_ACTIVATE: '1' } : {}),
    ...(bucketKeys && artifacts?.endpoint !== undefined ? { AWS_ENDPOINT_URL: artifacts.endpoint } : {}),
  };
  requireWhole(scope, 'replicas', replicas, 1);
  return {
    zenml: {
      replicaCount: replicas,
      image: { ...imageParts(scope, 'chart.image', image), pullPolicy: 'IfNotPresent' },
      ...(ingress === undefined ? {} : { serverURL: ingressOrigin(ingress) }),
      debug,
      analyticsOptIn: false,
      database: {
        url: databaseUrl(database),
        passwordSecretRef: { name: database.password.secret.name, key: database.password.key },
        // No certificates of MySQL's kind: PostgreSQL's own client encrypts where the server offers it.
        ...(version === '0.93.3' ? {} : { ssl: false }),
        // Every other strategy is for MySQL.
        backupStrategy: 'disabled',
        ...(connections === undefined ? {} : poolValues(scope, connections)),
      },
      ...(Object.keys(environment).length === 0 ? {} : { environment }),
      ...(variables.length === 0 ? {} : { environmentSecretKeyRefs: variables }),
      ...(loginLifetime === undefined ? {} : { auth: { jwtTokenExpireMinutes: wholeMinutes(scope, loginLifetime) } }),
      ingress: ingress === undefined ? { enabled: false } : ingressValues(scope, ingress),
      service: { type: 'ClusterIP', port: ZENML_SERVICE.port },
    },
    ...pullSecretValues(scope),
    ...(roles === undefined ? {} : { serviceAccount: { annotations: roles } }),
    ...secretAnnotations([
      database.password.secret,
      ...(keys ? [keys.encryptionKey.secret] : []),
      ...(bucketKeys ? [bucketKeys.accessKeyId.secret] : []),
    ]),
    ...restrictedSecurity(USER),
    resources: resourceAmounts(scope, 'resources', resources),
    resourcesMigrationPod: resourceAmounts(scope, 'migrationResources', migrationResources),
    ...placementValues(scope, nodePool),
  };
}

/** `postgresql://user@host:port/database`: ZenML takes the password from its environment. */
function databaseUrl({ host, port, database, username }: DatabaseConnection): string {
  return `postgresql://${encodeURIComponent(username)}@${host}:${port}/${encodeURIComponent(database)}`;
}

function ingressValues(scope: Construct, ingress: IngressOptions) {
  requireChartIngress(scope, ingress);
  const { host, ingressClassName, tlsSecretName } = ingress;
  const annotations = ingressAnnotations(ingress);
  return {
    enabled: true,
    className: ingressClassName,
    ...(annotations === undefined ? {} : { annotations }),
    host,
    path: '/',
    tls: tlsSecretName === undefined ? { enabled: false } : { enabled: true, secretName: tlsSecretName },
  };
}

/** Of the environment and of the Secret that the chart makes the former counts: its own key for logins stays unused. */
function keyVariables({ encryptionKey, jwtSecret }: NonNullable<ZenmlProps['keys']>) {
  return [
    variable('ZENML_SECRETS_STORE_ENCRYPTION_KEY', encryptionKey),
    variable('ZENML_SERVER_JWT_SECRET_KEY', jwtSecret),
  ];
}

/** The server opens the artifacts as its clients do: it shows the logs of steps from there. */
function bucketVariables({ accessKeyId, secretAccessKey }: BucketCredentials) {
  return [variable('AWS_ACCESS_KEY_ID', accessKeyId), variable('AWS_SECRET_ACCESS_KEY', secretAccessKey)];
}

function variable(name: string, { secret, key }: SecretKey) {
  return { name, secretName: secret.name, secretKey: key };
}

function wholeMinutes(scope: Construct, loginLifetime: Duration): number {
  const minutes = loginLifetime.toMinutes({ integral: false });
  const whole = Number.isInteger(minutes) && minutes >= 1;
  // The chart leaves a 0 out, and ZenML then takes its own default.
  requireProp(whole, scope, 'loginLifetime', 'be a whole number of minutes from 1', `${minutes} minutes`);
  return minutes;
}

function poolValues(scope: Construct, { pool, overflow }: NonNullable<ZenmlProps['connections']>) {
  requireWhole(scope, 'connections.pool', pool, 1);
  // The chart leaves a 0 out, and ZenML then takes its own default.
  requireWhole(scope, 'connections.overflow', overflow, 1);
  return { poolSize: pool, maxOverflow: overflow };
}
