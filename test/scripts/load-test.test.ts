import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, generateLoad, percentile, report } from '../../scripts/load-generator';
import { itLong } from '../support/programs';

interface Seen {
  readonly path: string;
  readonly body: string;
}

const servers: Server[] = [];

/** A server that answers like the embedding service, and remembers what it was asked. */
async function embedder(statusOf: (index: number) => number = () => 200) {
  const seen: Seen[] = [];
  const busy = { now: 0, most: 0, connections: 0 };
  const server = createServer((request, response) => {
    busy.now += 1;
    busy.most = Math.max(busy.most, busy.now);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ path: `${request.method} ${request.url}`, body });
      const status = statusOf(seen.length);
      setTimeout(() => {
        busy.now -= 1;
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      }, 5);
    });
  });
  server.on('connection', () => {
    busy.connections += 1;
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), seen, busy };
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function answersOf(url: URL, load: { requests: number; concurrency: number; timeout?: number }) {
  const answers: Answer[] = [];
  await generateLoad({ url, body: '{}', timeout: 5000, ...load }, (answer) => answers.push(answer));
  return answers;
}

describe('the load test', () => {
  test('sends so many requests, so many at a time, each on a connection of its own', async () => {
    const { url, seen, busy } = await embedder();
    const answers = await answersOf(url, { requests: 20, concurrency: 4 });
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill('200'));
    expect(seen).toHaveLength(20);
    expect(busy.most).toBeLessThanOrEqual(4);
    expect(busy.connections).toBe(20);
  });

  test('counts what the server refuses by its status', async () => {
    const { url } = await embedder((index) => (index % 2 === 0 ? 503 : 200));
    const answers = await answersOf(url, { requests: 6, concurrency: 1 });
    expect(report(answers, 2)).toContain('status      200: 3, 503: 3\nthroughput  1.50 successful requests a second');
  });

  test('counts a server that is not there, and one that is too slow', async () => {
    const { url } = await embedder();
    expect(await answersOf(url, { requests: 1, concurrency: 1, timeout: 1 })).toMatchObject([{ status: 'timeout' }]);
    const nobody = new URL('http://127.0.0.1:1');
    expect(await answersOf(nobody, { requests: 1, concurrency: 1 })).toMatchObject([{ status: 'ECONNREFUSED' }]);
  });

  test('reports percentiles of what succeeded', () => {
    const good = Array.from({ length: 100 }, (_, index) => ({ status: '200', duration: index + 1 }));
    const text = report([...good, { status: '503', duration: 100_000 }], 10);
    expect(text).toContain('p50         50 ms\np95         95 ms\nslowest     100 ms');
    expect(report([{ status: 'ECONNREFUSED', duration: 1 }], 1)).toContain('p50         none succeeded');
  });

  test.each([
    [[7], 95, 7],
    [[3, 1, 2], 50, 2],
    [[1, 2], 50, 1],
    [[], 50, undefined],
  ])('takes of %j the percentile %s to be %s', (values, percent, expected) => {
    expect(percentile(values, percent)).toBe(expected);
  });
});

describe('npm run load-test', () => {
  const script = fileURLToPath(new URL('../../scripts/load-test.ts', import.meta.url));

  function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', script, ...args]);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  test('posts an image to /embed/base64, for the model that is loaded', async () => {
    const { url, seen } = await embedder();
    const { code, stdout } = await run('--url', url.href, '--requests', '3', '--concurrency', '2');
    expect(code).toBe(0);
    expect(stdout).toContain('requests    3 in');
    expect(seen.map(({ path }) => path)).toEqual(Array(3).fill('POST /embed/base64'));
    const { images, ...model } = JSON.parse(seen[0]?.body ?? '{}');
    expect(model).toEqual({ model_name: 'ViT-B-32', pretrained: 'openai' });
    expect(Buffer.from(images[0], 'base64').subarray(1, 4).toString()).toBe('PNG');
  });

  itLong('fails where no request succeeds, and for a number that is none', async () => {
    const [nobody, wrong] = await Promise.all([
      run('--url', 'http://127.0.0.1:1', '--requests', '1'),
      run('--requests', 'many'),
    ]);
    expect(nobody).toMatchObject({ code: 1, stdout: expect.stringContaining('ECONNREFUSED: 1') });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("--requests must be a whole number from 1, got 'many'");
  });
});
