import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderInitSql } from '../../../lib/components/data/init-sql';
import type { PostgresServer } from '../../support/postgres';
import { fairPasswords } from './init-sql-samples';
import { describeServer, InitScript, loggedIn, succeeded } from './init-sql-server';

describeServer('an initialisation that failed half-way', (create) => {
  const two = [
    { name: 'zenml', owner: 'zenml' },
    { name: 'mlflow', owner: 'mlflow' },
  ] as const;
  let server: PostgresServer;
  let init: InitScript;
  beforeAll(async () => {
    server = await create();
    init = new InitScript(server);
  });
  afterAll(() => server?.destroy());

  test('is finished by the Job, because the server starts all the same', async () => {
    const script = renderInitSql(two).replace('-- Database "mlflow"', 'SELECT 1 / 0;\n$&');
    const { code, stderr } = await server.firstStart(script);
    expect([code, stderr]).toEqual([3, expect.stringContaining('division by zero')]);
    expect(await server.rows("SELECT datname FROM pg_database WHERE datname IN ('zenml', 'mlflow')")).toEqual([
      'zenml',
    ]);
    expect(await init.job(two, fairPasswords)).toEqual(succeeded);
    for (const { owner, name } of two) {
      expect(await loggedIn(server, owner, name, fairPasswords[owner])).toEqual(succeeded);
    }
  });

  test('fails again, with the reason, where the configuration is wrong', async () => {
    const wrong = [{ name: 'zenml', owner: 'zenml', extensions: ['no_such_extension'] }];
    const { code, stderr } = await init.job(wrong, { zenml: fairPasswords.zenml });
    expect([code, stderr]).toEqual([3, expect.stringContaining('extension "no_such_extension" is not available')]);
  });

  test('fails where the superuser has another password', async () => {
    const { code, stderr } = await init.job(two, fairPasswords, { PGPASSWORD: 'wrong' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('password authentication failed')]);
  });
});
