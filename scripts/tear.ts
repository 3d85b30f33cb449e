import { createInterface } from 'node:readline/promises';
import { Listr } from 'listr2';
import type { Manifest } from '../lib/kube/objects/serialization';
import { answers, kindClusters } from './day/cluster';
import { command, type Day, forget, kubectl, namespacesOf, openDay } from './day/day';
import { stopForwards } from './day/forwards';
import { list } from './day/objects';
import { attempt, run, Stop } from './day/programs';
import { releaseStates, uninstall } from './day/releases';

const USAGE = `npm run tear -- [--yes] [--force] [--no-releases] [--context CONTEXT]
Deletes an environment with ALL ITS DATA, and the cluster where it is one of kind.

  --yes          asks nothing
  --force        takes finalizers off custom resources whose operator does not finish them
  --no-releases  leaves the helm releases`;

const options = {
  yes: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  'no-releases': { type: 'boolean', default: false },
} as const;

await command(USAGE, options, async ({ yes, force, 'no-releases': none, ...common }) => {
  const day = openDay(common, { all: true });
  const namespaces = [...new Set(Object.values(namespacesOf(day)).flat())].filter(
    (name) => name !== 'default' && !name.startsWith('kube-'),
  );
  const hasCluster = day.kind !== undefined && (await kindClusters()).includes(day.kind);
  const isUp = await answers(day);
  console.log(await losses(day, namespaces, { isUp, hasCluster }));
  if (!yes && !(await agreed())) throw new Stop('Nothing was deleted.');
  await new Listr(
    [
      { title: 'Port-forwards', task: async () => void (await stopForwards(day)) },
      {
        title: 'Custom resources, while their operators run',
        enabled: () => isUp,
        task: async (_, task) => {
          for (const namespace of namespaces)
            await deleteCustomResources(day, namespace, force ?? false, (line) => (task.output = line));
        },
      },
      {
        title: 'Releases',
        enabled: () => isUp && !none,
        task: async (_, task) => {
          const states = await releaseStates(day);
          for (const { release, found } of [...states].reverse()) {
            task.output = release.name;
            if (found !== undefined) await uninstall(day, release);
          }
        },
      },
      {
        title: 'Objects',
        enabled: () => isUp,
        task: async () => {
          const { cluster = [], ...stacks } = day.objects;
          for (const objects of [...Object.values(stacks), cluster]) await deleteAll(day, objects);
        },
      },
      {
        title: `Cluster ${day.kind}`,
        enabled: () => hasCluster,
        task: async () => void (await run(['kind', 'delete', 'cluster', '--name', day.kind ?? ''])),
      },
      { title: 'What was remembered', task: () => forget(day) },
    ],
    {
      registerSignalListeners: false,
      fallbackRenderer: 'verbose',
      fallbackRendererCondition: () => process.stdout.isTTY !== true || process.env.CI !== undefined,
    },
  ).run();
  return 0;
});

async function losses(
  day: Day,
  namespaces: readonly string[],
  { isUp, hasCluster }: { readonly isUp: boolean; readonly hasCluster: boolean },
): Promise<string> {
  const lost = isUp ? await Promise.all(namespaces.map((namespace) => lossesOf(day, namespace))) : [];
  return [
    `In the cluster of the context '${day.context}' these go, for good:`,
    ...lost.flat(),
    ...(hasCluster ? [`  the cluster of kind '${day.kind}'`] : []),
    ...(isUp ? [] : ['  (it does not answer, so that only what is on this machine can go)']),
  ].join('\n');
}

async function lossesOf(day: Day, namespace: string): Promise<string[]> {
  const found = await attempt(kubectl(day, 'get', 'namespace', namespace, '-o', 'name'));
  if (found.code !== 0) return [];
  const { items } = JSON.parse(await run(kubectl(day, '-n', namespace, 'get', 'pvc', '-o', 'json')));
  const volumes = items.map(({ metadata, spec }: Manifest) => `${metadata.name} (${spec.resources.requests.storage})`);
  return [`  namespace ${namespace}${volumes.length > 0 ? `, with its volumes ${volumes.join(', ')}` : ''}`];
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Stop('Nothing was deleted: without a terminal to ask in, say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question('Delete them? [y/N] '));
  } finally {
    terminal.close();
  }
}

/** Deletes the objects of kinds that operators look after: without them nobody takes off their finalizers. */
async function deleteCustomResources(
  day: Day,
  namespace: string,
  force: boolean,
  show: (line: string) => void,
): Promise<void> {
  if ((await attempt(kubectl(day, 'get', 'namespace', namespace, '-o', 'name'))).code !== 0) return;
  const { items } = JSON.parse(await run(kubectl(day, 'get', 'crds', '-o', 'json')));
  const kinds = items
    .filter(({ spec }: Manifest) => spec.scope === 'Namespaced')
    .map(({ metadata }: Manifest) => metadata.name);
  if (kinds.length === 0) return;
  const every = kinds.join(',');
  show(namespace);
  const { code, stderr } = await attempt(kubectl(day, '-n', namespace, 'delete', every, '--all', '--timeout=2m'));
  if (code === 0) return;
  const left = (await run(kubectl(day, '-n', namespace, 'get', every, '-o', 'name')))
    .split('\n')
    .filter((name) => name !== '');
  if (!force) {
    throw new Stop(
      [
        `Not deleted in ${namespace}: ${left.join(', ')}`,
        stderr.trim(),
        'Their operator does not finish them. --force takes off their finalizers, and what it would have done is left to you.',
      ].join('\n'),
    );
  }
  const patch = '{"metadata":{"finalizers":null}}';
  for (const name of left) await run(kubectl(day, '-n', namespace, 'patch', name, '--type=merge', '-p', patch));
}

/** Deletes objects and waits until they are gone; kinds that the cluster no longer has are gone already. */
async function deleteAll(day: Day, objects: readonly Manifest[]): Promise<void> {
  const served = (await run(kubectl(day, 'api-resources', '-o', 'name'))).split('\n');
  const isServed = ({ apiVersion }: Manifest) =>
    !apiVersion.includes('/') || served.some((name) => name.endsWith(`.${apiVersion.split('/')[0]}`));
  const input = list(objects.filter(isServed));
  await run(kubectl(day, 'delete', '--ignore-not-found', '--timeout=10m', '-f', '-'), { input });
}
