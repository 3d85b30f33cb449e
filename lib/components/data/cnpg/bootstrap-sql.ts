import { type DatabaseProps, databaseGrants } from '../database';
import { sqlIdentifier } from '../init-sql';

/**
 * Statements that the superuser runs once in a new cluster, because no object of CloudNativePG covers them: roles
 * without a login, their admin options, and search paths. Plain SQL, in the database of the first owner.
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
    // The operator creates the other owners later, and adopts roles that exist.
    ...(exists ? [] : [`CREATE ROLE ${role} LOGIN;`]),
    ...(createRole ? [`ALTER ROLE ${role} CREATEROLE;`] : []),
    ...(adminOf.length === 0 ? [] : [`GRANT ${adminOf.map(sqlIdentifier).join(', ')} TO ${role} WITH ADMIN OPTION;`]),
    // For the role in every database: the one that it owns need not exist yet, and it has no other.
    ...(searchPath.length === 0
      ? []
      : [`ALTER ROLE ${role} SET search_path = ${searchPath.map(sqlIdentifier).join(', ')};`]),
  ];
}
