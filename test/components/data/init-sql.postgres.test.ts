import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFailed, test, vi } from 'vitest';
import type { DatabaseProps } from '../../../lib/components/data/database';
import { INIT_JOB_SCRIPT } from '../../../lib/components/data/init-job-script';
import { passwordVariable, renderInitSql } from '../../../lib/components/data/init-sql';
import { findPostgres, PostgresServer, type Run } from '../../support/postgres';
import { describeUnless } from '../../support/programs';

const installation = findPostgres();
const reason = typeof installation === 'string' ? installation : '';
if (reason !== '') console.warn(`init-sql.postgres.test.ts does not run: ${reason}`);
const describeServer = describeUnless(reason);
const named = (title: string) => (reason === '' ? title : `${title} (${reason})`);

// Programs run beside other tests, on few cores.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

/** Every password that was ever given to a server here: none of them may show anywhere. */
const secrets = new Set<string>();
/** Everything that psql printed. */
let printed = '';

function environment(passwords: Record<string, string>): Record<string, string> {
  for (const password of Object.values(passwords)) if (password !== '') secrets.add(password);
  return Object.fromEntries(Object.entries(passwords).map(([role, password]) => [passwordVariable(role), password]));
}

async function start(): Promise<PostgresServer> {
  if (typeof installation === 'string') throw new Error(installation);
  // A server that logs all it can is the hardest to keep a secret from.
  return PostgresServer.create(installation, ['log_statement=all', 'log_min_duration_statement=0']);
}

async function firstStart(server: PostgresServer, databases: readonly DatabaseProps[]): Promise<Run> {
  const run = await server.firstStart(renderInitSql(databases));
  printed += run.stdout + run.stderr;
  return run;
}

