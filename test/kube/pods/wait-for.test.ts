import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DATABASE_SCRIPT,
  HTTP_SCRIPT,
  PORT_SCRIPT,
  waitForDatabase,
  waitForHttp,
  waitForPort,
} from '../../../lib/kube/pods/wait-for';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { findPrograms } from '../../platform/releases/programs';
import { findPostgres, PostgresServer } from '../../support/postgres';
import { describeProgram } from '../../support/programs';
import { itIsPosix } from '../../support/shell';

/** Pauses are shorter. */
const IMPATIENT = 'sleep() { command sleep 0.1; }\n';

const connection = {
  host: 'postgres.demo.svc',
  port: 5432,
  database: 'models',
  username: 'registry',
  password: new SecretRef('models-db').key('password'),
};

describe('a container that waits', () => {
  test('for a database has the whole connection, and the password from its Secret', () => {
    expect(waitForDatabase('wait-for-postgres', 'example.org/psql:17', connection)).toMatchObject({
      name: 'wait-for-postgres',
      image: 'example.org/psql:17',
      command: ['/bin/sh', '-euc', DATABASE_SCRIPT],
      env: {
        PGHOST: 'postgres.demo.svc',
        PGPORT: '5432',
        PGDATABASE: 'models',
        PGUSER: 'registry',
        PGPASSWORD: connection.password,
      },
    });
  });

  test('for a server has its URL', () => {
    expect(waitForHttp('wait-for-minio', 'example.org/curl:8', 'http://minio.demo.svc:9000')).toMatchObject({
      name: 'wait-for-minio',
      image: 'example.org/curl:8',
      command: ['/bin/sh', '-euc', HTTP_SCRIPT],
      env: { URL: 'http://minio.demo.svc:9000' },
    });
  });

  test('for a port has its address', () => {
    expect(waitForPort('wait-for-kafka', 'example.org/bash:5', { host: 'kafka.demo.svc', port: 9092 })).toMatchObject({
      name: 'wait-for-kafka',
      image: 'example.org/bash:5',
      command: ['/bin/bash', '-euc', PORT_SCRIPT],
      env: { SERVER_HOST: 'kafka.demo.svc', SERVER_PORT: '9092' },
    });
  });
});

describeProgram(findPostgres(), 'the script that waits for a database', (installation) => {
  let server: PostgresServer;
  const login = { PGDATABASE: 'models', PGUSER: 'registry', PGPASSWORD: 'secret', PGCONNECT_TIMEOUT: '5' };

  beforeAll(async () => {
    server = await PostgresServer.create(installation());
    await server.firstStart('SELECT 1');
  });
  afterAll(() => server?.destroy());

  test('goes on until role, password and database are there, though the server answers all the time', async () => {
    let ended = false;
    const waiting = server.job(DATABASE_SCRIPT, '', login).finally(() => {
      ended = true;
    });
    await server.rows("CREATE ROLE registry LOGIN PASSWORD 'other'");
    await server.rows('CREATE DATABASE models OWNER registry');
    expect(ended).toBe(false);
    await server.rows("ALTER ROLE registry PASSWORD 'secret'");
    const { code, stdout, stderr } = await waiting;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(waiting for database models at 127\.0\.0\.1:\d+\n)+$/);
    expect(stderr).toMatch(/does not exist|authentication failed/);
    expect(stdout + stderr).not.toContain('secret');
  });
});

describeProgram(findPrograms('curl'), 'the script that waits for a server', () => {
  test('waits until a server answers, with any status', async () => {
    const server = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = `http://127.0.0.1:${port}/`;
    const child = spawn('/bin/sh', ['-euc', IMPATIENT + HTTP_SCRIPT], { env: { PATH: process.env.PATH, URL: url } });
    let stdout = '';
    const waits = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text;
        resolve();
      });
    });
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    await waits;
    server.listen(port, '127.0.0.1');
    expect(await exit).toBe(0);
    expect(stdout).toBe(`waiting for ${url}\n`);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the script that waits for a database', () => itIsPosix(DATABASE_SCRIPT));
describe('the script that waits for a server', () => itIsPosix(HTTP_SCRIPT));

describeProgram(findPrograms('bash'), 'the script that waits for a port', (programs) => {
  test('goes on until a connection is accepted', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const env = { PATH: process.env.PATH, SERVER_HOST: '127.0.0.1', SERVER_PORT: String(port) };
    const child = spawn(programs().bash, ['-euc', IMPATIENT + PORT_SCRIPT], { env });
    const output: string[] = [];
    const waits = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output.push(text);
        resolve();
      });
    });
    child.stderr.setEncoding('utf8').on('data', (text) => output.push(text));
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    await waits;
    server.listen(port, '127.0.0.1');
    expect(await exit).toBe(0);
    expect(output.join('')).toMatch(/Connection refused/);
    expect(output.join('')).toContain(`waiting for 127.0.0.1:${port}\n`);
    await new Promise((resolve) => server.close(resolve));
  });
});

describeProgram(findPrograms('shellcheck'), 'the script', (programs) => {
  test('that waits for a port is clean for shellcheck', () => {
    const args = ['--shell=bash', '-'];
    const { stdout } = spawnSync(programs().shellcheck, args, { input: PORT_SCRIPT, encoding: 'utf8' });
    expect(stdout).toBe('');
  });
});
