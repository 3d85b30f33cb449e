import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPostgres, PostgresServer, type Run } from '../support/postgres';
import { describeProgram } from '../support/programs';
import { root } from '../support/sources';

const text = readFileSync(join(root, 'docs/how-to/rotate-secrets.md'), 'utf8');

/** The command of a section. */
function command(title: string): string {
  const [, section = ''] = new RegExp(`\\n##+ ${title}\\n([\\s\\S]*?)(?=\\n##+ |$)`).exec(text) ?? [];
  return /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
}

describeProgram(findPostgres(), 'the commands of rotate-secrets.md', (postgres) => {
  // Programs run beside other tests, on few cores.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

  const { name, password: old } = PostgresServer.superuser;
  let folder: string;
  let server: PostgresServer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotate-secrets-'));
    server = await PostgresServer.create(postgres());
    await server.firstStart('CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
  });
  afterEach(async () => {
    await server.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test('give the superuser another password, in the server and in the Secret', async () => {
    expect(await run(command('The superuser of Postgres'), old)).toEqual({ code: 0, stdout: '', stderr: '' });
    const patch = JSON.parse(readFileSync(join(folder, 'patch'), 'utf8'));
    const { password } = patch.stringData;
    expect(patch).toEqual({ stringData: { password: expect.stringMatching(/^[0-9a-f]{48}$/) } });
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
    const quoted = (words: readonly string[]) => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const kubectl = `#!/bin/sh -eu
case "$*" in
  '-n fair exec -i postgres-0 -- '*) shift 6 ;;
  '-n fair exec postgres-0 -- '*) shift 5; exec < /dev/null ;;
  '-n fair patch secret postgres-credentials --patch-file=/dev/stdin') exec cat > ${join(folder, 'patch')} ;;
  *) echo "kubectl: $*" >&2; exit 1 ;;
esac
exec ${quoted([...server.exec, `POSTGRES_PASSWORD=${password}`])} "$@"
`;
    writeFileSync(join(folder, 'kubectl'), kubectl, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    return new Promise((resolve) => {
      execFile('/bin/sh', ['-euc', script], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }
});
