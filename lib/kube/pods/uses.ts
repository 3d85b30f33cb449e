import type { Construct } from 'constructs';
import { images } from '../../versions';
import { type Address, bucketAddress, urlAddress } from '../network/addresses';
import { type BucketConnection, bucketUri, type DatabaseConnection, type HttpConnection } from '../network/connections';
import { oneOf, requireProp, requireUnique } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireWhole } from '../objects/numbers';
import type { SecretKey } from '../secrets/secrets';
import type { ContainerProps } from './containers';
import type { Env } from './env';
import { waitForDatabase, waitForHttp } from './wait-for';

/** A dependency of pods, declared once: `database()`, `bucket()`, `topic()` or `http()` of a connection. */
export interface Use {
  /**
   * Variables of the first container of the pods, before its own: `$(PGHOST)` there stands for the one of a use. For
   * further containers, and for a place of their own among others, spread them into the `env` of the container.
   */
  readonly env: Readonly<Record<string, string | SecretKey>>;
  /** The servers that the pods connect to, which network policies allow at both ends. */
  readonly addresses: readonly Address[];
  /** Init container that waits for the servers, before all others. @default - the pods do not wait */
  readonly wait?: ContainerProps;
  /** Servers that the pods name and do not connect to. @default - none */
  readonly mentions?: readonly Address[];
  /** Connections that each pod opens to a database server at most. @default - they are not counted */
  readonly pool?: { readonly host: string; readonly connections: number };
}

/** Whether pods wait until they can use a connection. */
export interface UseWait {
  /** Name of the init container. @default - `wait-for-` and what is waited for */
  readonly name?: string;
  /** Image of it. @default - one that this package pins */
  readonly image?: string;
}

/** Names of variables by value. These are written, in this order, except for values that a connection does not have. */
export type UseVariables<Value extends string> = Readonly<Partial<Record<Value, string | readonly string[]>>>;

/** A value of a database connection. */
export type DatabaseValue = 'host' | 'port' | 'database' | 'username' | 'password';

/** Variables that libpq, and so psycopg, asyncpg, pgx and node-postgres read by themselves. */
export const PG_VARIABLES: UseVariables<DatabaseValue> = {
  host: 'PGHOST',
  port: 'PGPORT',
  database: 'PGDATABASE',
  username: 'PGUSER',
  password: 'PGPASSWORD',
};

/** A value of a bucket connection: `host` is `host:port` of the endpoint, `uri` is `s3://bucket/path`. */
export type BucketValue =
  | 'endpoint'
  | 'host'
  | 'region'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'bucket'
  | 'path'
  | 'uri';

/** Variables that AWS clients read by themselves, of S3 and of servers that speak like it; none is the standard for the bucket. */
export const AWS_VARIABLES: UseVariables<BucketValue> = {
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  secretAccessKey: 'AWS_SECRET_ACCESS_KEY',
  endpoint: 'AWS_ENDPOINT_URL',
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  bucket: 'BUCKET_NAME',
  path: 'BUCKET_PATH',
};

/** How a connection is used. */
export interface UseOptions<Value extends string> {
  /** @default - `PG_VARIABLES`, `AWS_VARIABLES` or `KAFKA_VARIABLES`; `{ ...PG_VARIABLES, host: 'DB_HOST' }` renames one */
  readonly variables?: UseVariables<Value>;
  /** `true`, or how. @default - the pods start at once */
  readonly wait?: boolean | UseWait;
}

/** How a database is used. */
export interface DatabaseUseOptions extends UseOptions<DatabaseValue> {
  /**
   * Connections that each pod opens at most: the pools of all its processes. More than the server has for all clients is an
   * error. @default - they are not counted
   */
  readonly connections?: number;
}

/** A database, by `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER` and `PGPASSWORD`. With `wait` the pods start once the role can log in. */
export function database(connection: DatabaseConnection, options: DatabaseUseOptions = {}): Use {
  requireKnownProps('database()', { connection, options }, 'connection:Database options:object');
  requireKnownProps('database()', options, 'variables?:object wait?:boolean|object connections?:number', 'options');
  const { host, port, database, username, password } = connection;
  const { variables = PG_VARIABLES, wait, connections } = options;
  if (connections !== undefined) requireWhole('database()', 'connections', connections, 1);
  return {
    env: variablesOf('database()', { host, port: String(port), database, username, password }, variables),
    addresses: [{ host, port }],
    pool: connections === undefined ? undefined : { host, connections },
    wait: waiting('database()', wait, ({ name = 'wait-for-database', image = images.postgis }) =>
      waitForDatabase(name, image, connection),
    ),
  };
}

/**
 * A bucket, by the variables of AWS and `BUCKET_NAME`. A server other than AWS that names no region gets `us-east-1`,
 * without which some clients do not start. Without an access key the pods need the role of the connection, as an
 * annotation of their ServiceAccount. With `wait` the pods start once the server answers; AWS itself is not waited for.
 */
