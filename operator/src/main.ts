import { readFileSync, watchFile } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Api } from './api';
import { Caches, KIND } from './caches';
import { Lease } from './lease';
import { log, wordsOf } from './log';
import { Metrics } from './metrics';
import { Queue } from './queue';
import { CONCURRENCY, Reconciler } from './reconcile';
import { Registry } from './registry';
import { readSettings, type Settings } from './settings';
import { type Server, serverOf } from './wanted';
import { Waves } from './waves';

const NAME = 'ml-operator';
const CONTROLLER = 'controller="modeldeployment"';
const QUEUE = 'name="modeldeployment"';
/** Milliseconds after which work that has not ended never will: each of its requests has a time of its own. */
const STUCK = 300_000;
/** Milliseconds of changes that are looked at together before the next wave. */
const GATHERED = 500;

class Operator {
  private readonly metrics = new Metrics();
  private readonly waves = new Waves();
  private readonly caches: ReadonlyMap<string, Caches>;
  private readonly queue: Queue;
  private readonly lease: Lease;
  private server: Server;
  private advancing?: NodeJS.Timeout;
  private configIsValid = true;

  constructor(private readonly settings: Settings) {
    const { metrics, waves } = this;
    const { namespace, namespaces, pod, serverFile } = settings;
    this.server = serverOf(readFileSync(serverFile, 'utf8'), serverFile);
    const config = new KubeConfig();
    config.loadFromDefault();
    const api = new Api(config, (method, code) =>
      metrics.count('rest_client_requests_total', `code="${code}",method="${method}"`),
    );
    const changed = (key: string) => {
      this.queue.add(key);
      this.advanceSoon();
    };
    this.caches = new Map(namespaces.map((name) => [name, new Caches(api, name, changed)]));
    this.lease = new Lease(api, namespace, NAME, pod);
    const reconciler = new Reconciler({
      api,
      lease: this.lease,
      caches: this.caches,
      server: () => this.server,
      waves,
      registry: new Registry((key) => this.queue.add(key)),
      wrote: (verb, kind) => metrics.count('ml_operator_writes_total', `verb="${verb}",kind="${kind}"`),
    });
    this.queue = new Queue(CONCURRENCY, (key) => reconciler.reconcile(key), {
      added: () => metrics.count('workqueue_adds_total', QUEUE),
      worked: (key, waited, took, error) => {
        metrics.observe('workqueue_queue_duration_seconds', QUEUE, waited);
        metrics.observe('workqueue_work_duration_seconds', QUEUE, took);
        metrics.observe('controller_runtime_reconcile_time_seconds', CONTROLLER, took);
        const result = error === undefined ? 'success' : 'error';
        metrics.count('controller_runtime_reconcile_total', `${CONTROLLER},result="${result}"`);
        if (error === undefined) return;
        metrics.count('workqueue_retries_total', QUEUE);
        metrics.count('controller_runtime_reconcile_errors_total', CONTROLLER);
        log('error', 'reconcile failed', { model: key, error: wordsOf(error) });
      },
    });
    this.gauges();
  }

  /** Works until the signal; then ends what is under way, and gives the lease back. */
  async run(signal: AbortSignal): Promise<void> {
    createServer(({ url }, response) => {
      const [status, text] = this.answer(url ?? '');
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
    }).listen(this.settings.port);
    // A ConfigMap that is mounted changes without a signal.
    watchFile(this.settings.serverFile, { interval: 2000 }, () => this.readServer());
    for (const watch of this.watches) void watch.run();
    // Objects that are not yet known look as if they were missing, and models as if no wave had to wait for them.
    while (!signal.aborted && this.watches.some(({ complete }) => !complete)) await sleep(100);
    await this.lease.run(signal, (leading) => this.lead(leading));
  }

  private get watches() {
    return [...this.caches.values()].flatMap(({ all }) => all);
  }

  private lead(leading: boolean): Promise<void> | void {
    if (leading) {
      this.queue.start();
      return this.queueAll();
    }
    this.waves.stop();
    return this.queue.stop();
  }

  private queueAll(): void {
    for (const caches of this.caches.values()) {
      for (const { metadata } of caches.of(KIND).values()) this.queue.add(`${caches.namespace}/${metadata.name}`);
    }
    this.advanceSoon();
  }

  private readServer(): void {
    const { serverFile } = this.settings;
    try {
      const server = serverOf(readFileSync(serverFile, 'utf8'), serverFile);
      this.configIsValid = true;
      if (server.version === this.server.version) return;
      log('info', 'new settings of the server', { revision: server.revision });
      this.server = server;
      this.queueAll();
    } catch (error) {
      this.configIsValid = false;
      log('error', 'the settings of the server are wrong, and those of before are kept', { error: wordsOf(error) });
    }
  }

  private advanceSoon(): void {
    this.advancing ??= setTimeout(() => {
      this.advancing = undefined;
      if (this.lease.remaining === 0) return;
      const models = new Map([...this.caches.values()].flatMap((caches) => [...caches.models()]));
      for (const key of this.waves.advance(this.server.revision, models)) this.queue.add(key);
    }, GATHERED);
  }

  private answer(url: string): [status: number, text: string] {
    if (url === '/metrics') return [200, this.metrics.text()];
    if (url === '/healthz') {
      const stuck = this.queue.longest > STUCK;
      return stuck ? [500, 'work on a model does not end\n'] : [200, 'ok\n'];
    }
    if (url !== '/readyz') return [404, 'there are /healthz, /readyz and /metrics\n'];
    const behind = this.watches.filter(({ current }) => !current).length;
    return behind > 0 ? [503, `${behind} watches are not up to date\n`] : [200, 'ok\n'];
  }

  private gauges(): void {
    const { metrics, queue, waves } = this;
    metrics.gauge('workqueue_depth', QUEUE, () => queue.depth);
    metrics.gauge('workqueue_longest_running_processor_seconds', QUEUE, () => queue.longest / 1000);
    metrics.gauge('controller_runtime_active_workers', CONTROLLER, () => queue.active);
    metrics.gauge('controller_runtime_max_concurrent_reconciles', CONTROLLER, () => CONCURRENCY);
    metrics.gauge('leader_election_master_status', `name="${NAME}"`, () => Number(this.lease.remaining > 0));
    metrics.gauge('process_resident_memory_bytes', '', () => process.memoryUsage.rss());
    metrics.gauge('process_cpu_seconds_total', '', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    metrics.gauge('ml_operator_server_config_valid', '', () => Number(this.configIsValid));
    metrics.gauge('ml_operator_models_outdated', '', () => waves.progress.outdated);
    metrics.gauge('ml_operator_models_in_wave', '', () => waves.progress.unfinished);
  }
}

async function main(): Promise<void> {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort());
  await new Operator(readSettings(process.env)).run(stopped.signal);
}

main().then(
  // Watches would go on for ever.
  () => process.exit(0),
  (error) => {
    log('error', 'the operator cannot run', { error: wordsOf(error) });
    process.exit(1);
  },
);
