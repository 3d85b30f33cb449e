import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../support/free-port';
import { findPrograms } from '../support/node-layers';
import { commandOf, PageCommands } from '../support/page-commands';
import { describeProgram } from '../support/programs';
import { ServerProcess } from '../support/server-process';

const command = commandOf('how-to/rotate-secrets.md', 'The root user of MinIO');

describeProgram(findPrograms('minio', 'minio', 'mc'), 'the command for MinIO of rotate-secrets.md', (programs) => {
  const [user, old] = ['root-user', 'first-password'];
  const alice = ['alice', 'password-of-alice'] as const;
  const aliceKey = ['accesskeyofalice', 'secretkeyofalice'] as const;
  const rootKey = ['accesskeyofroot', 'secretkeyofroot'] as const;
  let folder: string;
  let address: string;
  let cluster: PageCommands;
  let server: ServerProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'minio-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'kept'), 'an object');
    address = `127.0.0.1:${await freePort()}`;
    cluster = new PageCommands({
      'minio-credentials': { accessKey: user, secretKey: old },
      's3-credentials': { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: old },
    });
    await start();
    const root = [user, old] as const;
    await mc(root, 'mb', 'store/models');
    await mc(root, 'cp', join(folder, 'kept'), 'store/models/kept');
    await mc(root, 'admin', 'user', 'add', 'store', ...alice);
    await mc(root, 'admin', 'policy', 'attach', 'store', 'readwrite', '--user', 'alice');
    for (const [owner, [access, secret]] of [['alice', aliceKey] as const, [user, rootKey] as const]) {
      const keys = ['--access-key', access, '--secret-key', secret];
      await mc(root, 'admin', 'user', 'svcacct', 'add', ...keys, 'store', owner);
    }
  });
  afterEach(async () => {
    await server.stop();
    cluster.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives the root user another password in both Secrets; objects, users and access keys stay', async () => {
    expect(await cluster.run(command)).toEqual({ code: 0, stdout: '', stderr: '' });
    const secretKey = cluster.secrets['minio-credentials']?.secretKey ?? '';
    expect(secretKey).toMatch(/^[0-9a-f]{48}$/);
    expect(cluster.secrets).toEqual({
      'minio-credentials': { accessKey: user, secretKey },
      's3-credentials': { AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secretKey },
    });
    await server.stop();
    await start();
    for (const keys of [[user, secretKey] as const, alice, aliceKey, rootKey]) {
      expect(await mc(keys, 'ls', 'store/models')).toContain('kept');
    }
    await expect(mc([user, old], 'ls', 'store/models')).rejects.toThrow('signature');
  });

  test('access keys of the root user end with its name, and no others', async () => {
    const renamed = command.replace(/\{"stringData":.*?\}\}' /, `{"stringData":{"accessKey":"other","%s":"%s"}}' `);
    expect(renamed).not.toBe(command);
    expect(await cluster.run(renamed)).toMatchObject({ code: 0 });
    await server.stop();
    await start();
    const root = ['other', cluster.secrets['minio-credentials']?.secretKey ?? ''] as const;
    for (const keys of [root, alice, aliceKey]) expect(await mc(keys, 'ls', 'store/models')).toContain('kept');
    await expect(mc(rootKey, 'ls', 'store/models')).rejects.toThrow();
  });

  /** With the keys that a new pod takes from the Secret. */
  async function start(): Promise<void> {
    const { accessKey = '', secretKey = '' } = cluster.secrets['minio-credentials'] ?? {};
    const env = { HOME: folder, MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey, MINIO_BROWSER: 'off' };
    server = new ServerProcess([], [programs().minio, 'server', join(folder, 'data'), '--address', address], env);
    await server.answers(`http://${address}/minio/health/ready`);
  }

  /** What the client prints, with these keys, of the server `store`. */
  function mc([access, secret]: readonly [string, string], ...args: readonly string[]): Promise<string> {
    const env = { HOME: folder, MC_HOST_store: `http://${access}:${secret}@${address}` };
    return new Promise((resolve, reject) => {
      execFile(programs().mc, ['--quiet', ...args], { env }, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`mc ${args.join(' ')}: ${stdout}${stderr}`)),
      );
    });
  }
});
