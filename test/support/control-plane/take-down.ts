import { readFileSync } from 'node:fs';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { blocksOf } from '../page-blocks';
import type { Api } from './api';
import { until } from './settle';

const [commands = '', wayOut = ''] = blocksOf(readFileSync('docs/how-to/take-it-down.md', 'utf8'), 'sh');

/** The commands of docs/how-to/take-it-down.md for a folder of manifests; helm has installed nothing here. */
export function takeDownCommands(dist: string): string {
  const lines = commands.split('\n');
  if (!lines.includes('helmfile destroy') || !lines.includes('kubectl delete -f dist --ignore-not-found'))
    throw new Error(commands);
  return commands.replace('helmfile destroy\n', '').replace('delete -f dist', `delete -f ${dist}`);
}

/** What the page says for an operator that is gone. */
export const WAY_OUT = wayOut;

const FINALIZER = 'example.org/operator';

/** The custom resources of namespaces, with their paths. */
async function customResources(api: Api, namespaces: readonly string[]): Promise<[string, Manifest][]> {
  const definitions = await api.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
  const paths = definitions
    .filter(({ spec }) => spec.scope === 'Namespaced')
    .flatMap(({ spec: { group, versions, names } }) =>
      namespaces.map((namespace) => `/apis/${group}/${versions[0].name}/namespaces/${namespace}/${names.plural}`),
    );
  const lists = await Promise.all(
    paths.map(async (path): Promise<[string, Manifest][]> => {
      const { status, body } = await api.send('GET', path);
      return status === 200 ? body.items.map((item: Manifest) => [`${path}/${item.metadata.name}`, item]) : [];
    }),
  );
  return lists.flat();
}

/** Puts a finalizer on every custom resource, as operators do. @returns how many there are */
export async function addFinalizers(api: Api, namespaces: readonly string[]): Promise<number> {
  const all = await customResources(api, namespaces);
  for (const [path] of all) await api.patch(path, { metadata: { finalizers: [FINALIZER] } });
  return all.length;
}

/** Takes the finalizer off what is deleted, as an operator does, until it is stopped or its own Deployment is deleted. */
export function operate(api: Api, namespaces: readonly string[], deployment?: string): { stop(): Promise<void> } {
  let stopped = false;
  const isThere = async () => deployment === undefined || (await api.send('GET', deployment)).status === 200;
  const running = until(async () => {
    if (!(await isThere())) return true;
    for (const [path, { metadata }] of await customResources(api, namespaces)) {
      if (metadata.deletionTimestamp === undefined) continue;
      await api.send('PATCH', path, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    }
    return stopped;
  }, 600);
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
