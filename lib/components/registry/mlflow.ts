import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { uvicornHost } from '../../kube/network/addresses';
import {
  type BucketConnection,
  bucketUri,
  type DatabaseConnection,
  type HttpConnection,
} from '../../kube/network/connections';
import { type Exposure, exposureUrl } from '../../kube/network/exposure';
import type { NodePool } from '../../kube/nodes/node-pools';
import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import { namespaceOf } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import { requireWhole } from '../../kube/objects/numbers';
import type { ContainerProps, PullPolicy } from '../../kube/pods/containers';
import { httpProbe, serverProbes } from '../../kube/pods/probes';
import { bucket, database, envOf, type Use } from '../../kube/pods/uses';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { Deployment } from '../../workloads/deployment';
import { Service } from '../../workloads/service';

export interface MlflowServerProps {
  /** Name of the Deployment and of the Service. @default 'mlflow' */
  readonly name?: string;
  /** Image with `mlflow` 3.3 or later, a driver for PostgreSQL (psycopg2) and boto3. */
  readonly image: string;
  /** `Never` for an image that is loaded into the nodes. @default 'IfNotPresent' */
  readonly imagePullPolicy?: PullPolicy;
  /** Numeric user that the server runs as; the image of MLflow itself names none. @default 1000 */
  readonly user?: number;
  /** The database of runs and models. */
  readonly database: DatabaseConnection;
  /** The bucket of the artifacts. Clients reach it themselves, with credentials of their own. */
  readonly artifacts: BucketConnection;
  /** Processes of the server, about 200Mi each. @default 2 */
  readonly workers?: number;
  /** Connections of each pool that a process keeps, and opens beside them when it is busy. @default - 5 and 2 */
  readonly connections?: PoolSize;
  /**
   * Names that clients reach the server by, beside those of its Service and that of `exposure`; MLflow 3.5 and later
   * refuses others, and changes by pages of others.
   * @default - none
   */
  readonly allowedHosts?: readonly string[];
  /** @default - 250m and 512Mi, at most 500m and 1Gi */
  readonly resources?: Resources;
  /** How it is reached from outside of the cluster; the server is unauthenticated. @default - not at all */
  readonly exposure?: Exposure;
  /** What its plugins connect to: databases, buckets, topics, servers. @default - nothing */
  readonly uses?: readonly Use[];
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** How large a pool of connections is. */
export interface PoolSize {
  /** Connections that are kept. */
  readonly pool: number;
  /** Connections that are opened beside them. */
  readonly overflow: number;
}

/** Pools of each process in the database of runs: one for these, and one for models. */
export const MLFLOW_POOLS = 2;
/** The size of each. */
export const MLFLOW_POOL: PoolSize = { pool: 5, overflow: 2 };

/** Variables of every server: the size of each pool, and what it does not run. */
export function mlflowVariables(location: ErrorLocation, { pool, overflow }: PoolSize) {
  // MLflow leaves a 0 out, and SQLAlchemy then takes its own default.
  requireWhole(location, 'connections.pool', pool, 1);
  requireWhole(location, 'connections.overflow', overflow, 1);
  return {
    MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: String(pool),
    MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: String(overflow),
    // MLflow 3.16 starts eight more processes of 200Mi for background jobs.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
  };
}

const PORT = 5000;
const PORT_NAME = 'http';

/** An MLflow tracking server with an external database and an external bucket. */
export class MlflowServer extends Construct {
  readonly deployment: Deployment;
  /** `name`, port 5000. */
  readonly service: Service;
  /** How clients in the cluster reach it. */
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: MlflowServerProps) {
    super(...placed(scope, id));
    const words =
      'name? image imagePullPolicy?:Always|IfNotPresent|Never user?:number database:Database artifacts:Bucket workers?:number connections?:object allowedHosts?:string[] resources?:object exposure?:object uses?:object[] nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'mlflow', user = 1000, workers = 2, connections = MLFLOW_POOL, exposure, nodePool } = props;
    requireWhole(this, 'workers', workers, 1);
    const identity: Identity = { name: 'mlflow', instance: name, component: 'tracking' };
    const uses = [
      runs(props.database, MLFLOW_POOLS * workers * (connections.pool + connections.overflow)),
      files(props.artifacts),
      ...(props.uses ?? []),
    ];
    const server = this.server(name, workers, uses, props);
    this.deployment = new Deployment(this, 'Default', {
      identity,
      // The migration of the next version must not run while a server of this one writes.
      strategy: 'Recreate',
      pod: {
        nodePool,
        securityContext: { user },
        uses,
        initContainers: [
          { ...server, name: 'migrate', command: ['/bin/sh', '-euc', MIGRATION_SCRIPT], ports: {}, probes: {} },
        ],
        containers: [server],
      },
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: PORT_NAME, port: PORT }], exposure });
    this.connection = this.service.http;
  }

  private server(name: string, workers: number, uses: readonly Use[], props: MlflowServerProps): ContainerProps {
    const {
      image,
      imagePullPolicy,
      database,
      artifacts,
      allowedHosts = [],
      connections = MLFLOW_POOL,
      exposure,
      resources = computeResources({ millicores: [250, 500], mebibytes: [512, 1024] }),
    } = props;
    return {
      name: 'mlflow',
      image,
      imagePullPolicy,
      command: [
        'mlflow',
        'server',
        ...[`--host=${uvicornHost(workers)}`, '--port', String(PORT), '--workers', String(workers)],
        ...['--default-artifact-root', bucketUri(artifacts), '--no-serve-artifacts'],
      ],
      ports: { [PORT_NAME]: PORT },
      env: {
        MLFLOW_BACKEND_STORE_URI: databaseUri(database),
        // The migration reads them, too.
        ...envOf(uses),
        ...mlflowVariables(this, connections),
        ...this.guards(name, allowedHosts, exposureUrl(exposure)),
        HOME: '/tmp',
      },
      resources,
      probes: serverProbes(Duration.minutes(5), (timing) => httpProbe('/health', PORT_NAME, timing)),
      mounts: [{ volume: TMP, path: '/tmp' }],
    };
  }

  private guards(name: string, allowedHosts: readonly string[], url: string | undefined) {
    const namespace = namespaceOf(this);
    const full = namespace === undefined ? [] : [`${name}.${namespace}`, `${name}.${namespace}.svc`];
    return mlflowGuards(this, [name, ...full], allowedHosts, url);
  }
}

