import { mkdtempSync, rmSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { engine, requireEngine } from './cluster';
import { allObjects, type Day, kubectl, remember, remembered } from './day';
import { attempt, run, Stop } from './programs';
import type { Show } from './steps';

/** Ids of the images that were loaded, by name. */
const LOADED = 'images.json';

export interface ImageState {
  readonly image: string;
  /** What the container engine has under this name. @default - nothing: nobody has built it */
  readonly id?: string;
  /** Whether every node has it as it was built last. */
  readonly isLoaded: boolean;
}

/** The images that users build: those that no pod may pull. */
export function builtImages(day: Day): readonly string[] {
  const never = allObjects(day)
    .flatMap(containersOf)
    .filter(({ imagePullPolicy }) => imagePullPolicy === 'Never');
  const named = Object.values(day.platform.days).flatMap(({ images = [] }) => images);
  return [...new Set([...never.map(({ image }) => image), ...named])].sort();
}

function containersOf({ spec }: Manifest): readonly Manifest[] {
  const pod = spec?.jobTemplate?.spec.template.spec ?? spec?.template?.spec ?? {};
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
}

/** Whether images are built, and in the nodes of the kind cluster. */
export async function imageStates(day: Day, images: readonly string[]): Promise<readonly ImageState[]> {
  const program = await engine();
  if (program === undefined || images.length === 0) return images.map((image) => ({ image, isLoaded: false }));
  const loaded = remembered<Record<string, string>>(day, LOADED) ?? {};
  const nodes = (await run(kubectl(day, 'get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}'))).split(' ');
  return Promise.all(
    images.map(async (image) => {
      const { code, stdout: id } = await attempt([program, 'image', 'inspect', '--format', '{{.Id}}', image]);
      if (code !== 0) return { image, isLoaded: false };
      const present = nodes.map((node) => attempt([program, 'exec', node, 'crictl', 'inspecti', '-q', image]));
      return {
        image,
        id,
        isLoaded: loaded[image] === id && (await Promise.all(present)).every(({ code }) => code === 0),
      };
    }),
  );
}

/** Loads an image into every node of the kind cluster. */
export async function load(day: Day, { image, id }: ImageState, show: Show): Promise<void> {
  if (day.kind === undefined) throw new Stop(`${image} can only be loaded into nodes of kind: push it to a registry.`);
  const loading = await attempt(['kind', 'load', 'docker-image', image, '--name', day.kind], { show });
  // Docker's containerd store keeps images of several platforms, of which kind can take one only from an archive.
  if (loading.code !== 0) await loadArchive(image, day.kind, show);
  remember(day, LOADED, { ...remembered<Record<string, string>>(day, LOADED), [image]: id });
}

async function loadArchive(image: string, cluster: string, show: Show): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  const archive = join(folder, 'image.tar');
  const platform = `linux/${arch() === 'arm64' ? 'arm64' : 'amd64'}`;
  try {
    await run([await requireEngine(), 'save', '--platform', platform, image, '--output', archive]);
    await run(['kind', 'load', 'image-archive', archive, '--name', cluster], { show });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
