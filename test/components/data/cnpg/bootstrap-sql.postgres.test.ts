import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrapSql } from '../../../../lib/components/data/cnpg/bootstrap-sql';
import { type DatabaseProps, databaseGrants, extensionSchema } from '../../../../lib/components/data/database';
import { sqlIdentifier, sqlLiteral } from '../../../../lib/components/data/init-sql';
import { findPostgres, PostgresServer } from '../../../support/postgres';
import { describeProgram } from '../../../support/programs';

const PASSWORD = 'of the owner';
const first: DatabaseProps = { name: 'labels', owner: 'labels' };
const second: DatabaseProps = { name: 'models', owner: 'models', pgstac: true };

describeProgram(findPostgres(), 'a cluster of CloudNativePG with pgstac', (installation) => {
  let server: PostgresServer;

  /** What the operator does: the first database, the statements, and later owners and databases of its objects. */
  beforeAll(async () => {
    server = await PostgresServer.create(installation());
    await server.firstStart('SELECT 1;');
    await server.rows(`CREATE ROLE ${sqlIdentifier(first.owner)} LOGIN`);
    await server.rows(`CREATE DATABASE ${sqlIdentifier(first.name)} OWNER ${sqlIdentifier(first.owner)}`);
    for (const statement of bootstrapSql([first, second])) await server.rows(statement, first.name);
    for (const { owner } of [first, second]) {
      await server.rows(`ALTER ROLE ${sqlIdentifier(owner)} LOGIN PASSWORD ${sqlLiteral(PASSWORD)}`);
    }
    await server.rows(`CREATE DATABASE ${sqlIdentifier(second.name)} OWNER ${sqlIdentifier(second.owner)}`);
    for (const extension of databaseGrants(second).extensions) {
      await server.rows(
        `CREATE EXTENSION ${sqlIdentifier(extension)} SCHEMA ${extensionSchema(extension)}`,
        second.name,
      );
    }
  });
  afterAll(() => server?.destroy());

  const asOwner = (sql: string) => server.query(sql, second.owner, second.name, PASSWORD);

  test('lets the owner create roles and hand on those of pgstac, without being a superuser', async () => {
    const flags = `SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user`;
    expect((await asOwner(flags)).stdout).toBe('f|t\n');
    const sql = 'CREATE ROLE reader; GRANT pgstac_read TO reader; REVOKE pgstac_read FROM reader; DROP ROLE reader';
    expect(await asOwner(sql)).toMatchObject({ code: 0 });
  });

  test('gives the owner the search path of pgstac, and no other', async () => {
    expect((await asOwner('SHOW search_path')).stdout).toBe('pgstac, public\n');
    const other = await server.query('SHOW search_path', first.owner, first.name, PASSWORD);
    expect(other.stdout).toBe('"$user", public\n');
  });

  test('keeps the rights to hand on when the operator sets the memberships that its role lists', async () => {
    // It grants what is missing, and revokes what is not listed: neither touches a membership that is there.
    const sql = `SELECT roleid::regrole, admin_option FROM pg_auth_members
      WHERE member = 'models'::regrole AND roleid::regrole::text LIKE 'pgstac%' ORDER BY 1::text`;
    const expected = ['pgstac_admin|t', 'pgstac_ingest|t', 'pgstac_read|t'];
    expect((await server.rows(sql)).sort()).toEqual(expected);
    expect(databaseGrants(second).adminOf.toSorted()).toEqual(expected.map((row) => row.split('|')[0]));
  });

  const pypgstac = process.env.PYPGSTAC;
  test.skipIf(pypgstac === undefined)('takes an installation by pypgstac (PYPGSTAC)', async () => {
    const url = server.url(second.owner, second.name, PASSWORD);
    await promisify(execFile)(pypgstac ?? '', ['migrate', '--dsn', url]);
    expect((await asOwner('SELECT count(*) > 0 FROM pgstac.migrations')).stdout).toBe('t\n');
  });
});

describeProgram(findPostgres(), 'the extensions of PostGIS', (installation) => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.create(installation());
    await server.firstStart('SELECT 1;');
  });
  afterAll(() => server?.destroy());

  test('are created where their schema is, or their own', async () => {
    const available = await server.rows('SELECT name FROM pg_available_extensions');
    const wanted = ['postgis', 'fuzzystrmatch', 'postgis_tiger_geocoder', 'postgis_topology', 'btree_gist', 'unaccent'];
    for (const extension of wanted.filter((name) => available.includes(name))) {
      const schema = extensionSchema(extension);
      await server.rows(`CREATE EXTENSION ${extension}${schema === undefined ? '' : ` SCHEMA ${schema}`}`);
    }
    const created = await server.rows(
      `SELECT extname, extnamespace::regnamespace FROM pg_extension WHERE extname LIKE 'postgis%' ORDER BY 1`,
    );
    expect(created).toContain('postgis|public');
    expect(created).toContain('postgis_topology|topology');
  });
});
