import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../support/postgres';
import { fair, fairPasswords } from './init-sql-samples';
import { describeServer, InitScript, loggedIn, state, succeeded } from './init-sql-server';

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

  // The tests of this group tell one story, in this order.

  test('get another one beside them without a restart of the server', async () => {
    const started = await server.rows('SELECT pg_postmaster_start_time()');
    const more = [...fair, { name: 'added later', owner: 'added later', extensions: ['pg_trgm', 'uuid-ossp'] }];
    expect(await init.job(more, { ...fairPasswords, 'added later': 'password of the later one' })).toEqual(succeeded);
    expect(await loggedIn(server, 'added later', 'added later', 'password of the later one')).toEqual(succeeded);
    expect((await loggedIn(server, 'added later', 'zenml', 'password of the later one')).code).toBe(2);
    expect(await server.rows('SELECT pg_postmaster_start_time()')).toEqual(started);
  });

  test('are corrected where they were changed by hand', async () => {
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
    expect(await init.job(fair, fairPasswords)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

  test('go to a new owner with all that is in them, and the former one keeps only what else it has', async () => {
    await server.query('CREATE TABLE runs AS SELECT 1 AS id', 'mlflow', 'mlflow', fairPasswords.mlflow);
    await server.rows('CREATE DATABASE notebooks OWNER mlflow');
    const moved = fair.map((database) => (database.name === 'mlflow' ? { ...database, owner: 'tracking' } : database));
    const password = 'password of tracking';
    expect(await init.job(moved, { ...fairPasswords, tracking: password })).toEqual(succeeded);
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
    expect(await init.job(pair('uno', 'due'), passwords)).toEqual(succeeded);
    await server.query('CREATE TABLE here AS SELECT 1', 'uno', 'one', passwords.uno);
    await server.query('CREATE TABLE here AS SELECT 2', 'due', 'two', passwords.due);
    expect(await init.job(pair('due', 'uno'), passwords)).toEqual(succeeded);
    expect((await server.query('TABLE here', 'due', 'one', passwords.due)).stdout).toBe('1\n');
    expect((await server.query('TABLE here', 'uno', 'two', passwords.uno)).stdout).toBe('2\n');
    expect((await loggedIn(server, 'uno', 'one', passwords.uno)).code).toBe(2);
  });

  test('come out right when several Jobs run at once', async () => {
    const more = [...fair, { name: 'parallel', owner: 'parallel', extensions: ['postgis'] }];
    const passwords = { ...fairPasswords, parallel: 'password of parallel' };
    const runs = await Promise.all([1, 2, 3].map(() => init.job(more, passwords)));
    expect(runs).toEqual([succeeded, succeeded, succeeded]);
    expect(await loggedIn(server, 'parallel', 'parallel', passwords.parallel)).toEqual(succeeded);
  });
});
