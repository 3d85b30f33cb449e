import { mkdirSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Day, forget, kubectl, remember, remembered } from './day';
import { attempt, linesOf, pathOf, run, type Show, stop, until } from './programs';

/** Says that a cluster is being made: one that is half made is made again. */
const CREATING = 'creating.json';
const CONFIG = 'deploy/kind.yaml';

export async function engine(): Promise<string | undefined> {
  const { KIND_EXPERIMENTAL_PROVIDER: chosen } = process.env;
  return chosen || ((await pathOf('docker')) ? 'docker' : (await pathOf('podman')) && 'podman');
}

/** @throws Stop where no container engine is on the search path */
export const requireEngine = async () =>
  (await engine()) ?? stop('No container engine is on the search path: `npm run setup` says how to get one.');

const contexts = async () => linesOf(await run(['kubectl', 'config', 'get-contexts', '-o', 'name']));
export const kindClusters = async () => linesOf(await run(['kind', 'get', 'clusters']));

/** @throws Stop for a context that kubeconfig does not have, with those there are */
export async function requireContext({ context }: Day): Promise<void> {
  const names = await contexts();
  if (!names.includes(context)) stop(`kubeconfig has no context '${context}'. It has: ${names.join(', ') || 'none'}.`);
}

export const answers = async (day: Day) =>
  (await attempt(kubectl(day, 'get', '--raw', '/readyz', '--request-timeout=5s'))).code === 0;

/** Makes the cluster of kind where it is missing, and starts it where it was stopped; others have to be there. */
export async function ensureCluster(day: Day, show: Show): Promise<string> {
  if (day.kind !== undefined) await ensureKind(day, day.kind, show);
  await requireContext(day);
  const missing = await until(async () => ((await answers(day)) ? [] : [day.context]), 180);
  return missing.length === 0 ? 'answers' : stop(`The cluster of the context '${day.context}' does not answer.`);
}

async function ensureKind(day: Day, name: string, show: Show): Promise<void> {
  if ((await kindClusters()).includes(name)) {
    if (remembered(day, CREATING) === undefined) {
      await switchNodes(name, 'start');
      if (!(await contexts()).includes(day.context)) await run(['kind', 'export', 'kubeconfig', '--name', name]);
      return;
    }
    await run(['kind', 'delete', 'cluster', '--name', name]);
  }
  remember(day, CREATING, name);
  const byNvkind = (await hasGpu(day.platform.config)) && (await pathOf('nvkind')) !== undefined;
  // It gives the GPU to the node that asks for it. Its last step may fail on a cluster that is complete.
  if (byNvkind) await attempt(['nvkind', 'cluster', 'create', '--name', name, '--config-template', CONFIG], { show });
  const isMade = byNvkind && (await kindClusters()).includes(name);
  if (!isMade) await run(['kind', 'create', 'cluster', '--config', CONFIG, '--wait', '3m'], { show });
  forget(day, CREATING);
}

/** Whether the environment wants a GPU, and the machine has one. */
export const hasGpu = async ({ nodePools }: Day['platform']['config']) =>
  nodePools.some(({ gpus }) => gpus !== undefined) && (await attempt(['nvidia-smi', '-L'])).code === 0;

/** Starts or stops the containers of the nodes; their data stays. @returns how many it was */
export async function switchNodes(name: string, action: 'start' | 'stop'): Promise<number> {
  const program = await requireEngine();
  const cluster = ['--filter', `label=io.x-k8s.kind.cluster=${name}`];
  const status = ['--filter', `status=${action === 'start' ? 'exited' : 'running'}`];
  const nodes = linesOf(await run([program, 'ps', '--all', '--quiet', ...cluster, ...status]));
  if (nodes.length > 0) await run([program, action, ...nodes]);
  return nodes.length;
}

/** Ids of the images that were loaded, by name. */
const LOADED = 'images.json';
const ARCHIVE = 'image.tar';

/** `id` is that of the container engine, where somebody has built it; `isLoaded` says that every node has just that. */
type ImageState = Readonly<{ image: string; id?: string; isLoaded: boolean }>;

/** Whether images are built, and in the nodes: of those that users build, which no pod may pull, and of others. */
export async function imageStates(day: Day, others: readonly string[]): Promise<readonly ImageState[]> {
  const never = day.allObjects.flatMap(containersOf).filter(({ imagePullPolicy }) => imagePullPolicy === 'Never');
  const named = Object.values(day.platform.days).flatMap(({ images = [] }) => images);
  const built: readonly string[] = [...never.map(({ image }) => image), ...named].sort();
  const images = [...new Set([...built, ...others])];
  const program = await engine();
  if (program === undefined || images.length === 0) return images.map((image) => ({ image, isLoaded: false }));
  const loaded = remembered<Record<string, string>>(day, LOADED) ?? {};
  const nodes = (await run(kubectl(day, 'get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'))).split(' ');
  return Promise.all(
    images.map(async (image) => {
      const { code, stdout: id } = await attempt([program, 'image', 'inspect', '--format', '{{.Id}}', image]);
      if (code !== 0) return { image, isLoaded: false };
      const present = nodes.map((node) => attempt([program, 'exec', node, 'crictl', 'inspecti', '-q', image]));
      const isLoaded = loaded[image] === id && (await Promise.all(present)).every(({ code }) => code === 0);
      return { image, id, isLoaded };
    }),
  );
}

function containersOf({ spec }: Manifest): readonly Manifest[] {
  const pod = spec?.jobTemplate?.spec.template.spec ?? spec?.template?.spec ?? {};
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
}

export async function load(day: Day, { image, id }: ImageState, show: Show): Promise<void> {
  const { kind = stop(`${image} can only be loaded into nodes of kind: push it to a registry.`) } = day;
  // It asks Docker, not podman, and fails for an image of several platforms in Docker's containerd store.
  const loading = await attempt(['kind', 'load', 'docker-image', image, '--name', kind], { show });
  if (loading.code !== 0) {
    const archive = join(day.state, ARCHIVE);
    const program = await requireEngine();
    const platform = program === 'docker' ? ['--platform', `linux/${arch() === 'arm64' ? 'arm64' : 'amd64'}`] : [];
    mkdirSync(day.state, { recursive: true });
    try {
      await run([program, 'save', ...platform, image, '--output', archive]);
      await run(['kind', 'load', 'image-archive', archive, '--name', kind], { show });
    } finally {
      forget(day, ARCHIVE);
    }
  }
  remember(day, LOADED, { ...remembered<object>(day, LOADED), [image]: id });
}
