import { createServer, type Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { App } from 'cdk8s';
import { afterAll, beforeAll, expect, onTestFailed, test, vi } from 'vitest';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/charts/flts/profiles';
import { FltsStack } from '../../../lib/charts/flts/stack';
import { Haproxy, type HaproxyProps } from '../../../lib/components/edge/haproxy';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { SecretRef } from '../../../lib/kube/secrets';
import { Deployment } from '../../../lib/workloads/deployment';
import { eventually, findHaproxy, HaproxyProcess } from '../../support/haproxy';
import { NameServer } from '../../support/name-server';
import { describeUnless } from '../../support/programs';
import { identity, webPod } from '../../support/samples';
import { find, type Manifest, synth, testChart } from '../../support/synth';

const found = findHaproxy();
const reason = typeof found === 'string' ? found : '';
if (reason !== '') console.warn(`haproxy.program.test.ts does not run: ${reason}`);
const describeHaproxy = describeUnless(reason);

// Programs run beside other tests, on few cores.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const HOST = 'balancer-servers.demo.svc.cluster.local';
/** What a shell, a quotation or the language of the configuration would stumble over. */
const PASSWORD = `a "quoted", 'odd' \\ $HOME {value}) # :é`;

interface Rendered {
  readonly command: readonly string[];
  readonly config: string;
}

/** Of a load balancer before at most so many pods, and a quarter of it as their surge. */
function rendered(props: Partial<HaproxyProps> = {}, port = 8000, maxReplicas = 8): Rendered {
  const chart = testChart();
  new Deployment(chart, 'server', { identity, pod: webPod });
  const replicas = { minReplicas: 1, maxReplicas };
  new Haproxy(chart, 'balancer', {
    name: 'balancer',
    servers: { identity, port, portName: 'http', readyPath: '/ready', replicas, strategy: {} },
    statsPassword: new SecretRef('stats').key('password'),
    ...props,
  });
  return readFrom(synth(chart), props.name ?? 'balancer');
}

function readFrom(objects: readonly Manifest[], name: string): Rendered {
  const [{ command }] = find(objects, 'Deployment', name).spec.template.spec.containers;
  return { command, config: find(objects, 'ConfigMap', `${name}-config`).data['haproxy.cfg'] };
}

const started: HaproxyProcess[] = [];

async function haproxy(
  { command, config }: Rendered,
  nameServer = 53,
  env: Readonly<Record<string, string>> = { STATS_PASSWORD: PASSWORD },
): Promise<HaproxyProcess> {
  if (typeof found === 'string') throw new Error(found);
  const created = await HaproxyProcess.create(found, command, config, env, nameServer);
  started.push(created);
  return created;
}

afterAll(() => Promise.all(started.map((each) => each.destroy())));

/** A server on a loopback address of its own, that says who it is. */
class Pod {
  ready = true;
  requests = 0;
  /** Answers of `/slow` that the test has not let go yet. */
  private readonly held: (() => void)[] = [];
  private readonly server: Server;

  constructor(readonly address: string) {
    this.server = createServer((request, response) => {
      if (request.url === '/ready') {
        response.writeHead(this.ready ? 200 : 503).end();
        return;
      }
      this.requests += 1;
      const answer = () => response.end(this.address);
      if (request.url === '/slow') this.held.push(answer);
      else answer();
    });
  }

  /** Waits until so many requests are held up. */
  holds(count: number): Promise<void> {
    return eventually(
      async () => this.held.length === count,
      () => `${this.held.length} requests are held up, not ${count}`,
    );
  }

  /** Answers the requests that are held up. */
  release(): void {
    for (const answer of this.held.splice(0)) answer();
  }

  /** @returns its port */
  listen(port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(port, this.address, () => resolve(portOf(this.server)));
    });
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A network of the loopback interface that no other test is likely to have. */
function subnet(): string {
  const net = () => 2 + Math.floor(Math.random() * 250);
  return `127.${net()}.${net()}`;
}

describeHaproxy(`the configuration, to a real HAProxy${reason && ` (${reason})`}`, () => {
  test.each([
    ['with a page of statistics', {}, 8],
    ['without one', { statsPassword: undefined }, 8],
    ['with as many servers as can be', { clusterDomain: 'example' }, 230],
  ])('is right %s, without a warning', async (_, props, maxReplicas) => {
    const { code, output } = await (await haproxy(rendered(props, 8000, maxReplicas))).check();
    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(code, output).toBe(0);
  });

  test.each([
    ['small', FLTS_SMALL],
    ['production', FLTS_PRODUCTION],
  ])('is right before the servers of FLTS in the profile %s, without a warning', async (_, profile) => {
    const app = new App({ outdir: 'never-written' });
    const objects = synth(new FltsStack(app, 'flts', { credentials: existingSecrets(), profile }));
    const { code, output } = await (await haproxy(readFrom(objects, 'inference-lb'))).check();
    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(code, output).toBe(0);
  });

  test.each([
    ['is missing', {}],
    ['is empty', { STATS_PASSWORD: '' }],
  ])('ends the start where the password %s', async (_, env) => {
    const target = await haproxy(rendered(), 53, env);
    target.start();
    const message = "'setenv' expects environment variable value for 'STATS_PASSWORD'";
    await eventually(
      async () => target.log.includes(message),
      () => target.log,
    );
    // It has said so, and is about to end: a signal would be what ends it.
    expect(await target.ends()).toBe(1);
  });
});

describeHaproxy(`a running HAProxy${reason && ` (${reason})`}`, () => {
  const net = subnet();
  const one = new Pod(`${net}.1`);
  const two = new Pod(`${net}.2`);
  /** Each is asked by an address of its own. */
  const many = Array.from({ length: 40 }, (_, index) => `${net}.${index + 101}`);
  const seen = new Set<string | undefined>();
  const server = createServer((request, response) => {
    if (request.url !== '/ready') seen.add(request.socket.localAddress);
    response.end();
  });
  let names: NameServer;
  let target: HaproxyProcess;
  /** The same with the shortest times to hold on to an address. */
  let impatient: HaproxyProcess;
  let beforeMany: HaproxyProcess;
  /** Before the same servers as `target`, for one client and one path. */
  let narrow: HaproxyProcess;
  /** The same with the size of an answer that HAProxy asks for by itself. */
  let cutOff: HaproxyProcess;

  beforeAll(async () => {
    names = await NameServer.start();
    const port = await one.listen();
    await two.listen(port);
    const { command, config } = rendered({}, port);
    target = await haproxy({ command, config }, names.port);
    impatient = await haproxy({ command, config: config.replaceAll(/hold (\S+) 10m/g, 'hold $1 1s') }, names.port);
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const big = rendered({ name: 'many' }, portOf(server), many.length);
    names.records.set(HOST.replace('balancer', 'many'), many);
    beforeMany = await haproxy(big, names.port);
    cutOff = await haproxy({ ...big, config: big.config.replace('accepted_payload_size 8192', '') }, names.port);
    narrow = await haproxy(rendered({ maxConnections: 1, paths: ['/slow'] }, port), names.port);
    for (const each of [target, impatient, narrow, beforeMany, cutOff]) {
      each.start();
      await each.listens();
    }
  });
  afterAll(() => {
    one.stop();
    two.stop();
    server.close();
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

  test('starts while its name resolves to nothing, and says that it is not ready', async () => {
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

  test('uses all servers, though they are more than an answer of 512 bytes has room for', async () => {
    onTestFailed(() => console.error(beforeMany.log));
    await eventually(
      async () => {
        await Promise.all(many.map(() => beforeMany.get('http', '/')));
        return many.every((each) => seen.has(each));
      },
      () => `only ${seen.size}: ${beforeMany.log}`,
    );
    expect((await cutOff.get('http', '/')).status).toBe(503);
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
});
