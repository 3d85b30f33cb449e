import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../lib/kube/objects/serialization';
import { ModelCluster, type Models } from '../test/support/operator/model-cluster';
import { OperatorBundle } from '../test/support/operator/operator-process';

/**
 * Compares the operator with the same job written with kopf (kopf.py), one after the other on one control plane: how many
 * ModelDeployments that are created at once, and then changed at once, are worked off in a second, and how much of a
 * processor each of them takes. KOPF_PYTHON is a Python with both packages:
 *
 *   python3 -m venv /tmp/kopf && /tmp/kopf/bin/pip install kopf==1.45.2 kubernetes==37.0.2
 *   KOPF_PYTHON=/tmp/kopf/bin/python npm run bench:kopf -- [models: 100]
 */
const count = Number(process.argv[2] ?? 100);
const python = process.env.KOPF_PYTHON;
if (python === undefined) throw new Error('KOPF_PYTHON must be a Python with kopf and kubernetes');
const names = Array.from({ length: count }, (_, index) => `model-${index}`);

interface Result {
  readonly created: number;
  readonly changed: number;
  /** Seconds of a processor. */
  readonly processor: number;
}

const bundle = new OperatorBundle();
const plane = await ModelCluster.start();
try {
  const results = { kopf: await measureKopf(), operator: await measureOperator() };
  const rates = ({ created, changed, processor }: Result) => ({
    'created per second': count / created,
    'changed per second': count / changed,
    'of a processor, ms each': (processor / count / 2) * 1000,
  });
  const [theirs, ours] = [rates(results.kopf), rates(results.operator)];
  for (const [what, rate] of Object.entries(theirs)) {
    const own = ours[what as keyof typeof ours];
    const ratio = what.startsWith('of') ? rate / own : own / rate;
    console.log(`${what}: kopf ${rate.toFixed(1)}, operator ${own.toFixed(1)}, ratio ${ratio.toFixed(1)}`);
  }
} finally {
  await bundle.remove();
  await plane.stop();
}

async function measureKopf(): Promise<Result> {
  const args = ['-m', 'kopf', 'run', '--standalone', '--namespace=kopf', join(import.meta.dirname, 'kopf.py')];
  const models = await plane.namespace('kopf');
  const env = { ...process.env, KUBECONFIG: plane.kubeconfig };
  const child = spawn(python as string, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = `${log}${text}`.slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(`kopf has ended:\n${log}`)));
  });
  try {
    return await Promise.race([ended, measure(models, () => processorOf(child.pid))]);
  } finally {
    child.kill('SIGKILL');
  }
}

async function measureOperator(): Promise<Result> {
  const models = await plane.namespace('operator');
  const operator = await bundle.start(plane.kubeconfig, { POD_NAMESPACE: 'operator' });
  const result = await measure(models, () => operator.metric('process_cpu_seconds_total'));
  await operator.end('SIGTERM');
  return result;
}

/** Seconds from the first creation to the last Deployment and Service, and from the first change to the last Deployment of it. */
async function measure(models: Models, processor: () => number | Promise<number>): Promise<Result> {
  const all = (kind: string) => plane.api.list(models.collection(kind));
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await sleep(100);
  };
  // It follows the namespace once it has worked off a first model.
  await models.create('first');
  await until(async () => (await all('Service')).length === 1);
  const before = await processor();
  const started = performance.now();
  await inTurns((name) => models.create(name));
  for (const kind of ['Service', 'Deployment']) await until(async () => (await all(kind)).length === count + 1);
  const created = performance.now();
  await inTurns((name) => models.update(name, { modelVersion: 2 }));
  const isChanged = ({ spec }: Manifest) =>
    spec.template.spec.containers[0].env.some(({ name, value }: Manifest) => name === 'MODEL_VERSION' && value === '2');
  await until(async () => (await all('Deployment')).filter(isChanged).length === count);
  const changed = performance.now();
  return {
    created: (created - started) / 1000,
    changed: (changed - created) / 1000,
    processor: (await processor()) - before,
  };
}

/** Sixteen at a time. */
async function inTurns(act: (name: string) => Promise<unknown>): Promise<void> {
  const left = [...names];
  const acting = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await act(name);
  };
  await Promise.all(Array.from({ length: 16 }, acting));
}

/** Seconds that a process worked: fields 14 and 15 of its state, in hundredths. */
function processorOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
