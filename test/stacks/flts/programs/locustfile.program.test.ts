import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Locust } from '../../../../lib/components/load-test/locust';
import { PIPELINE_LOCUSTFILE, POINTER_URL } from '../../../../lib/stacks/flts/programs/locustfile';
import { findProgram } from '../../../platform/releases/programs';
import { freePort } from '../../../support/free-port';
import { describeProgram } from '../../../support/programs';
import { find, synth, testChart } from '../../../support/synth';

const USERS = 30;
const POINTER = 'GET /download/model-promotion/current.json';
const folder = mkdtempSync(join(tmpdir(), 'locust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The Locust that LOCUST names, or that of `.tools/bin` or of the search path.
 * @returns the reason where there is none
 */
function findLocust(): { readonly path: string } | string {
  const path = process.env.LOCUST ?? findProgram('locust');
  return path === undefined ? 'there is no locust: .ci/install-locust installs it' : { path };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the inference server is sent and says, as long as it has a model. */
interface Forecast {
  readonly index_col: string;
  readonly data: Readonly<Record<string, readonly (string | number)[]>>;
  readonly inference_length: number;
}

/** Answers as HAProxy and the servers behind it do, and counts what it answers. */
class Servers {
  readonly answers: Record<string, Record<number, number>> = {};
  readonly refused: string[] = [];
  private readonly server: Server;

  constructor(
    private readonly hasModel: boolean,
    private readonly forecast: (index: number) => Answer,
  ) {
    this.server = createServer(async (request, response) => {
      const { status, body } = this.answer(`${request.method} ${request.url}`, await textOf(request));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  count(request: string, status?: number): number {
    const counts = Object.entries(this.answers[request] ?? {});
    return counts.reduce((sum, [key, times]) => sum + (status === undefined || Number(key) === status ? times : 0), 0);
  }

  private answer(request: string, text: string): Answer {
    const answer = this.decide(request, text);
    this.answers[request] ??= {};
    const counts = this.answers[request];
    counts[answer.status] = (counts[answer.status] ?? 0) + 1;
    return answer;
  }

  private decide(request: string, text: string): Answer {
    if (request === POINTER) return { status: 404, body: { detail: 'none' } };
    if (!this.hasModel) return { status: 503, body: 'No server is available to handle this request.' };
    if (request === 'GET /ready') return { status: 200, body: { status: 'ready' } };
    if (request === 'GET /predict_ping') {
      return { status: 200, body: { status: 'ok', model_loaded: true, input_seq_len: 20, output_seq_len: 2 } };
    }
    const problem = request === 'POST /predict' ? problemOf(JSON.parse(text)) : `no path ${request}`;
    if (problem !== undefined) {
      this.refused.push(problem);
      return { status: 400, body: { detail: problem } };
    }
    return this.forecast(this.count('POST /predict'));
  }
}

/** What the published server finds wrong with a request. */
function problemOf({ index_col, data, inference_length }: Forecast): string | undefined {
  const { [index_col]: times = [], ...columns } = data;
  if (times.length !== 20 + 2 + 5) return `${times.length} rows`;
  if (new Set(times).size !== times.length) return 'rows of one time';
  if (times.some((time) => Number.isNaN(Date.parse(String(time))))) return 'no time';
  if (Object.keys(columns).length !== 11) return `${Object.keys(columns).length} columns`;
  if (Object.values(columns).some((column) => column.length !== times.length)) return 'columns of other lengths';
  if (
    Object.values(columns)
      .flat()
      .some((value) => typeof value !== 'number')
  )
    return 'no number';
  return inference_length === 2 ? undefined : `a forecast of ${inference_length}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What Locust counted: requests and failures by request, and the failures by their words. */
interface Counts {
  readonly requests: Readonly<Record<string, readonly [requests: number, failures: number]>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly log: string;
}

/**
 * Runs master and worker by their arguments in the pods, without the web interface, until each kind of request is among
 * those that were sent.
 */
async function run(locust: string, servers: Servers, name: string): Promise<Counts> {
  const url = await servers.listen();
  const { host, port } = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const chart = testChart();
  new Locust(chart, 'locust', {
    locustfile: PIPELINE_LOCUSTFILE,
    target: { host, port, url },
    workers: 1,
    run: { users: USERS, spawnRate: USERS },
  });
  const objects = synth(chart);
  const file = join(folder, `${name}.py`);
  writeFileSync(file, find(objects, 'ConfigMap').data['locustfile.py']);
  const masterPort = await freePort();
  const argsOf = (deployment: string): string[] =>
    find(objects, 'Deployment', deployment)
      .spec.template.spec.containers[0].args.filter((arg: string) => arg !== '--autostart')
      .map((arg: string) => arg.replace(/^(--locustfile=).*/, `$1${file}`))
      .map((arg: string) => arg.replace(/^(--master-host=).*/, '$1127.0.0.1'))
      .map((arg: string) => arg.replace(/^(--master-port=).*/, `$1${masterPort}`));
  const env = { ...process.env, [POINTER_URL]: `${url}/download/model-promotion/current.json` };
  const csv = join(folder, name);
  const bind = ['--master-bind-host=127.0.0.1', `--master-bind-port=${masterPort}`];
  const only = ['--headless', '--run-time=300s', '--only-summary', `--csv=${csv}`];
  const start = (args: readonly string[]) => spawn(locust, args, { env, stdio: 'pipe' });
  const processes = [start([...argsOf('locust'), ...bind, ...only]), start(argsOf('locust-worker'))];
  const logs = processes.map(logOf);
  const ended = Promise.all(processes.map((child) => new Promise((done) => child.once('close', done))));
  const runs = () => processes.every(({ exitCode }) => exitCode === null);
  const isEnough = () => servers.count('POST /predict') >= 3 * USERS && servers.count(POINTER) >= 3;
  while (runs() && !isEnough()) await setTimeout(200);
  processes[0]?.kill('SIGTERM');
  await ended;
  servers.close();
  return {
    requests: Object.fromEntries(
      rows(`${csv}_stats.csv`).map(([method, path, requests, failures]) => [
        `${method} ${path}`,
        [Number(requests), Number(failures)] as const,
      ]),
    ),
    failures: Object.fromEntries(
      rows(`${csv}_failures.csv`).map(([method, path, error = '', times]) => [
        `${method} ${path}: ${error.replace(/^CatchResponseError\('(.*)'\)$/, '$1')}`,
        Number(times),
      ]),
    ),
    log: logs.map((log) => log()).join('\n'),
  };
}

function logOf(child: ChildProcess): () => string {
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log += chunk;
    });
  }
  return () => log;
}

function rows(file: string): string[][] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"|([^,]+)|(?<=,)(?=,)/g)].map(([all, quoted]) => quoted ?? all),
  );
}

describeProgram(findLocust(), 'the locustfile in a real Locust', (locust) => {
  const forecasts: readonly Answer[] = [
    { status: 200, body: { status: 'SUCCESS', predictions: [{ ts: '2026-01-01T00:00:00', value: 1 }] } },
    { status: 200, body: { status: 'SUCCESS', predictions: [] } },
    { status: 429, body: { detail: 'Server busy, try again' } },
    { status: 500, body: { detail: 'Inference execution failed' } },
  ];
  const busy = new Servers(true, (index) => forecasts[index % 8] ?? (forecasts[0] as Answer));
  const empty = new Servers(false, () => ({ status: 500, body: {} }));
  let [ofBusy, ofEmpty]: (Counts | undefined)[] = [];
  beforeAll(async () => {
    const { path } = locust();
    [ofBusy, ofEmpty] = await Promise.all([run(path, busy, 'busy'), run(path, empty, 'empty')]);
  });

  it('sends what the server understands, and counts each kind of failure as one', () => {
    const { requests, failures, log } = ofBusy as Counts;
    expect(busy.refused, log).toEqual([]);
    const [sent = 0, failed = 0] = requests['POST /predict'] ?? [];
    expect(sent, log).toBeGreaterThan(USERS / 2);
    // What a worker has not yet reported when the time is over is answered and not counted.
    expect(sent).toBeLessThanOrEqual(busy.count('POST /predict'));
    expect(requests['GET /predict_ping']).toEqual([USERS, 0]);
    expect(requests['GET /ready']?.[1] ?? 0).toBe(0);
    expect(Object.keys(failures).sort(), log).toEqual([
      'GET pointer: 404: no model was promoted yet',
      'POST /predict: 200: no forecast in the answer',
      'POST /predict: 429: the queue of the server is full',
      'POST /predict: 500: the forecast failed',
    ]);
    expect(failures['GET pointer: 404: no model was promoted yet']).toBe(requests['GET pointer']?.[0]);
    const ofForecasts = Object.entries(failures).filter(([words]) => words.startsWith('POST'));
    expect(ofForecasts.reduce((sum, [, times]) => sum + times, 0)).toBe(failed);
    expect(failed).toBeLessThan(sent);
  });

  it('fails each request, and says why, before a model is promoted', () => {
    const { requests, failures, log } = ofEmpty as Counts;
    const [sent, failed] = requests['POST /predict'] ?? [];
    expect(sent, log).toBeGreaterThan(USERS / 2);
    expect(failed).toBe(sent);
    expect(failures['POST /predict: 503: no server has a promoted model']).toBe(sent);
    expect(failures['GET /predict_ping: 503: no server has a promoted model']).toBe(USERS);
  });
});
