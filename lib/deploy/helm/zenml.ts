import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { DatabaseConnection } from '../../kube/connections';
import { requireProp } from '../../kube/errors';
import { imageParts } from '../../kube/images';
import type { NodePool } from '../../kube/node-pools';
import { type Resources, resourceAmounts } from '../../kube/quantities';
import { charts } from '../../versions';
import { placementValues, pullSecretValues, secretAnnotations } from './pod-values';
import { restrictedSecurity } from './restricted';
import { releaseServices } from './services';
import type { ZenmlValues } from './zenml-values';

export interface ZenmlProps {
  /** The database of the server. */
  readonly database: DatabaseConnection;
  /** Connections that the server keeps, and opens beside them when it is busy. @default - 20 and 20 */
  readonly connections?: { readonly pool: number; readonly overflow: number };
  /**
   * Creates the user `default` with an empty password at the first start, so that nobody has to activate the server:
   * for an environment on somebody's own machine.
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
  /** Image of a server that speaks to PostgreSQL; ZenML's own speaks to MySQL. @default charts.zenml.image */
  readonly image?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** User id of `zenml` in the image. */
const USER = 1000;

/** Values of the chart zenml 0.93.3, on a PostgreSQL database of somebody else. */
export function zenmlValues(scope: Construct, props: ZenmlProps): ZenmlValues {
  const {
    database,
    connections,
    autoActivate = false,
    debug = false,
    replicas = 1,
    resources = {
      requests: { cpu: Cpu.millis(250), memory: Size.mebibytes(512) },
      limits: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
    },
    migrationResources = resources,
    image = charts.zenml.image,
    nodePool,
  } = props;
  requireProp(Number.isInteger(replicas) && replicas >= 1, scope, 'replicas', 'be a whole number from 1', replicas);
  return {
    zenml: {
      replicaCount: replicas,
      image: { ...imageParts(scope, 'image', image), pullPolicy: 'IfNotPresent' },
      debug,
      analyticsOptIn: false,
      database: {
        url: databaseUrl(database),
        passwordSecretRef: { name: database.password.secret.name, key: database.password.key },
        backupStrategy: 'disabled',
        ...(connections === undefined ? {} : poolValues(scope, connections)),
      },
      ...(autoActivate ? { environment: { ZENML_SERVER_AUTO_ACTIVATE: '1' } } : {}),
      ingress: { enabled: false },
      service: { type: 'ClusterIP', port: releaseServices.zenml.port },
    },
    ...pullSecretValues(scope),
    ...secretAnnotations([database.password.secret]),
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

function poolValues(
  scope: Construct,
  { pool, overflow }: { readonly pool: number; readonly overflow: number },
): { readonly poolSize: number; readonly maxOverflow: number } {
  requireProp(Number.isInteger(pool) && pool >= 1, scope, 'connections.pool', 'be a whole number from 1', pool);
  // The chart leaves a 0 out, and ZenML then takes its own default.
  requireProp(
    Number.isInteger(overflow) && overflow >= 1,
    scope,
    'connections.overflow',
    'be a whole number from 1',
    overflow,
  );
  return { poolSize: pool, maxOverflow: overflow };
}
