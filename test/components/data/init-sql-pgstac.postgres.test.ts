import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../support/postgres';
import { fair, fairPasswords } from './init-sql-samples';
import { describeServer, InitScript, succeeded } from './init-sql-server';

describeServer('the databases of fAIr', (create) => {
  let server: PostgresServer;
  let init: InitScript;
  beforeAll(async () => {
    server = await create();
    init = new InitScript(server);
    await init.firstStartAndJob(fair, fairPasswords);
  });
  afterEach(() => expect(init.shownPasswords()).toEqual([]));
  afterAll(() => server?.destroy());

  test('are ready for pgstac: its owner can do what the migration does, without being a superuser', async () => {
    const asOwner = (sql: string) => server.query(sql, 'fair_models', 'fair_models', fairPasswords.fair_models);
    expect((await asOwner('SHOW search_path')).stdout).toBe('pgstac, public\n');
    const created = `DO $$ BEGIN CREATE ROLE pgstac_admin; EXCEPTION WHEN duplicate_object THEN RAISE NOTICE 'exists'; END $$;`;
    const migration = `BEGIN; ${created}
      CREATE EXTENSION IF NOT EXISTS postgis; CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE EXTENSION IF NOT EXISTS unaccent;
      GRANT pgstac_admin TO current_user;
      CREATE SCHEMA pgstac AUTHORIZATION pgstac_admin;
      ALTER ROLE pgstac_admin SET search_path TO pgstac, public;
      ALTER ROLE pgstac_read SET search_path TO pgstac, public;
      ALTER ROLE pgstac_ingest SET search_path TO pgstac, public;
      GRANT pgstac_read TO pgstac_ingest;
      SET ROLE pgstac_admin;
      CREATE TABLE pgstac.items (id text, geometry geometry, datetime tstzrange, EXCLUDE USING gist (id WITH =));
      ALTER DEFAULT PRIVILEGES FOR ROLE pgstac_admin IN SCHEMA pgstac GRANT ALL ON TABLES TO pgstac_ingest;
      GRANT ALL ON pgstac.items TO pgstac_ingest;
      ROLLBACK`;
    expect(await asOwner(migration)).toMatchObject({ code: 0, stderr: expect.stringContaining('exists') });
  });

  test('do not let the owner that may create roles reach another one', async () => {
    for (const sql of [
      "ALTER ROLE mlflow PASSWORD 'x'",
      'GRANT mlflow TO fair_models',
      'CREATE ROLE y SUPERUSER',
      'CREATE ROLE y IN ROLE mlflow',
      'GRANT pg_read_all_data TO fair_models',
      'ALTER ROLE fair_models SUPERUSER',
      'SET ROLE mlflow',
    ]) {
      const run = await server.query(sql, 'fair_models', 'fair_models', fairPasswords.fair_models);
      expect([sql, run.code, run.stderr]).toEqual([sql, 1, expect.stringContaining('permission denied')]);
    }
  });

  const pypgstac = process.env.PYPGSTAC;
  test.skipIf(pypgstac === undefined)('take an installation and an upgrade by pypgstac (PYPGSTAC)', async () => {
    const url = server.url('fair_models', 'fair_models', fairPasswords.fair_models);
    for (const version of ['0.9.8', '0.9.9']) {
      await promisify(execFile)(pypgstac ?? '', ['migrate', '--dsn', url, '--toversion', version]);
      const { stdout } = await server.query(
        'SELECT get_version()',
        'fair_models',
        'fair_models',
        fairPasswords.fair_models,
      );
      expect(stdout).toBe(`${version}\n`);
      expect(await init.job(fair, fairPasswords)).toEqual(succeeded);
    }
  });
});
