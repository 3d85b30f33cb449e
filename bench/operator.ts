import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { modelDeploymentObjects } from '../lib/stacks/model-platform/model-deployment-objects';
import { Api } from '../operator/src/api';
import { Queue } from '../operator/src/queue';
import { CONCURRENCY } from '../operator/src/reconcile';
import { Watch } from '../operator/src/watch';
import { ModelCluster, type Models } from '../test/support/operator/model-cluster';
import { OperatorBundle, SERVER } from '../test/support/operator/operator-process';

/**
 * Measures the operator on a control plane whose pods become ready at once: ModelDeployments that are created at the same
 * time, from the creation to the last of Deployment and Service; then writes while nothing changes, those of a restart,
 * memory, and the time that its processor worked. Beside it stands a bare writer, which makes the same Deployments and
 * Services by the same calls, as many at a time, and does nothing else: what it takes is the API server's.
 *
 *   npm run bench:operator -- [counts: 100 500 1000] [seconds without changes: 60]
 */
const numbers = process.argv.slice(2).map(Number);
const [quiet = 60] = numbers.length > 1 ? numbers.slice(-1) : [];
const counts = numbers.length > 1 ? numbers.slice(0, -1) : numbers.length === 1 ? numbers : [100, 500, 1000];

const bundle = new OperatorBundle();
const plane = await ModelCluster.start();
try {
  for (const count of counts) await measure(count);
} finally {
  await bundle.remove();
  await plane.stop();
}
// Watches go on for ever.
process.exit();

async function measure(count: number): Promise<void> {
  const models = await plane.namespace(`models-${count}`);
  const env = { POD_NAMESPACE: models.namespace };
  let operator = await bundle.start(plane.kubeconfig, env);
  while (!(await operator.leads())) await sleep(50);

  const appeared = new Map<string, number[]>();
  for (const kind of ['Deployment', 'Service']) follow(models, kind, appeared);
  const bare = percentiles(await writeBare(count));
  const started = performance.now();
  const created = new Map<string, number>();
  await createAll(models, count, created, () => {});
  const creating = performance.now() - started;
  const isApplied = (times: readonly number[]) => times.length === 2;
  while ([...appeared.values()].filter(isApplied).length < count) await sleep(20);
  const applying = performance.now() - started;
  await ready(models, count);
  const becoming = performance.now() - started;
  const waits = [...appeared].map(([name, times]) => Math.max(...times) - (created.get(name) ?? 0));
  const own = percentiles(waits);
  const reconciles = await operator.metric('controller_runtime_reconcile_total');
  const processor = await operator.metric('process_cpu_seconds_total');
  const writesOfAll = await operator.metric('ml_operator_writes_total');

  const before = await operator.metric('ml_operator_writes_total');
  await sleep(quiet * 1000);
  const writes = (await operator.metric('ml_operator_writes_total')) - before;
  const memory = await operator.metric('process_resident_memory_bytes');
  await operator.end('SIGTERM');
  operator = await bundle.start(plane.kubeconfig, env);
  while ((await operator.metric('controller_runtime_reconcile_total')) < count) await sleep(50);
  const resync = await operator.metric('ml_operator_writes_total');
  await operator.end('SIGTERM');
  const row = {
    models: count,
    'created after, s': (creating / 1000).toFixed(1),
    'applied after, s': (applying / 1000).toFixed(1),
    'ready after, s': (becoming / 1000).toFixed(1),
    'creation to applied p50, ms': own[0].toFixed(0),
    'p99, ms': own[1].toFixed(0),
    'bare writer p50, ms': bare[0].toFixed(0),
    'its p99, ms': bare[1].toFixed(0),
    'p99 : bare': (own[1] / bare[1]).toFixed(2),
    'reconciles/s until ready': (reconciles / (becoming / 1000)).toFixed(0),
    'writes per model': (writesOfAll / count).toFixed(1),
    'processor, s': processor.toFixed(1),
    [`writes in ${quiet} s`]: writes,
    'writes of a restart': resync,
    'memory, MiB': (memory / 2 ** 20).toFixed(0),
  };
  console.log(JSON.stringify(row));
}

function percentiles(waits: readonly number[]): [p50: number, p99: number] {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return [at(0.5), at(0.99)];
}

/** Creates models, sixteen at a time, and notes when, by this clock. @param then - told the name of each */
async function createAll(models: Models, count: number, created: Map<string, number>, then: (name: string) => void) {
  const names = Array.from({ length: count }, (_, index) => `model-${index}`);
  const create = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      // Before the answer: what is measured includes it.
      created.set(name, performance.now());
      await models.create(name);
      then(name);
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));
}

/** @returns milliseconds from the creation of each ModelDeployment to the answers about its Deployment and Service */
async function writeBare(count: number): Promise<readonly number[]> {
  const models = await plane.namespace(`bare-${count}`);
  const api = connect();
  const created = new Map<string, number>();
  const waits: number[] = [];
  const write = async (name: string) => {
    const spec = { modelName: name, modelVersion: 1 };
    for (const object of modelDeploymentObjects({ metadata: { name, namespace: models.namespace }, spec }, SERVER)) {
      const path = `${models.collection(object.kind)}/${object.metadata.name}?fieldManager=bare`;
      await api.request('PATCH', path, { body: object, contentType: 'application/apply-patch+yaml' });
    }
    waits.push(performance.now() - (created.get(name) ?? 0));
    return undefined;
  };
  const queue = new Queue(CONCURRENCY, write, { added() {}, worked() {} });
  queue.start();
  await createAll(models, count, created, (name) => queue.add(name));
  while (waits.length < count) await sleep(20);
  return waits;
}

function connect(): Api {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  return new Api(config);
}

/** Notes when what a model becomes comes, of one kind. */
function follow(models: Models, kind: string, appeared: Map<string, number[]>): void {
  const seen = new Set<string>();
  const watch = new Watch(connect(), models.collection(kind), ({ metadata }) => {
    if (seen.has(metadata.name)) return;
    seen.add(metadata.name);
    const name = metadata.name.replace(/-inference$/, '');
    appeared.set(name, [...(appeared.get(name) ?? []), performance.now()]);
  });
  void watch.run();
}

async function ready(models: Models, count: number): Promise<void> {
  for (;;) {
    const resources = await plane.api.list(models.path);
    if (resources.filter(({ status }) => status?.phase === 'Running').length === count) return;
    await sleep(200);
  }
}