async function job(
  server: PostgresServer,
  databases: readonly DatabaseProps[],
  passwords: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Run> {
  const run = await server.job(INIT_JOB_SCRIPT, renderInitSql(databases), { ...environment(passwords), ...env });
  printed += run.stdout + run.stderr;
  return run;
}

const succeeded = expect.objectContaining({ code: 0, stderr: '' });

function loggedIn(server: PostgresServer, role: string, database: string, password?: string): Promise<Run> {
  return server.query('SELECT current_user', role, database, password);
}

/** What the script decides about a server, but for the salted passwords. */
async function state(server: PostgresServer, databases: readonly DatabaseProps[]): Promise<string[]> {
  const cluster = await server.rows(
    `SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolpassword IS NULL
       FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 1;
     SELECT datname, datdba::regrole, pg_encoding_to_char(encoding), datacl FROM pg_database ORDER BY 1;
     SELECT roleid::regrole, member::regrole, admin_option, inherit_option, set_option FROM pg_auth_members ORDER BY 1, 2;
     SELECT setdatabase, setrole::regrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2`,
  );
  const extensions =
    'SELECT current_database(), extname, extnamespace::regnamespace, extowner::regrole FROM pg_extension';
  const inside = await Promise.all(databases.map(({ name }) => server.rows(`${extensions} ORDER BY 2`, name)));
  return [...cluster, ...inside.flat()];
}

const fair: readonly DatabaseProps[] = [
  { name: 'zenml', owner: 'zenml' },
  { name: 'fair_models', owner: 'fair_models', extensions: ['postgis', 'btree_gist', 'unaccent'], pgstac: true },
  { name: 'mlflow', owner: 'mlflow' },
];
const fairPasswords = {
  zenml: 'zenml\'s "password" \\ $HOME `id` %I',
  fair_models: ":'password' 🐘 & more",
  mlflow: 'mlflow password = line one\nline two',
};

describeServer(named('the databases of fAIr on PostgreSQL 17'), () => {
  let server: PostgresServer;
  let first: Run;
  beforeAll(async () => {
    server = await start();
    first = await firstStart(server, fair);
  });
  afterAll(() => server?.destroy());

  // The tests of this group tell one story, in this order.

  test('are created at the first start of the server, by its entrypoint', async () => {
    onTestFailed(() => console.error(server.log));
    expect(first).toEqual(succeeded);
    expect(
      await server.rows('SELECT datname, datdba::regrole FROM pg_database WHERE NOT datistemplate ORDER BY 1'),
    ).toEqual(['fair_models|fair_models', 'mlflow|mlflow', 'postgres|postgres', 'zenml|zenml']);
    expect(await server.rows('SELECT rolname FROM pg_roles WHERE rolsuper')).toEqual(['postgres']);
    expect(
      await server.rows('SELECT DISTINCT pg_encoding_to_char(encoding) FROM pg_database WHERE datdba <> 10'),
    ).toEqual(['UTF8']);
  });

  test('open for nobody before the Job has set the passwords', async () => {
    for (const { owner, name } of fair) {
      for (const password of [undefined, '', owner, fairPasswords[owner as keyof typeof fairPasswords]]) {
        const { code, stderr } = await loggedIn(server, owner, name, password);
        expect([code, stderr]).toEqual([
          2,
          expect.stringMatching(/password authentication failed|no password supplied/),
        ]);
      }
    }
  });

  test('are left as they are by a Job without passwords', async () => {
    const before = await state(server, fair);
    expect(await job(server, fair)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

  test('open for their owner once the Job has run, and for no other role', async () => {
    expect(await job(server, fair, fairPasswords)).toEqual(succeeded);
    for (const [role, password] of Object.entries(fairPasswords)) {
      for (const database of ['postgres', 'template1', ...fair.map(({ name }) => name)]) {
        const { code, stdout, stderr } = await loggedIn(server, role, database, password);
        if (database === role) expect([code, stdout]).toEqual([0, `${role}\n`]);
        else expect([code, stderr]).toEqual([2, expect.stringContaining('permission denied for database')]);
      }
    }
  });

  test('open for nobody with a wrong password, an empty one or none', async () => {
    for (const role of Object.keys(fairPasswords)) {
      for (const password of ['wrong', role, '', undefined]) {
        expect((await loggedIn(server, role, role, password)).code).toBe(2);
      }
    }
  });

  test('are in the same state after the Job has run again', async () => {
    const before = await state(server, fair);
    expect(await job(server, fair, fairPasswords)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

  test('have the new password after a rotation, and keep the one they have where the Job has none', async () => {
    const rotated = { zenml: 'rotated password of zenml' };
    expect(await job(server, fair, rotated)).toEqual(succeeded);
    expect((await loggedIn(server, 'zenml', 'zenml', fairPasswords.zenml)).code).toBe(2);
    for (const [role, password] of Object.entries({ ...fairPasswords, ...rotated })) {
      expect(await loggedIn(server, role, role, password)).toEqual(succeeded);
    }
    expect(await job(server, fair, fairPasswords)).toEqual(succeeded);
    expect(await loggedIn(server, 'zenml', 'zenml', fairPasswords.zenml)).toEqual(succeeded);
  });

  test('fails for an empty password, and the role keeps the one that it has', async () => {
    const { code, stderr } = await job(server, fair, { ...fairPasswords, mlflow: '' });
    expect([code, stderr]).toEqual([3, expect.stringContaining('environment variable PASSWORD_OF_MLFLOW is empty')]);
    expect(await loggedIn(server, 'mlflow', 'mlflow', fairPasswords.mlflow)).toEqual(succeeded);
  });

  test('fails for a password that the server refuses, without showing it', async () => {
    const checked = { PGOPTIONS: '-c session_preload_libraries=passwordcheck' };
    const { code, stderr } = await job(server, fair, { mlflow: 'Geheim7' }, checked);
    expect([code, stderr]).toEqual([3, expect.stringContaining('password is too short')]);
    expect(server.log).toContain('password is too short');
  });

  test('get another one beside them without a restart of the server', async () => {
    const started = await server.rows('SELECT pg_postmaster_start_time()');
    const more = [...fair, { name: 'added later', owner: 'added later', extensions: ['pg_trgm', 'uuid-ossp'] }];
    expect(await job(server, more, { ...fairPasswords, 'added later': 'password of the later one' })).toEqual(
      succeeded,
    );
    expect(await loggedIn(server, 'added later', 'added later', 'password of the later one')).toEqual(succeeded);
    expect((await loggedIn(server, 'added later', 'zenml', 'password of the later one')).code).toBe(2);
    expect(await server.rows('SELECT pg_postmaster_start_time()')).toEqual(started);
  });

  test('are brought back into line where somebody has changed them by hand', async () => {
    const before = await state(server, fair);
    const changes = `ALTER ROLE zenml SUPERUSER CREATEROLE REPLICATION;
      GRANT CONNECT ON DATABASE zenml, postgres TO PUBLIC;
      ALTER DATABASE mlflow OWNER TO postgres;
      ALTER ROLE fair_models NOCREATEROLE;
      ALTER ROLE fair_models IN DATABASE fair_models RESET search_path;
      REVOKE ADMIN OPTION FOR pgstac_read FROM fair_models;
      DROP EXTENSION unaccent`;
    await server.rows(changes, 'fair_models');
    expect(await state(server, fair)).not.toEqual(before);
    expect(await job(server, fair, fairPasswords)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

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
      expect(await job(server, fair, fairPasswords)).toEqual(succeeded);
    }
  });

  test('go to a new owner with all that is in them, and the former one keeps only what else it has', async () => {
    await server.query('CREATE TABLE runs AS SELECT 1 AS id', 'mlflow', 'mlflow', fairPasswords.mlflow);
    await server.rows('CREATE DATABASE notebooks OWNER mlflow');
    const moved = fair.map((database) => (database.name === 'mlflow' ? { ...database, owner: 'tracking' } : database));
    const password = 'password of tracking';
    expect(await job(server, moved, { ...fairPasswords, tracking: password })).toEqual(succeeded);
    expect(await server.query('SELECT id FROM runs; DROP TABLE runs', 'tracking', 'mlflow', password)).toMatchObject({
      code: 0,
      stdout: '1\nDROP TABLE\n',
    });
    expect((await loggedIn(server, 'mlflow', 'mlflow', fairPasswords.mlflow)).stderr).toContain('permission denied');
    expect(await server.rows("SELECT datdba::regrole FROM pg_database WHERE datname = 'notebooks'")).toEqual([
      'mlflow',
    ]);
  });

  test('may exchange their owners', async () => {
    const pair = (one: string, two: string) => [
      { name: 'one', owner: one },
      { name: 'two', owner: two },
    ];
    const passwords = { uno: 'password of uno', due: 'password of due' };
    expect(await job(server, pair('uno', 'due'), passwords)).toEqual(succeeded);
    await server.query('CREATE TABLE here AS SELECT 1', 'uno', 'one', passwords.uno);
    await server.query('CREATE TABLE here AS SELECT 2', 'due', 'two', passwords.due);
    expect(await job(server, pair('due', 'uno'), passwords)).toEqual(succeeded);
    expect((await server.query('TABLE here', 'due', 'one', passwords.due)).stdout).toBe('1\n');
    expect((await server.query('TABLE here', 'uno', 'two', passwords.uno)).stdout).toBe('2\n');
    expect((await loggedIn(server, 'uno', 'one', passwords.uno)).code).toBe(2);
  });

  test('come out right when several Jobs run at once', async () => {
    const more = [...fair, { name: 'parallel', owner: 'parallel', extensions: ['postgis'] }];
    const passwords = { ...fairPasswords, parallel: 'password of parallel' };
    const runs = await Promise.all([1, 2, 3].map(() => job(server, more, passwords)));
    expect(runs).toEqual([succeeded, succeeded, succeeded]);
    expect(await loggedIn(server, 'parallel', 'parallel', passwords.parallel)).toEqual(succeeded);
  });

  test('have no password in the log of the server, nor in what psql printed', () => {
    expect(server.log).toContain('CREATE EXTENSION');
    for (const secret of secrets) {
      for (const form of [
        secret,
        secret.replaceAll("'", "''"),
        secret.replaceAll('\\', '\\\\').replaceAll("'", "''"),
      ]) {
        expect(server.log.includes(form) || printed.includes(form), form).toBe(false);
      }
    }
  });
});

describeServer(named('an initialisation that failed half-way on PostgreSQL 17'), () => {
  const two = [
    { name: 'zenml', owner: 'zenml' },
    { name: 'mlflow', owner: 'mlflow' },
  ] as const;
  let server: PostgresServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.destroy());

  test('is finished by the Job, because the server starts all the same', async () => {
    const script = renderInitSql(two).replace('-- Database "mlflow"', 'SELECT 1 / 0;\n$&');
    const { code, stderr } = await server.firstStart(script);
    expect([code, stderr]).toEqual([3, expect.stringContaining('division by zero')]);
    expect(await server.rows("SELECT datname FROM pg_database WHERE datname IN ('zenml', 'mlflow')")).toEqual([
      'zenml',
    ]);
    expect(await job(server, two, fairPasswords)).toEqual(succeeded);
    for (const { owner, name } of two) {
      expect(await loggedIn(server, owner, name, fairPasswords[owner])).toEqual(succeeded);
    }
  });

  test('fails again, with the reason, where the configuration is wrong', async () => {
    const wrong = [{ name: 'zenml', owner: 'zenml', extensions: ['no_such_extension'] }];
    const { code, stderr } = await job(server, wrong, { zenml: fairPasswords.zenml });
    expect([code, stderr]).toEqual([3, expect.stringContaining('extension "no_such_extension" is not available')]);
  });

  test('fails where the superuser has another password', async () => {
    const { code, stderr } = await job(server, two, fairPasswords, { PGPASSWORD: 'wrong' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('password authentication failed')]);
  });
});

describeServer(named('hostile names on PostgreSQL 17'), () => {
  const names = [
    ...[
      'With space',
      `"both" 'kinds' of "quotes'`,
      'new\nline, carriage\r\nreturn, tab\t',
      '\u0001\u007f',
      '🐘 é e\u0301',
    ],
    ...[
      'a=b',
      "host=nowhere dbname='postgres'",
      'postgres://nobody@nowhere/postgres',
      '-h nowhere',
      'back\\slash \\u0041',
    ],
    ...['`echo owned >&2` \\! echo owned >&2', ":name :'password' %I %s $$ $1 $HOME", '-- no /* no'],
    ...["'; DROP DATABASE zenml; --", '"; SELECT 1/0; --', 'x'.repeat(63), `${'x'.repeat(60)}é1`],
  ];
  const hostile = names.map((name, index) => ({ name, owner: name, extensions: index === 1 ? ['unaccent'] : [] }));
  const passwords = Object.fromEntries(names.map((name) => [name, `${name} password`]));
  let server: PostgresServer;
  let first: Run;
  beforeAll(async () => {
    server = await start();
    first = await firstStart(server, hostile);
  });
  afterAll(() => server?.destroy());

  test('are created exactly as they are', async () => {
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const rows = await server.rows(
      "SELECT encode(convert_to(datname, 'UTF8'), 'hex') FROM pg_database WHERE datdba <> 10",
    );
    expect(rows.sort()).toEqual(names.map((name) => Buffer.from(name).toString('hex')).sort());
  });

  test('log in to their own database, and to no other', async () => {
    expect(await job(server, hostile, passwords)).toEqual(succeeded);
    for (const [index, name] of names.entries()) {
      expect(await loggedIn(server, name, name, passwords[name])).toEqual({ code: 0, stdout: `${name}\n`, stderr: '' });
      const { code, stderr } = await loggedIn(server, name, names.at(index - 1) ?? '', passwords[name]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('permission denied for database')]);
    }
  });
});
