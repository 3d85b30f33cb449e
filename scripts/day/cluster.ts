import { type Day, forget, kubectl, remember, remembered, written } from './day';
import { attempt, isThere, run, Stop, until } from './programs';
import type { Show } from './steps';

/** Says that a cluster is being made: one that is half made is made again. */
const CREATING = 'creating.json';
const READY_SECONDS = 180;

/** The container engine that kind uses. */
export async function engine(): Promise<string | undefined> {
  const { KIND_EXPERIMENTAL_PROVIDER: chosen } = process.env;
  if (chosen !== undefined && chosen !== '') return chosen;
  return (await isThere('docker')) ? 'docker' : (await isThere('podman')) ? 'podman' : undefined;
}

/** @throws Stop where no container engine is on the search path */
export async function requireEngine(): Promise<string> {
  const found = await engine();
  if (found === undefined)
    throw new Stop('No container engine is on the search path: `npm run setup` says how to get one.');
  return found;
}

/** @throws Stop for a context that kubeconfig does not have, with those there are */
export async function requireContext({ context }: Day): Promise<void> {
  const names = lines(await run(['kubectl', 'config', 'get-contexts', '-o', 'name']));
  if (names.includes(context)) return;
  throw new Stop(`kubeconfig has no context '${context}'. It has: ${names.join(', ') || 'none'}.`);
}

/** Whether the API server answers. */
export async function answers(day: Day): Promise<boolean> {
  return (await attempt(kubectl(day, 'get', '--raw', '/readyz', '--request-timeout=5s'))).code === 0;
}

/** Makes the cluster of kind where it is missing, and starts it where it was stopped; others have to be there. */
export async function ensureCluster(day: Day, show: Show): Promise<string> {
  if (day.kind !== undefined) await ensureKind(day, day.kind, show);
  await requireContext(day);
  const missing = await until(async () => ((await answers(day)) ? [] : [day.context]), READY_SECONDS);
  if (missing.length > 0) throw new Stop(`The cluster of the context '${day.context}' does not answer.`);
  return 'answers';
}

async function ensureKind(day: Day, name: string, show: Show): Promise<void> {
  if ((await kindClusters()).includes(name)) {
    if (remembered(day, CREATING) === undefined) return startNodes(day, name);
    await run(['kind', 'delete', 'cluster', '--name', name]);
  }
  const config = written(day, 'deploy', 'kind.yaml');
  remember(day, CREATING, name);
  if (!(await madeByNvkind(day, name, config, show))) {
    await run(['kind', 'create', 'cluster', '--config', config, '--wait', '3m'], { show });
  }
  forget(day, CREATING);
}

/** nvkind gives the GPU of the machine to the node that asks for it. Its last step may fail on a cluster that is complete. */
async function madeByNvkind(day: Day, name: string, config: string, show: Show): Promise<boolean> {
  const wanted = day.platform.config.nodePools.some(({ gpus }) => gpus !== undefined);
  if (!wanted || (await attempt(['nvidia-smi', '-L'])).code !== 0 || !(await isThere('nvkind'))) return false;
  const { code } = await attempt(['nvkind', 'cluster', 'create', '--name', name, '--config-template', config], {
    show,
  });
  return code === 0 || (await kindClusters()).includes(name);
}

export async function kindClusters(): Promise<readonly string[]> {
  return lines(await run(['kind', 'get', 'clusters']));
}

async function startNodes(day: Day, name: string): Promise<void> {
  const stopped = await nodeContainers(name, '--all', '--filter', 'status=exited');
  if (stopped.length > 0) await run([await requireEngine(), 'start', ...stopped]);
  const contexts = lines(await run(['kubectl', 'config', 'get-contexts', '-o', 'name']));
  if (!contexts.includes(day.context)) await run(['kind', 'export', 'kubeconfig', '--name', name]);
}

/** Stops the containers of the nodes; their data stays. @returns how many there were */
export async function stopNodes(name: string): Promise<number> {
  const running = await nodeContainers(name);
  if (running.length > 0) await run([await requireEngine(), 'stop', ...running]);
  return running.length;
}

async function nodeContainers(name: string, ...more: readonly string[]): Promise<readonly string[]> {
  const filter = `label=io.x-k8s.kind.cluster=${name}`;
  return lines(await run([await requireEngine(), 'ps', '--quiet', '--filter', filter, ...more]));
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