/**
 * What MLflow 3.5 and later answers: requests with these Host headers, against DNS rebinding, and those that change
 * something from pages of these origins. It always answers its health check, and pages of localhost. A pattern without
 * `*` has to equal the whole header, port included.
 * @param names - by which pods of the cluster reach the Service
 * @param url - how browsers reach it
 */
export function mlflowGuards(
  location: ErrorLocation,
  names: readonly string[],
  allowedHosts: readonly string[],
  url: string | undefined,
): { readonly MLFLOW_SERVER_ALLOWED_HOSTS: string; readonly MLFLOW_SERVER_CORS_ALLOWED_ORIGINS?: string } {
  for (const host of allowedHosts) {
    requireProp(/^[^,\s]+$/.test(host), location, 'allowedHosts', "be host names without ',' and blanks", host);
  }
  const page = url === undefined ? undefined : new URL(url);
  const anyPort = (host: string) => (host.includes('*') ? [host] : [host, `${host}:*`]);
  const hosts = ['localhost', '127.0.0.1', ...names, ...allowedHosts, ...(page ? [page.hostname] : [])];
  const others = allowedHosts.flatMap(anyPort).flatMap((host) => [`https://${host}`, `http://${host}`]);
  const origins = [...(page ? [page.origin] : []), ...others];
  return {
    MLFLOW_SERVER_ALLOWED_HOSTS: hosts.flatMap(anyPort).join(','),
    ...(origins.length > 0 && { MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: origins.join(',') }),
  };
}

const TMP = Volume.scratch('tmp');

/**
 * POSIX sh. Brings the tables of an older version to the present one. The server makes those of an empty database
 * itself, and the migration fails there.
 */
export const MIGRATION_SCRIPT = `tables=$(python -c '
import os, psycopg2
cursor = psycopg2.connect(os.environ["MLFLOW_BACKEND_STORE_URI"].replace("+psycopg2", "", 1)).cursor()
cursor.execute("SELECT to_regclass(%s) IS NOT NULL", ["alembic_version"])
print(cursor.fetchone()[0])
')
if [ "$tables" = True ]; then
  mlflow db upgrade "$MLFLOW_BACKEND_STORE_URI"
fi
`;

/** With the name of the driver: without it, SQLAlchemy 2.1 takes another. */
function databaseUri({ host, port, database, username }: DatabaseConnection): string {
  return `postgresql+psycopg2://${encodeURIComponent(username)}@${host}:${port}/${encodeURIComponent(database)}`;
}

/** libpq takes the password from a variable, so that the URI has none. */
function runs(connection: DatabaseConnection, connections: number): Use {
  return database(connection, { variables: { password: 'PGPASSWORD' }, wait: true, connections });
}

/** A bucket as boto3 and MLflow read it. */
function files(connection: BucketConnection): Use {
  const variables = {
    accessKeyId: 'AWS_ACCESS_KEY_ID',
    secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
    endpoint: 'MLFLOW_S3_ENDPOINT_URL',
    ...(connection.region === undefined ? {} : { region: 'AWS_DEFAULT_REGION' }),
  };
  return bucket(connection, { variables, wait: { name: 'wait-for-store' } });
}
