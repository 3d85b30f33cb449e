import { type ErrorLocation, requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { SecretKey } from '../../kube/secrets/secrets';

/** One database of a PostgreSQL server, and the login role that it belongs to. */
export interface DatabaseProps {
  /** Name of the database: any characters, at most 63 bytes. */
  readonly name: string;
  /**
   * Login role that owns this database and no other: any characters, at most 63 bytes. It is created with the database,
   * is never a superuser, and cannot connect to the databases of other owners.
   */
  readonly owner: string;
  /**
   * Extensions that the superuser creates, in this order: one that needs another stands behind it. They are created in
   * schema `public`, save for those of PostGIS that insist on a schema of their own.
   * @default - none, or those of `pgstac`
   */
  readonly extensions?: readonly string[];
  /**
   * Lets the owner run `pypgstac migrate` here, now and at every upgrade: adds what pgstac needs of a superuser
   * (its extensions and roles), the right to create roles, and its search path.
   * @default false
   */
  readonly pgstac?: boolean;
}

/** What a database and its owner are given, with nothing left to a default. */
export interface DatabaseGrants {
  /** Extensions, each once, in the order of their creation. */
  readonly extensions: readonly string[];
  /** Whether the owner has CREATEROLE. */
  readonly createRole: boolean;
  /** Roles without a login that the owner is a member of, WITH ADMIN OPTION. */
  readonly adminOf: readonly string[];
  /** `search_path` of the owner in this database; empty where the server's default stays. */
  readonly searchPath: readonly string[];
}

/** The roles that pgstac shares between all databases of a server. */
const PGSTAC_ROLES = ['pgstac_admin', 'pgstac_read', 'pgstac_ingest'] as const;

/** What the migration of pgstac 0.9 and 0.10 needs without a superuser, on PostgreSQL 16 and later. */
const PGSTAC_GRANTS: DatabaseGrants = {
  // Only postgis needs a superuser; the other two come along into the same schema.
  extensions: ['postgis', 'btree_gist', 'unaccent'],
  // The migration tries CREATE ROLE every time, and the right is checked before the name.
  createRole: true,
  adminOf: PGSTAC_ROLES,
  searchPath: ['pgstac', 'public'],
};

const MAX_NAME_BYTES = 63;
const EXTENSION_NAME = /^[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$/;

/** Extensions whose control file names the schema that they are created in. */
const OWN_SCHEMA = ['postgis_tiger_geocoder', 'postgis_topology'];

/** The schema that an extension is created in; undefined where it insists on its own. */
export function extensionSchema(extension: string): string | undefined {
  return OWN_SCHEMA.includes(extension) ? undefined : 'public';
}

/** What a database and its owner are given. */
export function databaseGrants({ extensions = [], pgstac = false }: DatabaseProps): DatabaseGrants {
  if (!pgstac) return { extensions, createRole: false, adminOf: [], searchPath: [] };
  return { ...PGSTAC_GRANTS, extensions: [...new Set([...PGSTAC_GRANTS.extensions, ...extensions])] };
}

/**
 * Checks what PostgreSQL would refuse only while it runs, or would accept and mean something else.
 * @param superuser - the server's superuser, who owns none of the databases
 */
export function requireDatabases(
  location: ErrorLocation,
  databases: readonly (DatabaseProps & { readonly password?: SecretKey })[],
  superuser: string,
): void {
  for (const [index, database] of databases.entries()) {
    const { name, owner, extensions = [] } = database;
    const at = `databases[${index}]`;
    requireKnownProps(location, database, 'name owner extensions?:string[] pgstac?:boolean password?:SecretKey', at);
    requireDatabaseName(location, `${at}.name`, name);
    requireLoginRole(location, `${at}.owner`, owner);
    requireProp(owner !== superuser, location, `${at}.owner`, "be another role than the server's superuser", owner);
    for (const extension of extensions) requireExtension(location, `${at}.extensions`, extension);
    requireUnique(location, `${at}.extensions`, extensions);
  }
  requireUnique(location, 'databases', databases, 'name');
  requireUnique(location, 'databases', databases, 'owner');
}

function requireDatabaseName(location: ErrorLocation, prop: string, name: string): void {
  requireIdentifier(location, prop, name);
  const allowed = "be another name than 'postgres' and 'template…', which are the server's own";
  requireProp(name !== 'postgres' && !name.startsWith('template'), location, prop, allowed, name);
}

/** Checks the name of a role that can log in: of the superuser, or of an owner. */
export function requireLoginRole(location: ErrorLocation, prop: string, role: string): void {
  requireIdentifier(location, prop, role);
  const allowed = "be another name than 'public', 'none' and 'pg_…', which PostgreSQL reserves";
  requireProp(role !== 'public' && role !== 'none' && !role.startsWith('pg_'), location, prop, allowed, role);
  requireProp(
    !PGSTAC_ROLES.some((other) => other === role),
    location,
    prop,
    `be another name than ${PGSTAC_ROLES.map((other) => `'${other}'`).join(', ')}, which are pgstac's own`,
    role,
  );
}

function requireExtension(location: ErrorLocation, prop: string, extension: string): void {
  const allowed = `have names of at most ${MAX_NAME_BYTES} letters, digits, '_' and single inner '-'`;
  requireProp(extension.length <= MAX_NAME_BYTES && EXTENSION_NAME.test(extension), location, prop, allowed, extension);
}

/** PostgreSQL cuts longer names without an error, so that two of them can become one. */
function requireIdentifier(location: ErrorLocation, prop: string, value: string): void {
  const allowed = `have 1 to ${MAX_NAME_BYTES} bytes in UTF-8`;
  requireProp(value !== '' && Buffer.byteLength(value) <= MAX_NAME_BYTES, location, prop, allowed, value);
  requireProp(!/[\0\p{Surrogate}]/u.test(value), location, prop, 'be Unicode text without NUL characters', value);
}
