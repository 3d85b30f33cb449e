import { type Day, forget, kubectl, remember, remembered, written } from './day';
import { attempt, isThere, run, Stop, until } from './programs';

/** Says that a cluster is being made: one that is half made is made again. */
const CREATING = 'creating.json';
const READY_SECONDS = 180;

/** The container engine that kind uses. */
export async function engine(): Promise<string | undefined> {
  const { KIND_EXPERIMENTAL_PROVIDER: chosen } = process.env;
  if (chosen !== undefined && chosen !== '') return chosen;
  for (const name of ['docker', 'podman']) if (await isThere(name)) return name;
  return undefined;
}

/** Checks that the context exists. @throws Stop that lists those there are */
export async function requireContext({ context }: Day): Promise<void> {
  const names = (await run(['kubectl', 'config', 'get-contexts', '-o', 'name']))
    .split('\n')
    .filter((name) => name !== '');
  if (names.includes(context)) return;
  throw new Stop(`kubeconfig has no context '${context}'. It has: ${names.join(', ') || 'none'}.`);
}

/** Whether its API server answers. */
export async function answers(day: Day): Promise<boolean> {
  return (await attempt(kubectl(day, 'get', '--raw', '/readyz', '--request-timeout=5s'))).code === 0;
}

/** Makes the cluster of kind where it is missing, and starts it where it was stopped; others have to be there. */
export async function ensureCluster(day: Day, show: (line: string) => void): Promise<void> {
  if (day.kind !== undefined) await ensureKind(day, day.kind, show);
  await requireContext(day);
  const missing = await until(async () => ((await answers(day)) ? [] : [day.context]), READY_SECONDS);
  if (missing.length > 0) throw new Stop(`The cluster of the context '${day.context}' does not answer.`);
}

async function ensureKind(day: Day, name: string, show: (line: string) => void): Promise<void> {
  if ((await kindClusters()).includes(name)) {
    if (remembered(day, CREATING) === undefined) return startNodes(day, name);
    show('The last creation was stopped: again from the start');
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
async function madeByNvkind(day: Day, name: string, config: string, show: (line: string) => void): Promise<boolean> {
  const wanted = day.platform.config.nodePools.some(({ gpus }) => gpus !== undefined);
  if (!wanted || (await attempt(['nvidia-smi', '-L'])).code !== 0 || !(await isThere('nvkind'))) return false;
  const { code } = await attempt(['nvkind', 'cluster', 'create', '--name', name, '--config-template', config], {
    show,
  });
  return code === 0 || (await kindClusters()).includes(name);
}

/** The names of the clusters of kind. */
export async function kindClusters(): Promise<readonly string[]> {
  return (await run(['kind', 'get', 'clusters'])).split('\n').map((line) => line.trim());
}

async function startNodes(day: Day, name: string): Promise<void> {
  const stopped = await nodeContainers(name, '--all', '--filter', 'status=exited');
  if (stopped.length > 0) await run([await requireEngine(), 'start', ...stopped]);
  const { stdout } = await attempt(['kubectl', 'config', 'get-contexts', '-o', 'name']);
  if (!stdout.split('\n').includes(day.context)) await run(['kind', 'export', 'kubeconfig', '--name', name]);
}

/** Stops the containers of the nodes; their data stays. @returns how many there were */
export async function stopNodes(name: string): Promise<number> {
  const running = await nodeContainers(name);
  if (running.length > 0) await run([await requireEngine(), 'stop', ...running]);
  return running.length;
}

async function nodeContainers(name: string, ...more: readonly string[]): Promise<readonly string[]> {
  const filter = `label=io.x-k8s.kind.cluster=${name}`;
  const ids = await run([await requireEngine(), 'ps', '--quiet', '--filter', filter, ...more]);
  return ids.split('\n').filter((id) => id !== '');
}

async function requireEngine(): Promise<string> {
  const found = await engine();
  if (found === undefined)
    throw new Stop('No container engine is on the search path: `npm run setup` says how to get one.');
  return found;
}
