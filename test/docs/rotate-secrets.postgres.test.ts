import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commandOf, PageCommands } from '../support/page-commands';
import { findPostgres, PostgresServer, type Run } from '../support/postgres';
import { describeProgram } from '../support/programs';

const command = (title: string) => commandOf('how-to/rotate-secrets.md', title);

describeProgram(findPostgres(), 'the commands of rotate-secrets.md', (postgres) => {
  // Programs run beside other tests, on few cores.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

  const { name, password: old } = PostgresServer.superuser;
  let cluster: PageCommands | undefined;
  let server: PostgresServer;

  beforeEach(async () => {
    server = await PostgresServer.create(postgres());
    await server.firstStart('CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
  });
  afterEach(async () => {
    await server.destroy();
    cluster?.destroy();
  });

  test('give the superuser another password, in the server and in the Secret', async () => {
    expect(await run(command('The superuser of Postgres'), old)).toEqual({ code: 0, stdout: '', stderr: '' });
    const { password } = cluster?.secrets['postgres-credentials'] ?? {};
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(await login(old)).toContain('password authentication failed');
    expect(await login(password)).toBe('1');
  });

  test('give the server the password of the Secret where its own is lost, and keep its data', async () => {
    const other = `it's "another" \\ one`;
    expect(await login(other)).toContain('password authentication failed');
    expect(await run(command('The password of the server is lost'), other)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(await login(other)).toBe('1');
    // Nobody gets in without a password afterwards: the server reads its rules again within a moment.
    await vi.waitFor(async () => expect(await login(undefined)).toContain('no password supplied'), 10_000);
    expect(await login('wrong')).toContain('password authentication failed');
  });

  /** What a login reads, or the refusal. */
  async function login(password: string | undefined): Promise<string> {
    const { stdout, stderr } = await server.query('SELECT id FROM kept', name, 'postgres', password);
    return stdout.trim() || stderr;
  }

  /** Runs a command with the server in the Pod `postgres-0`, whose container has a password from the Secret. */
  function run(script: string, password: string): Promise<Run> {
    const pods = { 'postgres-0': [...server.exec, `POSTGRES_PASSWORD=${password}`] };
    cluster = new PageCommands({ 'postgres-credentials': { password } }, pods);
    return cluster.run(script);
  }
});
