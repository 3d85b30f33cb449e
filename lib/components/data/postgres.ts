import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { recordConnectionLimit } from '../../kube/network/connection-budget';
import type { DatabaseConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { findByName } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { type Identity, selectorLabels } from '../../kube/objects/labels';
import { requireWhole } from '../../kube/objects/numbers';
import { execProbe, serverProbes } from '../../kube/pods/probes';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import { Service } from '../../workloads/service';
import { StatefulSet } from '../../workloads/stateful-set';
import { requireDatabases, requireLoginRole } from './database';
import { DatabaseJob, type PostgresDatabase, type PostgresSuperuser } from './database-job';
import { INIT_JOB_SCRIPT, INIT_JOB_SCRIPT_KEY, INIT_SQL_KEY } from './init-job-script';
import { renderInitSql } from './init-sql';

export interface PostgresProps {
  /** Name of the StatefulSet and of the Service. @default 'postgres' */
  readonly name?: string;
  /** An image with the entrypoint of the official one and the extensions that the databases use. @default images.postgis */
  readonly image?: string;
  readonly superuser: PostgresSuperuser;
  /** Databases that exist, each owned by a login role that is no superuser; more can be added at any time. */
  readonly databases: readonly PostgresDatabase[];
  /** Size of the claim. Immutable. @default Size.gibibytes(5) */
  readonly storage?: Size;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** @default - 250m and 512Mi, at most 1 CPU and 1Gi */
  readonly resources?: Resources;
  /**
   * Connections of all clients together, three of which are kept for the superuser. Each takes about 10Mi while it works.
   * @default 100
   */
  readonly maxConnections?: number;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** User id of `postgres` in the Debian images. */
const USER = 999;
const PORT = 5432;
/** `superuser_reserved_connections` of PostgreSQL. */
const RESERVED = 3;

/** A PostgreSQL server with one volume, its databases and their roles. */
export class Postgres extends Construct {
  readonly server: StatefulSet;
  /** `name`, port 5432. */
  readonly service: Service;
  /** The Job that brings databases and roles to a running server, where there are any. */
  readonly databaseJob?: DatabaseJob;
  private readonly databases: readonly PostgresDatabase[];

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(...placed(scope, id));
    const words =
      'name? image? superuser:Superuser databases:object[] storage?:Size storageClassName? resources?:object nodePool?:NodePool maxConnections?:number';
    requireKnownProps(this, props, words);
    const {
      name = 'postgres',
      image = images.postgis,
      superuser,
      databases,
      storage = Size.gibibytes(5),
      storageClassName,
      resources = computeResources({ millicores: [250, 1000], mebibytes: [512, 1024] }),
      maxConnections = 100,
      nodePool,
    } = props;
    requireWhole(this, 'maxConnections', maxConnections, RESERVED + 1);
    requireLoginRole(this, 'superuser.username', superuser.username);
    requireDatabases(this, databases, superuser.username);
    this.databases = databases;
    const identity: Identity = { name: 'postgres', instance: name, component: 'database' };
    const initSql = new ConfigMap(this, 'init', {
      name: `${name}-init`,
      labels: selectorLabels(this, identity),
      data: { [INIT_SQL_KEY]: renderInitSql(databases), [INIT_JOB_SCRIPT_KEY]: INIT_JOB_SCRIPT },
    });
    const headless = new Service(this, 'headless', {
      name: `${name}-headless`,
      identity,
      headless: true,
      ports: [{ name: 'postgres', port: PORT }],
    });
    this.server = new StatefulSet(this, 'server', {
      identity,
      serviceName: headless.name,
      claims: [{ name: 'pgdata', size: storage, storageClassName }],
      pod: {
        nodePool,
        securityContext: { user: USER },
        // The image asks to be stopped by SIGINT: a fast shutdown, which still has to write a checkpoint.
        terminationGracePeriod: Duration.seconds(60),
        containers: [serverContainer(image, resources, superuser, initSql, maxConnections)],
      },
    });
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'postgres', port: PORT }] });
    recordConnectionLimit(this, this.service.host, 'maxConnections', maxConnections, RESERVED);
    if (databases.length > 0) {
      this.databaseJob = new DatabaseJob(this, 'databases', {
        name: `${name}-databases`,
        image,
        server: { host: this.service.host, port: PORT },
        superuser,
        databases,
        scripts: initSql,
        nodePool,
      });
    }
  }

  /**
   * How a client reaches a database, as the role that owns it.
   * @throws InvalidPropError for a database that is not one of this server's
   */
  connection(database: string): DatabaseConnection {
    const found = findByName(this, 'database', this.databases, database);
    return { host: this.service.host, port: PORT, database, username: found.owner, password: found.password };
  }
}

function serverContainer(
  image: string,
  resources: Resources,
  superuser: PostgresSuperuser,
  initSql: ConfigMap,
  maxConnections: number,
) {
  // Over TCP: the temporary server of the entrypoint answers on the socket only.
  const ready = ['pg_isready', '--host=localhost', `--port=${PORT}`, '--quiet'];
  return {
    name: 'postgres',
    image,
    args: maxConnections === 100 ? undefined : ['-c', `max_connections=${maxConnections}`],
    ports: { postgres: PORT },
    env: {
      POSTGRES_USER: superuser.username,
      POSTGRES_PASSWORD: superuser.password,
      POSTGRES_DB: 'postgres',
      // The image trusts connections over the socket and from 127.0.0.1, where `kubectl port-forward` comes from.
      POSTGRES_INITDB_ARGS: '--auth-local=scram-sha-256 --auth-host=scram-sha-256',
      // The root of a volume may hold lost+found, which initdb refuses.
      PGDATA: '/var/lib/postgresql/data/pgdata',
    },
    resources,
    // Five minutes: recovery after a crash replays the write-ahead log before the server answers.
    probes: serverProbes(Duration.minutes(5), (timing) => execProbe(ready, timing)),
    mounts: [
      { volume: Volume.claimTemplate('pgdata'), path: '/var/lib/postgresql/data' },
      {
        // The Job applies a changed script: the running server must not be restarted for it.
        volume: Volume.configMap('init-scripts', initSql, {
          items: [{ key: INIT_SQL_KEY, path: INIT_SQL_KEY }],
          rollOnChange: false,
        }),
        path: '/docker-entrypoint-initdb.d',
        readOnly: true,
      },
      { volume: Volume.scratch('run'), path: '/var/run/postgresql' },
      { volume: Volume.scratch('tmp'), path: '/tmp' },
      // Parallel queries share memory here; the runtime's default is 64Mi.
      { volume: Volume.scratch('shm', { inMemory: true, sizeLimit: Size.mebibytes(256) }), path: '/dev/shm' },
    ],
  };
}
