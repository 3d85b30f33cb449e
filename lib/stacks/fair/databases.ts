import type { Construct } from 'constructs';
import { BackupStore, type BackupStoreProps } from '../../components/data/cnpg/backup-store';
import { PostgresCluster } from '../../components/data/cnpg/cluster';
import type { PostgresClusterProps } from '../../components/data/cnpg/cluster-props';
import type { DatabaseProps } from '../../components/data/database';
import type { PostgresDatabase } from '../../components/data/database-job';
import { Postgres, type PostgresProps } from '../../components/data/postgres';
import { superuserSecret } from '../../components/data/store-secrets';
import type { DatabaseConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import { oneOf, requireProp } from '../../kube/objects/errors';
import { given } from '../../kube/objects/given';
import { serviceHost } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { CredentialSource, SecretRef } from '../../kube/secrets/secrets';
import { cloudNativePgReady, postgresReady, type WaitTarget } from '../../platform/releases/wait-target';
import type { Stack } from '../../platform/stack';
import { backupsSecret, type DatabaseSecretShape, databaseSecret } from './secrets';

/** One PostgreSQL server that holds all databases. */
export interface StatefulSetDatabases
  extends Pick<PostgresProps, 'image' | 'storage' | 'storageClassName' | 'resources' | 'maxConnections'> {
  readonly type: 'StatefulSet';
}

/** A cluster of CloudNativePG, and which of the stack's databases it holds. */
export interface FairCluster extends Omit<PostgresClusterProps, 'databases' | 'backups'> {
  /** Names: `zenml`, `stac`, `mlflow` and, with `mlflowUsers`, `mlflowAuth`; of extra databases their own. */
  readonly databases: readonly [string, ...string[]];
  /** When base backups are made. @default - `backups` must not be given either */
  readonly backupSchedule?: NonNullable<PostgresClusterProps['backups']>['schedule'];
}

/** PostgreSQL servers of CloudNativePG, whose operator must be there. */
export interface CloudNativePgDatabases {
  readonly type: 'CloudNativePG';
  /** Every database is in one of them. */
  readonly clusters: readonly [FairCluster, ...FairCluster[]];
  /**
   * Where the backups of all clusters go. A bucket without a role is opened by the Secret `backup-credentials`.
   * @default - there are none
   */
  readonly backups?: Pick<BackupStoreProps, 'bucket' | 'retention' | 'resources'>;
}

/** What serves the databases. */
export type FairDatabaseBackend = StatefulSetDatabases | CloudNativePgDatabases;

/** A database that the stack asks for. */
export interface WantedDatabase {
  /** What the configuration calls it. */
  readonly key: string;
  readonly database: DatabaseProps;
  readonly secretName: string;
  /** Charts that read its Secret. */
  readonly readers: readonly string[];
  /** What they read of it. */
  readonly shape: DatabaseSecretShape;
  /** What its password may be made of. @default - anything */
  readonly passwordFormat?: string;
}

/** What a chart needs to reach its database, and the Secret in the shape that it reads. */
export interface DatabaseClient {
  readonly connection: DatabaseConnection;
  readonly secret: SecretRef;
  /** What tells that it can be used. */
  readonly waitFor: readonly WaitTarget[];
}

/** The servers of a stack. */
export interface FairDatabases {
  readonly postgres?: Postgres;
  readonly clusters: readonly PostgresCluster[];
  /** The databases by what the configuration calls them. */
  readonly clients: ReadonlyMap<string, DatabaseClient>;
}

const POSTGRES = 'postgres';
const PORT = 5432;
const SUPERUSER = 'postgres';
const BACKUPS = 'backups';
/** Has the operator give a role its new password at once, and not when it next looks. */
const RELOADED = { 'cnpg.io/reload': 'true' } as const;

/** Writes the server or the servers of a stack. */
export function fairDatabases(
  scope: Stack,
  backend: FairDatabaseBackend,
  wanted: readonly WantedDatabase[],
  credentials: CredentialSource,
  nodePool: NodePool | undefined,
): FairDatabases {
  const { type } = backend;
  const types = ['StatefulSet', 'CloudNativePG'];
  requireProp(types.includes(type), scope, 'database.type', oneOf(types), type);
  requireSecretsOfTheirOwn(scope, wanted);
  return backend.type === 'StatefulSet'
    ? oneServer(scope, backend, wanted, credentials, nodePool)
    : clusters(scope, backend, wanted, credentials, nodePool);
}

function oneServer(
  scope: Stack,
  { type: _, ...props }: StatefulSetDatabases,
  wanted: readonly WantedDatabase[],
  credentials: CredentialSource,
  nodePool: NodePool | undefined,
): FairDatabases {
  const server = { host: serviceHost(scope, POSTGRES), port: PORT, reader: 'postgres-databases' };
  const superuser = credentials.provide(scope, superuserSecret(SUPERUSER));
  const members = wanted.map((member) => {
    const secret = credentials.provide(scope, databaseSecret(member, server));
    return { key: member.key, database: { ...member.database, password: secret.key('password') } };
  });
  const postgres = new Postgres(scope, 'postgres', {
    ...props,
    name: POSTGRES,
    superuser: { username: SUPERUSER, password: superuser.key('password') },
    databases: inOrderOfCreation(members),
    nodePool,
  });
  const ready = postgresReady(postgres, scope.namespace);
  return {
    postgres,
    clusters: [],
    clients: new Map(wanted.map(({ key, database }) => [key, client(postgres, database.name, ready)])),
  };
}

function clusters(
  scope: Stack,
  backend: CloudNativePgDatabases,
  wanted: readonly WantedDatabase[],
  credentials: CredentialSource,
  nodePool: NodePool | undefined,
): FairDatabases {
  requireKnownProps(scope, backend, 'type:CloudNativePG clusters:object[] backups?:object', 'database');
  const { clusters, backups } = backend;
  requireKnownProps(scope, backups, 'bucket:object retention:Duration resources?:object', 'database.backups');
  for (const { name, databases } of clusters)
    requireKnownProps(scope, { name, databases }, 'name databases:string[]', 'database.clusters');
  requirePlaces(scope, clusters, wanted);
  const store = backups && backupStore(scope, backups, credentials);
  const clients = new Map<string, DatabaseClient>();
  const all = clusters.map(({ databases, backupSchedule, ...props }) => {
    const { name } = props;
    const scheduled = (store === undefined) === (backupSchedule === undefined);
    requireProp(scheduled, scope, `${name}.backupSchedule`, "be given together with 'backups'", backupSchedule);
    const server = { host: serviceHost(scope, `${name}-rw`), port: PORT, reader: name, labels: RELOADED };
    const members = databases.flatMap((key) => wanted.filter((database) => database.key === key));
    const [first, ...others] = members.map((member) => {
      // The operator reads the name of the role as well.
      const shape = member.shape === 'password' ? 'login' : member.shape;
      const secret = credentials.provide(scope, databaseSecret({ ...member, shape }, server));
      return { ...member.database, password: secret.key('password') };
    });
    requireProp(first !== undefined, scope, `${name}.databases`, 'name at least one', databases);
    const cluster = new PostgresCluster(scope, `cluster-${name}`, {
      nodePool,
      ...given(props),
      databases: [first, ...others],
      backups: store && backupSchedule && { store, schedule: backupSchedule },
    });
    members.forEach(({ key, database }, index) => {
      const object = cluster.databaseObjects[index]?.name ?? '';
      const ready = cloudNativePgReady(scope.namespace, name, object);
      clients.set(key, client(cluster, database.name, ready));
    });
    return cluster;
  });
  return { clusters: all, clients };
}

function requireSecretsOfTheirOwn(scope: Construct, wanted: readonly WantedDatabase[]): void {
  const names = wanted.map(({ secretName }) => secretName);
  for (const [index, { secretName, database }] of wanted.entries()) {
    const allowed = `have a Secret of their own ('${secretName}' is taken)`;
    requireProp(names.indexOf(secretName) === index, scope, 'extraDatabases', allowed, database.name);
  }
}

/** Checks that every database is in one cluster and in one only. */
function requirePlaces(scope: Construct, clusters: readonly FairCluster[], wanted: readonly WantedDatabase[]): void {
  const known = wanted.map(({ key }) => key);
  const placed = clusters.flatMap(({ databases }) => databases);
  for (const { name, databases } of clusters) {
    for (const key of databases) requireProp(known.includes(key), scope, `${name}.databases`, oneOf(known), key);
  }
  for (const key of known) {
    const times = placed.filter((other) => other === key).length;
    requireProp(times === 1, scope, 'database.clusters', `hold each database once, '${key}' too`, times);
  }
}

function backupStore(
  scope: Construct,
  { bucket, retention, resources }: NonNullable<CloudNativePgDatabases['backups']>,
  credentials: CredentialSource,
) {
  const open = bucket.credentials !== undefined || bucket.roleArn !== undefined;
  const secret = open ? undefined : credentials.provide(scope, backupsSecret());
  const store = new BackupStore(scope, 'backups', {
    name: BACKUPS,
    bucket: secret === undefined ? bucket : { ...bucket, credentials: backupKeys(secret) },
    retention,
    resources,
  });
  return store.connection;
}

function backupKeys(secret: SecretRef) {
  return { accessKeyId: secret.key('access-key-id'), secretAccessKey: secret.key('secret-access-key') };
}

/** The order is in the name of the Job that creates them: that of the platform's own does not change. */
function inOrderOfCreation(
  members: readonly { readonly key: string; readonly database: PostgresDatabase }[],
): PostgresDatabase[] {
  const first = ['zenml', 'stac', 'mlflow'];
  const own = first.flatMap((name) => members.filter(({ key }) => key === name));
  return [...own, ...members.filter(({ key }) => !first.includes(key))].map(({ database }) => database);
}

function client(server: Postgres | PostgresCluster, name: string, waitFor: readonly WaitTarget[]): DatabaseClient {
  const connection = server.connection(name);
  return { connection, secret: connection.password.secret, waitFor };
}
