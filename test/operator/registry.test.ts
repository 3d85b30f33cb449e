import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Registry } from '../../operator/src/registry';

let status = 404;
const server = createServer((_, response) => response.writeHead(status).end());
let url = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  vi.useRealTimers();
});

it('what the registry said of a model last counts until it says something else, whatever errors it has meanwhile', async () => {
  const registry = new Registry(() => {});
  const isMissing = () => registry.isMissing('ml-models/iris', url, 'iris', 1);
  const asked = () =>
    new Promise<void>((done) => server.once('request', (_, response) => response.once('close', done)));
  let now = Date.now();
  vi.useFakeTimers({ now, toFake: ['Date'] });
  const askAgain = async (answer: number) => {
    status = answer;
    now += 60_000;
    vi.setSystemTime(now);
    const answered = asked();
    isMissing();
    await answered;
  };
  await askAgain(404);
  await expect.poll(isMissing).toBe(true);
  // When the last of them is asked, the answer of the first one has come.
  for (const error of [503, 401, 503]) await askAgain(error);
  expect(isMissing()).toBe(true);
  await askAgain(200);
  await expect.poll(isMissing).toBe(false);
});
