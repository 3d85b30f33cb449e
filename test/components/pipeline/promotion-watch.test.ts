import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { PROMOTION_SCRIPT, promotionWatch } from '../../../lib/components/pipeline/promotion-watch';
import { itIsPosix } from '../../support/shell';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

describe('the watch for promotions', () => {
  it('has the pointer and the server of its pod', () => {
    expect(promotionWatch('http://a/current.json', 'http://127.0.0.1:8000/reload_latest').env).toEqual({
      POINTER_URL: 'http://a/current.json',
      RELOAD_URL: 'http://127.0.0.1:8000/reload_latest',
    });
  });

  itIsPosix(PROMOTION_SCRIPT);

  it('has the server load each model that is promoted, tries again where that fails, and nothing else', async () => {
    let pointer: string | undefined;
    let broken = true;
    const loads: (string | undefined)[] = [];
    const server = createServer(({ method, url }, response) => {
      if (method === 'POST' && url === '/reload_latest') {
        if (!broken) loads.push(pointer);
        response.writeHead(broken ? 503 : 200).end();
        broken = false;
      } else response.writeHead(pointer === undefined ? 404 : 200).end(pointer);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((listening) => server.once('listening', listening));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const watch = spawn('/bin/sh', ['-euc', PROMOTION_SCRIPT], {
      env: {
        PATH: process.env.PATH,
        PAUSE: '0.05',
        POINTER_URL: `${base}/current.json`,
        RELOAD_URL: `${base}/reload_latest`,
      },
    });
    const end = new Promise((done) => watch.once('exit', done));
    const until = async (count: number) => {
      for (let tries = 0; loads.length < count && tries < 200; tries += 1) await setTimeout(50);
    };
    await setTimeout(200);
    expect(loads).toEqual([]);
    pointer = '{"run_id": "1"}';
    await until(1);
    pointer = '{"run_id": "2"}';
    await until(2);
    await setTimeout(300);
    expect(loads).toEqual(['{"run_id": "1"}', '{"run_id": "2"}']);
    watch.kill('SIGTERM');
    expect(await end).toBe(0);
  });
});
