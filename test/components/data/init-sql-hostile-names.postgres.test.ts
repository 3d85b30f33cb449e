import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer, Run } from '../../support/postgres';
import { describeServer, InitScript, loggedIn, succeeded } from './init-sql-server';

describeServer('hostile names', (create) => {
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
  let init: InitScript;
  let first: Run;
  beforeAll(async () => {
    server = await create();
    init = new InitScript(server);
    first = await init.firstStart(hostile);
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
    expect(await init.job(hostile, passwords)).toEqual(succeeded);
    for (const [index, name] of names.entries()) {
      expect(await loggedIn(server, name, name, passwords[name])).toEqual({ code: 0, stdout: `${name}\n`, stderr: '' });
      const { code, stderr } = await loggedIn(server, name, names.at(index - 1) ?? '', passwords[name]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('permission denied for database')]);
    }
  });
});
