import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
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
  /** Image with `mlflow`, a driver for PostgreSQL (psycopg2) and boto3. */
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
  /**
   * Names that clients reach the server by, beside those of its Service and that of `exposure`; MLflow 3.5 and later
   * refuses others.
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
      'name? image imagePullPolicy?:Always|IfNotPresent|Never user?:number database:Database artifacts:Bucket workers?:number allowedHosts?:string[] resources?:object exposure?:object uses?:object[] nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const { name = 'mlflow', user = 1000, workers = 2, exposure, nodePool } = props;
    requireWhole(this, 'workers', workers, 1);
    const identity: Identity = { name: 'mlflow', instance: name, component: 'tracking' };
    const uses = [runs(props.database), files(props.artifacts), ...(props.uses ?? [])];
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
        ...['--host', '0.0.0.0', '--port', String(PORT), '--workers', String(workers)],
        ...['--default-artifact-root', bucketUri(artifacts), '--no-serve-artifacts'],
      ],
      ports: { [PORT_NAME]: PORT },
      env: {
        MLFLOW_BACKEND_STORE_URI: databaseUri(database),
        // The migration reads them, too.
        ...envOf(uses),
        MLFLOW_SERVER_ALLOWED_HOSTS: this.hostPatterns(name, [...allowedHosts, ...routeHosts(exposure)]),
        HOME: '/tmp',
      },
      resources,
      probes: serverProbes(Duration.minutes(5), (timing) => httpProbe('/health', PORT_NAME, timing)),
      mounts: [{ volume: TMP, path: '/tmp' }],
    };
  }

  private hostPatterns(name: string, allowedHosts: readonly string[]): string {
    const namespace = namespaceOf(this);
    const full = namespace === undefined ? [] : [`${name}.${namespace}`, `${name}.${namespace}.svc`];
    return mlflowHostPatterns(this, [name, ...full], allowedHosts);
  }
}

/**
 * The Host headers that MLflow 3.5 and later answers to; it refuses all others, against DNS rebinding, except for its
 * health check. A pattern without `*` has to equal the whole header, port included.
 * @param names - by which pods of the cluster reach the Service
 */
export function mlflowHostPatterns(
  location: ErrorLocation,
  names: readonly string[],
  allowedHosts: readonly string[],
): string {
  for (const host of allowedHosts) {
    requireProp(/^[^,\s]+$/.test(host), location, 'allowedHosts', "be host names without ',' and blanks", host);
  }
  const hosts = ['localhost', '127.0.0.1', ...names, ...allowedHosts];
  return hosts.flatMap((host) => (host.includes('*') ? [host] : [host, `${host}:*`])).join(',');
}

const TMP = Volume.scratch('tmp', { sizeLimit: Size.gibibytes(1) });

/**
 * POSIX sh. Brings the tables of an older version to the present one. The server makes those of an empty database
 * itself, and the migration fails there.
 */
export const MIGRATION_SCRIPT = `tables=$(python -c '
import os, psycopg2
cursor = psycopg2.connect(os.environ["MLFLOW_BACKEND_STORE_URI"]).cursor()
cursor.execute("SELECT to_regclass(%s) IS NOT NULL", ["alembic_version"])
print(cursor.fetchone()[0])
')
if [ "$tables" = True ]; then
  mlflow db upgrade "$MLFLOW_BACKEND_STORE_URI"
fi
`;

function databaseUri({ host, port, database, username }: DatabaseConnection): string {
  return `postgresql://${encodeURIComponent(username)}@${host}:${port}/${encodeURIComponent(database)}`;
}

function routeHosts(exposure: Exposure | undefined): string[] {
  const url = exposureUrl(exposure);
  return url === undefined ? [] : [new URL(url).hostname];
}

/** libpq takes the password from a variable, so that the URI has none. */
function runs(connection: DatabaseConnection): Use {
  return database(connection, { variables: { password: 'PGPASSWORD' }, wait: true });
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
