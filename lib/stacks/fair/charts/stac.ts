import type { Construct } from 'constructs';
import type { IngressOptions } from '../../../components/edge/ingress';
import { uvicornHost } from '../../../kube/network/addresses';
import type { DatabaseConnection } from '../../../kube/network/connections';
import { type NodePool, requireDeclaredPool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { requireWhole } from '../../../kube/objects/numbers';
import { imageParts, imageSettings } from '../../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../../kube/resources/quantities';
import { nodeAffinity } from '../../../platform/releases/node-affinity';
import { secretsChecksum, tolerationValues } from '../../../platform/releases/pod-values';
import { mergedValues, type ReleaseOptions } from '../../../platform/releases/release';
import type { Stack } from '../../../platform/stack';
import { charts } from '../../../versions';
import type { DatabaseClient } from '../databases';
import { type EoapiChart, requireEoapiChart, waitImage } from './eoapi-versions';
import type { FairChart } from './fair-chart';

export interface StacProps {
  /**
   * The database of pgstac. The Secret that holds its password holds the whole connection, under the keys of
   * {@link STAC_SECRET_KEYS}.
   */
  readonly database: DatabaseConnection;
  /** Title of the catalogue, as its landing page shows it. */
  readonly title: string;
  /** Description of the catalogue, as its landing page shows it. */
  readonly description: string;
  /** Lets clients create, change and delete collections and items. The API is unauthenticated. @default false */
  readonly transactions?: boolean;
  /** Processes of the API. Each holds up to `connections.max` connections, twice that with `transactions`. @default 2 */
  readonly workers?: number;
  /** Connections that a pool of a process keeps and may open. @default - 1 and 3 */
  readonly connections?: { readonly min: number; readonly max: number };
  /** @default - 100m and 256Mi, at most 500m and 512Mi */
  readonly resources?: Resources;
  /**
   * Adds pods while the ones there are use more than this share of the CPU that they request. Needs metrics-server.
   * @default - one pod
   */
  readonly autoscaling?: StacAutoscaling;
  /** Resources of the Job that migrates the database. @default - 100m and 128Mi, at most 500m and 512Mi */
  readonly migrationResources?: Resources;
  /** The chart, with the images that go with its version. @default charts.eoapi */
  readonly chart?: EoapiChart;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
  /**
   * A ServiceAccount that exists and that the API runs as. The chart has no value for pull Secrets: with them, this
   * account refers to them, and so does `default`, which the migration runs as.
   * @default - the chart creates one
   */
  readonly serviceAccountName?: string;
}

/** How many pods of the API there are. */
export interface StacAutoscaling {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** In per cent of what a pod requests. */
  readonly averageUtilization: number;
}

/** Keys of the Secret that the chart reads the connection from. */
export const STAC_SECRET_KEYS = {
  username: 'username',
  password: 'password',
  host: 'host',
  port: 'port',
  database: 'database',
} as const;

const POOL = { min: 1, max: 3 } as const;
/** The port that every service of the chart listens on. */
const PORT = 8080;
/** Before the rest of the release: after it, `--wait` waits for a Deployment that waits for the Job of the hook. */
const HOOK = { 'helm.sh/hook': 'pre-install,pre-upgrade' } as const;

/**
 * Values of the charts eoapi 0.12.0, 0.12.2 and 0.15.0 with the STAC API alone, on an external database. Their schema accepts
 * unknown keys, such as `stac.resources` or a node selector, which have no effect.
 */
export function stacValues(scope: Construct, props: StacProps) {
  const {
    database,
    title,
    description,
    transactions = false,
    workers = 2,
    connections = POOL,
    resources = computeResources({ millicores: [100, 500], mebibytes: [256, 512] }),
    migrationResources = computeResources({ millicores: [100, 500], mebibytes: [128, 512] }),
    chart = charts.eoapi,
    autoscaling,
    nodePool,
    serviceAccountName,
  } = props;
  requireWhole(scope, 'workers', workers, 1);
  requireConnections(scope, connections);
  requirePullableImages(scope, serviceAccountName);
  if (nodePool !== undefined) requireDeclaredPool(scope, 'nodePool', nodePool);
  const api = imageParts(scope, 'chart.image', chart.image);
  const migration = imageParts(scope, 'chart.migrationImage', chart.migrationImage);
  requireEoapiChart(scope, chart, migration.tag);
  const wait = waitImage(scope, chart);
  const placement = nodePool && { affinity: nodeAffinity([nodePool]), ...tolerationValues([nodePool]) };
  // A label, because the chart has no value for annotations of its pods.
  const sum = secretsChecksum([database.password.secret])?.slice(0, 16);
  return {
    postgresql: {
      type: 'external-secret',
      external: {
        existingSecret: {
          name: database.password.secret.name,
          keys: { ...STAC_SECRET_KEYS, password: database.password.key },
        },
      },
    },
    // On by default, and refused beside an external database.
    postgrescluster: { enabled: false },
    pgstacBootstrap: {
      enabled: true,
      image: { name: migration.repository, tag: migration.tag },
      ...(wait === undefined ? {} : { waitImage: { name: wait.repository, tag: wait.tag } }),
      configMaps: { pgstacSettings: { annotations: HOOK } },
      jobs: { pgstacMigrate: { annotations: HOOK } },
      settings: {
        loadSamples: false,
        resources: resourceAmounts(scope, 'migrationResources', migrationResources),
        ...placement,
      },
    },
    // Not empty: the chart writes the Role that its init container needs only where the list has an entry.
    apiServices: ['stac'],
    stac: {
      enabled: true,
      image: { name: api.repository, tag: api.tag },
      // Both, for no prefix in the links: the first up to 0.12.1, the second from 0.12.2 on, where it is ignored.
      overrideRootPath: '',
      ingress: { enabled: false, path: '' },
      ...(autoscaling === undefined ? {} : { autoscaling: autoscalingValues(scope, autoscaling) }),
      settings: {
        resources: resourceAmounts(scope, 'resources', resources),
        envVars: {
          HOST: uvicornHost(workers),
          PORT: String(PORT),
          WEB_CONCURRENCY: String(workers),
          DB_MIN_CONN_SIZE: String(connections.min),
          DB_MAX_CONN_SIZE: String(connections.max),
          STAC_FASTAPI_TITLE: title,
          STAC_FASTAPI_DESCRIPTION: description,
          ENABLE_TRANSACTIONS_EXTENSIONS: String(transactions),
        },
        ...(sum === undefined ? {} : { labels: { 'checksum/credentials': sum } }),
        ...placement,
      },
    },
    raster: { enabled: false },
    vector: { enabled: false },
    browser: { enabled: false },
    docServer: { enabled: false },
    ingress: { enabled: false },
    service: { port: PORT },
    ...(serviceAccountName === undefined ? {} : { serviceAccount: { create: false, name: serviceAccountName } }),
  };
}

/** The STAC API of eoAPI, as an environment configures it. */
export interface StacOptions extends Omit<StacProps, 'database' | 'nodePool' | 'serviceAccountName'>, ReleaseOptions {
  /**
   * How users reach it from outside of the cluster. The stack writes the Ingress: that of the chart serves a prefix
   * alone. @default - inside of the cluster only
   */
  readonly ingress?: IngressOptions;
}

/** Its Service, named after the rules of the chart. */
export const STAC_SERVICE = { name: 'stac-stac', port: PORT, podPort: PORT } as const;

/** The release of eoAPI's STAC API. */
export function stacChart(
  stack: Stack,
  { ingress, values, ...props }: StacOptions,
  { database, ...given }: Pick<StacProps, 'nodePool' | 'serviceAccountName'> & { readonly database: DatabaseClient },
): FairChart {
  const { connection, waitFor } = database;
  const { workers = 2, connections = POOL, autoscaling, transactions = false } = props;
  const pods = autoscaling?.maxReplicas ?? 1;
  return {
    release: {
      name: 'stac',
      namespace: stack.namespace,
      chart: props.chart ?? charts.eoapi,
      waitFor,
      values: mergedValues(stacValues(stack, { ...props, ...given, database: connection }), values),
    },
    selector: { app: 'stac-stac' },
    migration: { name: 'stac-migration', selector: { app: 'stac-pgstac-migrate' } },
    service: STAC_SERVICE,
    // With transactions, each process has a pool to write with, too.
    databases: [{ connection, connections: pods * workers * connections.max * (transactions ? 2 : 1) }],
    // Before it starts, its API asks the API server whether the migration is done.
    callsApiServer: true,
    ingress,
  };
}

function autoscalingValues(scope: Construct, { minReplicas, maxReplicas, averageUtilization }: StacAutoscaling) {
  const min = Number.isInteger(minReplicas) && minReplicas >= 1;
  requireProp(min, scope, 'autoscaling.minReplicas', 'be a whole number from 1', minReplicas);
  const max = Number.isInteger(maxReplicas) && maxReplicas >= minReplicas;
  requireProp(max, scope, 'autoscaling.maxReplicas', `be a whole number from ${minReplicas}`, maxReplicas);
  const share = Number.isInteger(averageUtilization) && averageUtilization >= 1 && averageUtilization <= 100;
  requireProp(share, scope, 'autoscaling.averageUtilization', 'be per cent from 1 to 100', averageUtilization);
  return { enabled: true, type: 'cpu', minReplicas, maxReplicas, targets: { cpu: averageUtilization } };
}

function requireConnections(scope: Construct, { min, max }: { readonly min: number; readonly max: number }): void {
  requireWhole(scope, 'connections.min', min, 1);
  requireProp(Number.isInteger(max) && max >= min, scope, 'connections.max', `be a whole number from ${min}`, max);
}

function requirePullableImages(scope: Construct, serviceAccountName: string | undefined): void {
  const { pullSecrets = [] } = imageSettings(scope);
  requireProp(
    pullSecrets.length === 0 || serviceAccountName !== undefined,
    scope,
    'serviceAccountName',
    `name an account with the pull Secrets ${pullSecrets.join(', ')}: the chart has no value for them`,
    serviceAccountName,
  );
}
