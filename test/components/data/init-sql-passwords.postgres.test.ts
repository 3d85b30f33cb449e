import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { PostgresServer, Run } from '../../support/postgres';
import { fair, fairPasswords } from './init-sql-samples';
import { describeServer, InitScript, loggedIn, state, succeeded } from './init-sql-server';

describeServer('the databases of fAIr', (create) => {
  let server: PostgresServer;
  let init: InitScript;
  let first: Run;
  beforeAll(async () => {
    server = await create();
    init = new InitScript(server);
    first = await init.firstStart(fair);
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

  test('refuse logins before the Job has set the passwords', async () => {
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
    expect(await init.job(fair)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

  test('open for their owner once the Job has run, and for no other role', async () => {
    expect(await init.job(fair, fairPasswords)).toEqual(succeeded);
    for (const [role, password] of Object.entries(fairPasswords)) {
      for (const database of ['postgres', 'template1', ...fair.map(({ name }) => name)]) {
        const { code, stdout, stderr } = await loggedIn(server, role, database, password);
        if (database === role) expect([code, stdout]).toEqual([0, `${role}\n`]);
        else expect([code, stderr]).toEqual([2, expect.stringContaining('permission denied for database')]);
      }
    }
  });

  test('refuse a wrong password, an empty one and none', async () => {
    for (const role of Object.keys(fairPasswords)) {
      for (const password of ['wrong', role, '', undefined]) {
        expect((await loggedIn(server, role, role, password)).code).toBe(2);
      }
    }
  });

  test('are in the same state after the Job has run again', async () => {
    const before = await state(server, fair);
    expect(await init.job(fair, fairPasswords)).toEqual(succeeded);
    expect(await state(server, fair)).toEqual(before);
  });

  test('have the new password after a rotation, and keep the one they have where the Job has none', async () => {
    const rotated = { zenml: 'rotated password of zenml' };
    expect(await init.job(fair, rotated)).toEqual(succeeded);
    expect((await loggedIn(server, 'zenml', 'zenml', fairPasswords.zenml)).code).toBe(2);
    for (const [role, password] of Object.entries({ ...fairPasswords, ...rotated })) {
      expect(await loggedIn(server, role, role, password)).toEqual(succeeded);
    }
    expect(await init.job(fair, fairPasswords)).toEqual(succeeded);
    expect(await loggedIn(server, 'zenml', 'zenml', fairPasswords.zenml)).toEqual(succeeded);
  });

  test('fails for an empty password, and the role keeps the one that it has', async () => {
    const { code, stderr } = await init.job(fair, { ...fairPasswords, mlflow: '' });
    expect([code, stderr]).toEqual([3, expect.stringContaining('environment variable PASSWORD_OF_MLFLOW is empty')]);
    expect(await loggedIn(server, 'mlflow', 'mlflow', fairPasswords.mlflow)).toEqual(succeeded);
  });

  test('fails for a password that the server refuses, without showing it', async () => {
    const checked = { PGOPTIONS: '-c session_preload_libraries=passwordcheck' };
    const { code, stderr } = await init.job(fair, { mlflow: 'Geheim7' }, checked);
    expect([code, stderr]).toEqual([3, expect.stringContaining('password is too short')]);
    expect(server.log).toContain('password is too short');
  });

  test('have no password in the log of the server, nor in what psql printed', () => {
    expect(server.log).toContain('CREATE EXTENSION');
    expect(init.shownPasswords()).toEqual([]);
  });
});
