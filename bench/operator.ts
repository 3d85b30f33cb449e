import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Api } from '../operator/src/api';
import { Watch } from '../operator/src/watch';
import { ModelCluster, type Models } from '../test/support/operator/model-cluster';
import { OperatorBundle } from '../test/support/operator/operator-process';

/**
 * Measures the operator on a control plane whose pods become ready at once: ModelDeployments that are created at the same
 * time, from the creation to the last of Deployment and Service; then writes while nothing changes, those of a restart,
 * memory, and the time that its processor worked.
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
  const started = performance.now();
  const created = await createAll(models, count);
  const creating = performance.now() - started;
  const isApplied = (times: readonly number[]) => times.length === 2;
  while ([...appeared.values()].filter(isApplied).length < count) await sleep(20);
  const applying = performance.now() - started;
  await ready(models, count);
  const becoming = performance.now() - started;
  const waits = [...appeared].map(([name, times]) => Math.max(...times) - (created.get(name) ?? 0));
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
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
    'creation to applied p50, ms': at(0.5).toFixed(0),
    'p99, ms': at(0.99).toFixed(0),
    'reconciles/s until ready': (reconciles / (becoming / 1000)).toFixed(0),
    'writes per model': (writesOfAll / count).toFixed(1),
    'processor, s': processor.toFixed(1),
    [`writes in ${quiet} s`]: writes,
    'writes of a restart': resync,
    'memory, MiB': (memory / 2 ** 20).toFixed(0),
  };
  console.log(JSON.stringify(row));
}

/** Creates models, sixteen at a time. @returns when each was created, by this clock */
async function createAll(models: Models, count: number): Promise<ReadonlyMap<string, number>> {
  const created = new Map<string, number>();
  const names = Array.from({ length: count }, (_, index) => `model-${index}`);
  const create = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      // Before the answer: what is measured includes it.
      created.set(name, performance.now());
      await models.create(name);
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));
  return created;
}

/** Notes when what a model becomes comes, of one kind. */
function follow(models: Models, kind: string, appeared: Map<string, number[]>): void {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  const seen = new Set<string>();
  const watch = new Watch(new Api(config), models.collection(kind), ({ metadata }) => {
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
