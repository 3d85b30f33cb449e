import { type DatabaseProps, databaseGrants, extensionSchema } from './database';

/**
 * Name of the environment variable that {@link renderInitSql} reads the password of a role from:
 * `PASSWORD_OF_MLFLOW` for `mlflow`. No two roles share one, whatever their characters.
 */
export function passwordVariable(role: string): string {
  // Letters become upper-case, so that a lower-case x is always the start of an escape.
  const escaped = role.replace(/[^0-9_]/g, (unit) =>
    /[a-z]/.test(unit) ? unit.toUpperCase() : `x${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `PASSWORD_OF_${escaped}`;
}

/**
 * The psql script that creates databases with their owners, or updates those that exist. It is idempotent, on a new server or a used one: by the superuser, with psql 15 or later, against PostgreSQL 16 or later.
 *
 * It holds no password: each comes from the environment of psql, variable {@link passwordVariable}. Where that is not
 * set, a role keeps the password that it has, and a new role has none and cannot log in; where it is empty, the script
 * fails. What a former owner of a database left in it goes to the new one, unless that was a superuser.
 *
 * @param databases - checked by `requireDatabases`
 */
export function renderInitSql(databases: readonly DatabaseProps[]): string {
  return `${[HEADER, groupRoles(databases), ...databases.map(roleAndDatabase), ...databases.map(inDatabase)]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** A string constant of SQL and of psql, in printable ASCII on one line: no setting of client or server changes it. */
export function sqlLiteral(text: string): string {
  return PLAIN.test(text) ? `'${text.replaceAll("'", "''")}'` : `E'${escaped(text, "'", '\\u', '\\U00')}'`;
}

/** A quoted identifier of SQL and of psql, in printable ASCII on one line. */
export function sqlIdentifier(name: string): string {
  return PLAIN.test(name) ? `"${name.replaceAll('"', '""')}"` : `U&"${escaped(name, '"', '\\', '\\+')}"`;
}

const PLAIN = /^[ -[\]-~]*$/;

/** Doubles quotes and backslashes; writes what is not printable ASCII as 4 or, after `long`, 6 hexadecimal digits. */
function escaped(text: string, quote: string, short: string, long: string): string {
  return Array.from(text, (character) => {
    if (character === quote || character === '\\') return character + character;
    if (PLAIN.test(character)) return character;
    const digits = (character.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? long + digits.padStart(6, '0') : short + digits.padStart(4, '0');
  }).join('');
}

// A lock belongs to one session in one database.
const SESSION = `SET client_min_messages = 'warning';
SET lock_timeout = '60s';
SELECT pg_advisory_lock(5432) AS locked \\gset`;

const HEADER = `-- Creates databases and the roles that own them, and corrects those that exist. It is safe to run it again.
-- Needs psql 15 or later and a superuser. Passwords come from environment variables. If the variable of a role is not
-- set, an existing role keeps its password, and a new role has none, so that nobody can log in as it.
\\set ON_ERROR_STOP on
-- Keeps statements with passwords out of the output of psql and out of the log of the server.
\\set ECHO none
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SET log_min_duration_sample = -1;
SET log_transaction_sample_rate = 0;
SET client_encoding = 'UTF8';
-- Only one run at a time: two at once would fail with "tuple concurrently updated".
${SESSION}

-- By default every role may connect to these databases.
${revokeConnect("IN ('postgres', 'template1', current_database())")}`;

/** Only where it is granted: a needless change would collide with another run that gives the database to its owner. */
function revokeConnect(databases: string): string {
  return `SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', datname)
  FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
  WHERE grantee = 0 AND privilege_type = 'CONNECT' AND datname ${databases}
\\gexec`;
}

/** Roles without a login that owners are members of; they belong to the server, not to a database. */
function groupRoles(databases: readonly DatabaseProps[]): string {
  const roles = [...new Set(databases.flatMap((database) => databaseGrants(database).adminOf))];
  return roles.map(createRole).join('\n');
}

function createRole(role: string): string {
  return `SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${sqlLiteral(role)}) AS missing \\gset
\\if :missing
  CREATE ROLE ${sqlIdentifier(role)};
\\endif`;
}

/** Objects of the server: the owner, its password and privileges, and the database. */
function roleAndDatabase(database: DatabaseProps): string {
  const { name, owner } = database;
  const { createRole: mayCreateRoles, adminOf, searchPath } = databaseGrants(database);
  const role = sqlIdentifier(owner);
  const lines = [
    `-- Database ${sqlIdentifier(name)}, owned by ${role}`,
    createRole(owner),
    `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB ${mayCreateRoles ? 'CREATEROLE' : 'NOCREATEROLE'} NOREPLICATION NOBYPASSRLS;`,
    setPassword(owner),
    `SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = ${sqlLiteral(name)}) AS missing \\gset`,
    '\\if :missing',
    // template1 may have been changed, and may have another encoding.
    `  CREATE DATABASE ${sqlIdentifier(name)} OWNER ${role} TEMPLATE template0 ENCODING 'UTF8';`,
    '\\endif',
    revokeConnect(`= ${sqlLiteral(name)}`),
  ];
  if (adminOf.length > 0) {
    lines.push(`GRANT ${adminOf.map(sqlIdentifier).join(', ')} TO ${role} WITH ADMIN OPTION;`);
  }
  if (searchPath.length > 0) {
    const schemas = searchPath.map(sqlIdentifier).join(', ');
    lines.push(`ALTER ROLE ${role} IN DATABASE ${sqlIdentifier(name)} SET search_path = ${schemas};`);
  }
  return lines.join('\n');
}

function setPassword(role: string): string {
  const variable = passwordVariable(role);
  // The look at the result instead of the variable keeps the password out of a SELECT, which auto_explain would log.
  return `\\unset password
\\getenv password ${variable}
\\if :{?password}
  BEGIN;
  ALTER ROLE ${sqlIdentifier(role)} PASSWORD :'password';
  -- PostgreSQL stores an empty password as no password.
  SELECT rolpassword IS NULL AS empty FROM pg_authid WHERE rolname = ${sqlLiteral(role)} \\gset
  \\if :empty
    DO $$ BEGIN RAISE EXCEPTION 'environment variable ${variable} is empty'; END $$;
  \\endif
  COMMIT;
\\endif`;
}

/** Statements that must run in the database itself. */
function inDatabase(database: DatabaseProps): string {
  const { name, owner } = database;
  const extensions = databaseGrants(database).extensions.map((extension) => {
    const schema = extensionSchema(extension);
    return `CREATE EXTENSION IF NOT EXISTS ${sqlIdentifier(extension)}${schema ? ` WITH SCHEMA ${schema}` : ''};`;
  });
  return `-- In database ${sqlIdentifier(name)}
SELECT ${sqlLiteral(connectionString(name))} AS conninfo \\gset
\\connect -reuse-previous=on :"conninfo"
${[SESSION, takeOver(owner), ...extensions].join('\n')}`;
}

/** psql reads a database name with `=` in it as a connection string. */
function connectionString(database: string): string {
  return /^\w+$/.test(database) ? `dbname=${database}` : `dbname='${database.replace(/[\\']/g, '\\$&')}'`;
}

/** Gives the database to its owner, with everything in it that the former owner has. */
function takeOver(owner: string): string {
  const newOwner = sqlLiteral(owner);
  return `-- If another role owns the database. REASSIGN also takes the other databases of that role, so they are given back.
BEGIN;
SELECT statement
  FROM pg_database AS this JOIN pg_roles AS former ON former.oid = this.datdba,
  LATERAL (
    SELECT 1, format('REASSIGN OWNED BY %I TO %I', former.rolname, ${newOwner}) WHERE NOT former.rolsuper
    UNION ALL
    SELECT 2, format('ALTER DATABASE %I OWNER TO %I', datname, former.rolname)
      FROM pg_database WHERE datdba = former.oid AND datname <> this.datname
    UNION ALL
    SELECT 3, format('ALTER DATABASE %I OWNER TO %I', this.datname, ${newOwner})
  ) AS change (step, statement)
  WHERE this.datname = current_database() AND former.rolname <> ${newOwner}
  ORDER BY step
\\gexec
COMMIT;`;
}
