import { type DatabaseProps, databaseGrants } from '../database';
import { sqlIdentifier } from '../init-sql';

/**
 * What the superuser says once to a new cluster, and no object of CloudNativePG can: roles without a login, who may
 * hand them on, and search paths. Plain SQL, one statement each, in a database of the first owner.
 */
export function bootstrapSql(databases: readonly DatabaseProps[]): readonly string[] {
  const [first] = databases;
  const groups = new Set(databases.flatMap((database) => databaseGrants(database).adminOf));
  return [
    ...[...groups].map((role) => `CREATE ROLE ${sqlIdentifier(role)} NOLOGIN;`),
    ...databases.flatMap((database) => ownerSql(database, database === first)),
  ];
}

function ownerSql(database: DatabaseProps, exists: boolean): string[] {
  const { createRole, adminOf, searchPath } = databaseGrants(database);
  if (!createRole && adminOf.length === 0 && searchPath.length === 0) return [];
  const role = sqlIdentifier(database.owner);
  return [
    // The operator creates the other owners later, and takes over those that are there.
    ...(exists ? [] : [`CREATE ROLE ${role} LOGIN;`]),
    ...(createRole ? [`ALTER ROLE ${role} CREATEROLE;`] : []),
    ...(adminOf.length === 0 ? [] : [`GRANT ${adminOf.map(sqlIdentifier).join(', ')} TO ${role} WITH ADMIN OPTION;`]),
    // For the role in every database: the one that it owns need not exist yet, and it has no other.
    ...(searchPath.length === 0
      ? []
      : [`ALTER ROLE ${role} SET search_path = ${searchPath.map(sqlIdentifier).join(', ')};`]),
  ];
}