export function bucket(connection: BucketConnection, options: UseOptions<BucketValue> = {}): Use {
  requireKnownProps('bucket()', { connection, options }, 'connection:Bucket options:object');
  requireKnownProps('bucket()', options, 'variables?:object wait?:boolean|object', 'options');
  const { bucket, path, endpoint, region = endpoint && 'us-east-1', credentials } = connection;
  const { variables = AWS_VARIABLES, wait } = options;
  const isUrl = endpoint === undefined || (/^https?:\/\/[^/]/.test(endpoint) && URL.canParse(endpoint));
  requireProp(isUrl, 'bucket()', 'endpoint', 'be an http or https URL', endpoint);
  const values = {
    endpoint,
    host: endpoint && new URL(endpoint).host,
    region,
    accessKeyId: credentials?.accessKeyId,
    secretAccessKey: credentials?.secretAccessKey,
    bucket,
    path,
    uri: bucketUri(connection),
  };
  return {
    env: variablesOf('bucket()', values, variables),
    addresses: [bucketAddress(connection)],
    wait: waiting('bucket()', wait, ({ name = 'wait-for-bucket', image = images.curl }) =>
      endpoint === undefined ? undefined : waitForHttp(name, image, endpoint),
    ),
  };
}

/**
 * An HTTP server, by its URL. With `wait` the pods start once it answers, with any status.
 * @param server - the connection of a server, or a URL that leads to one: `https://api.example.org/v1`
 * @param variable - name of the variable with the URL
 */
export function http(
  server: HttpConnection | string,
  variable: string,
  options: Pick<UseOptions<never>, 'wait'> = {},
): Use {
  requireKnownProps('http()', { server, variable, options }, 'server:string|HttpServer variable options:object');
  requireKnownProps('http()', options, 'wait?:boolean|object', 'options');
  const url = typeof server === 'string' ? server : server.url;
  requireProp(/^https?:\/\/[^/]/.test(url) && URL.canParse(url), 'http()', 'server', 'be an http or https URL', url);
  const waitName = `wait-for-${variable.toLowerCase().replaceAll('_', '-')}`;
  return {
    env: { [variable]: url },
    addresses: [urlAddress(url)],
    wait: waiting('http()', options.wait, ({ name = waitName, image = images.curl }) => waitForHttp(name, image, url)),
  };
}

/**
 * A server that variables or arguments of pods name without a connection to it, which would be an error otherwise.
 * @param reason - why it is named, for readers of the program
 */
export function mention(server: Address, reason: string): Use {
  requireKnownProps('mention()', { server, reason }, 'server:object reason');
  const { host, port } = server;
  requireKnownProps('mention()', { host, port }, 'host port:number', 'server');
  requireProp(reason.trim() !== '', 'mention()', 'reason', 'say why the pods do not connect', reason);
  return { env: {}, addresses: [], mentions: [server] };
}

/** Variables with the values of a connection that they ask for. */
export function variablesOf<Value extends string>(
  location: string,
  values: Readonly<Record<Value, string | SecretKey | undefined>>,
  variables: UseVariables<Value>,
): Use['env'] {
  const isObject = typeof variables === 'object' && variables !== null;
  requireProp(isObject, location, 'variables', 'be an object or be left out', variables);
  const known = Object.keys(values);
  const env = Object.entries<string | readonly string[] | undefined>(variables).flatMap(([key, names = []]) => {
    requireProp(known.includes(key), location, 'variables', oneOf(known), key);
    const value = values[key as Value];
    return value === undefined ? [] : [names].flat().map((name) => [name, value] as const);
  });
  requireUnique(
    location,
    'variables',
    env.map(([name]) => name),
  );
  return Object.fromEntries(env);
}

/** The init container of a use, where it is asked for. */
export function waiting(
  location: string,
  wait: boolean | UseWait = false,
  container: (how: UseWait) => ContainerProps | undefined,
): ContainerProps | undefined {
  requireKnownProps(location, { wait }, 'wait:boolean|object');
  if (typeof wait === 'object') requireKnownProps(location, wait, 'name? image?', 'wait');
  return wait === false ? undefined : container(wait === true ? {} : wait);
}

/** The variables of uses, for a container of the pods that is not the first. */
export function envOf(uses: readonly Use[]): Use['env'] {
  requireProp(areUses(uses), 'envOf()', 'uses', USES, uses);
  return Object.assign({}, ...uses.map(({ env }) => env));
}

/** The environment of a container with the variables of uses: one that the container has, too, keeps its place. */
export function withUses(scope: Construct, uses: readonly Use[], own: Env = {}): Env {
  requireProp(areUses(uses), scope, 'uses', USES, uses);
  requireKnownProps(scope, { env: own }, 'env:object');
  const written: Record<string, Env[string]> = {};
  for (const [name, value] of uses.flatMap(({ env }) => Object.entries(env))) {
    const other = Object.hasOwn(written, name) ? written[name] : value;
    const allowed = "write each variable once (give one of them other 'variables')";
    requireProp(sameValue(other, value), scope, 'uses', allowed, name);
    written[name] = value;
  }
  for (const [name, value] of Object.entries(own)) {
    const other = Object.hasOwn(written, name) ? written[name] : value;
    requireProp(sameValue(other, value), scope, `env.${name}`, "be left to 'uses', which writes it", value);
    delete written[name];
  }
  return { ...written, ...own };
}

const USES = 'be a list of database(), bucket(), topic() and http()';

function areUses(uses: unknown): boolean {
  return Array.isArray(uses) && uses.every((use) => typeof use?.env === 'object' && Array.isArray(use.addresses));
}

function sameValue(one: Env[string] | undefined, other: Env[string]): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
