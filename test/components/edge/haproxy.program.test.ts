import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { eventually, type HaproxyProcess } from '../../support/haproxy';
import { NameServer } from '../../support/name-server';
import { describeHaproxy, PASSWORD, rendered } from './haproxy-processes';
import { LoopbackPod, subnet } from './loopback-pod';

const HOST = 'balancer-servers.demo.svc.cluster.local';

describeHaproxy('a running HAProxy', (haproxy) => {
  const net = subnet();
  const one = new LoopbackPod(`${net}.1`);
  const two = new LoopbackPod(`${net}.2`);
  let names: NameServer;
  let port: number;
  let target: HaproxyProcess;
  /** The same with the shortest times to hold on to an address. */
  let impatient: HaproxyProcess;
  /** Before the same servers as `target`, for one client and one path. */
  let narrow: HaproxyProcess;

  beforeAll(async () => {
    names = await NameServer.start();
    port = await one.listen();
    await two.listen(port);
    const { command, config } = rendered({}, port);
    target = await haproxy({ command, config }, names.port);
    impatient = await haproxy({ command, config: config.replaceAll(/hold (\S+) 10m/g, 'hold $1 1s') }, names.port);
    narrow = await haproxy(rendered({ maxConnections: 1, paths: ['/slow'] }, port), names.port);
    for (const each of [target, impatient, narrow]) {
      each.start();
      await each.listens();
    }
  });
  afterAll(() => {
    one.stop();
    two.stop();
    names?.stop();
  });

  /** Who answers so many requests, in the order of their addresses; or with which status. */
  async function answers(from = target, count = 20): Promise<string> {
    const replies = await Promise.all(Array.from({ length: count }, () => from.get('http', '/predict')));
    return [...new Set(replies.map(({ status, body }) => (status === 200 ? body : String(status))))].sort().join();
  }

  const waitFor = (expected: string, from = target) =>
    eventually(
      async () => (await answers(from)) === expected,
      () => `never ${expected}: ${from.log}`,
    );

  test('starts while its name resolves to nothing, and is not ready', async () => {
    onTestFailed(() => console.error(target.log));
    expect(await answers()).toBe('503');
    expect((await target.get('metrics', '/ready')).status).toBe(503);
    expect((await target.get('metrics', '/live')).status).toBe(200);
  });

  test('sends requests to the servers that are ready, from their first good checks on', async () => {
    onTestFailed(() => console.error(target.log));
    two.ready = false;
    names.records.set(HOST, [one.address, two.address]);
    await waitFor(one.address);
    expect((await target.get('metrics', '/ready')).status).toBe(200);
    expect(two.requests).toBe(0);
    two.ready = true;
    await waitFor(`${one.address},${two.address}`);
  });

  test('asks for the password of its statistics', async () => {
    const as = (user: string) => ({ authorization: `Basic ${Buffer.from(user).toString('base64')}` });
    for (const headers of [{}, as('admin:'), as('admin:admin'), as(`other:${PASSWORD}`)]) {
      expect((await target.get('stats', '/', headers)).status).toBe(401);
    }
    const page = await target.get('stats', '/', as(`admin:${PASSWORD}`));
    expect(page.status).toBe(200);
    expect(page.body).toContain('pod1');
    expect(page.body).not.toContain('version 3.');
  });

  test('gives its metrics as Prometheus text, of servers that have an address, and nothing else on that port', async () => {
    const { status, body } = await target.get('metrics', '/metrics');
    expect(status).toBe(200);
    expect(body).toMatch(/^haproxy_backend_active_servers\{proxy="servers"\} 2$/m);
    expect(body).toMatch(/^haproxy_server_status\{proxy="servers",server="pod1",state="UP"\} 1$/m);
    expect(body).not.toContain('server="pod3"');
    expect((await target.get('metrics', '/')).status).toBe(404);
  });

  test('fails no request when a server is gone, known or not', async () => {
    onTestFailed(() => console.error(target.log));
    two.stop();
    for (let round = 0; round < 5; round += 1) expect(await answers()).toBe(one.address);
  });

  test('answers probes and Prometheus while clients wait, who get what they are meant to have', async () => {
    onTestFailed(() => console.error(narrow.log));
    await eventually(
      async () => (await narrow.get('metrics', '/ready')).status === 200,
      () => narrow.log,
    );
    const slow = [1, 2].map(() => narrow.get('http', '/slow'));
    await one.holds(1);
    expect(await narrow.get('metrics', '/live')).toMatchObject({ status: 200 });
    const { body } = await narrow.get('metrics', '/metrics');
    expect(body).toMatch(/^haproxy_frontend_current_sessions\{proxy="http"\} 1$/m);
    for (const _ of slow) {
      await one.holds(1);
      one.release();
    }
    expect(await Promise.all(slow)).toEqual(slow.map(() => ({ status: 200, body: one.address })));
    for (const path of ['/predict', '/slow/', '/Slow', '/%73low', '/slow/../predict']) {
      expect((await narrow.get('http', path)).status, path).toBe(404);
    }
  });

  test('goes on while DNS is down, which it would not without the time for which addresses stay', async () => {
    onTestFailed(() => console.error(target.log));
    await waitFor(one.address, impatient);
    names.mode = 'is silent';
    await waitFor('503', impatient);
    expect(await answers()).toBe(one.address);
  });

  test('goes on while DNS knows no server, as when it has just started', async () => {
    onTestFailed(() => console.error(target.log));
    names.records.delete(HOST);
    names.mode = 'answers';
    await setTimeout(1_500);
    expect(await answers()).toBe(one.address);
  });

  test('ends a request that is under way before it stops, and takes no other', async () => {
    onTestFailed(() => console.error(target.log));
    const slow = target.get('http', '/slow');
    await one.holds(1);
    const exit = target.stop('USR1');
    await eventually(
      async () => (await target.get('http', '/')).status === 0,
      () => `takes requests: ${target.log}`,
    );
    one.release();
    expect(await slow).toEqual({ status: 200, body: one.address });
    expect(await exit).toBe(0);
  });

  test('finds a server by its IPv6 address, and answers clients of both families', async () => {
    onTestFailed(() => console.error(target.log));
    const three = new LoopbackPod('::1');
    await three.listen(port);
    names.records.set(HOST, ['::1']);
    await waitFor('::1', impatient);
    expect((await impatient.get('http', '/predict', {}, '[::1]')).body).toBe('::1');
    three.stop();
  });
});
