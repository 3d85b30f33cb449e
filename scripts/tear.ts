import { createInterface } from 'node:readline/promises';
import type { Manifest } from '../lib/kube/objects/serialization';
import { answers, kindClusters } from './day/cluster';
import { command, type Day, forget, kubectl, namespacesOf, openDay } from './day/day';
import { stopForwards } from './day/forwards';
import { removeObjects } from './day/objects';
import { attempt, run, Stop } from './day/programs';
import { releaseStates, uninstall } from './day/releases';
import { type Show, type Step, take } from './day/steps';

const USAGE = `npm run tear -- [--yes] [--force] [--no-releases] [--context CONTEXT]
Deletes an environment with ALL ITS DATA, and the cluster where it is one of kind. --yes asks nothing, --force takes
finalizers off custom resources whose operator does not finish them, --no-releases leaves the helm releases.`;
const OPTIONS = {
  yes: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  'no-releases': { type: 'boolean', default: false },
} as const;

await command(USAGE, OPTIONS, async ({ yes, force = false, 'no-releases': none, ...common }) => {
  const day = openDay(common, { all: true });
  const own = [...new Set(Object.values(namespacesOf(day)).flat())].filter((name) => !/^(default|kube-.*)$/.test(name));
  const hasCluster = day.kind !== undefined && (await kindClusters()).includes(day.kind);
  const isUp = await answers(day);
  const there = isUp ? (await run(kubectl(day, 'get', 'namespaces', '-o', 'name'))).split('\n') : [];
  const namespaces = own.filter((name) => there.includes(`namespace/${name}`));
  console.log(`In the cluster of the context '${day.context}' these go, for good:`);
  for (const namespace of namespaces) console.log(`  namespace ${namespace}${await volumesOf(day, namespace)}`);
  if (hasCluster) console.log(`  the cluster of kind '${day.kind}'`);
  if (!isUp) console.log('  (it does not answer, so that only what is on this machine can go)');
  if (!yes && !(await agreed())) throw new Stop('Nothing was deleted.');
  const steps: readonly (Step | false)[] = [
    { title: 'Port-forwards', run: async () => ((await stopForwards(day)) ? 'stopped' : 'there are none') },
    isUp && {
      title: 'Custom resources, while their operators run',
      run: (show) => removeCustomResources(day, namespaces, force, show),
    },
    isUp && !none && { title: 'Releases', run: (show) => removeReleases(day, show) },
    isUp && { title: 'Objects', run: () => removeObjects(day) },
    hasCluster && {
      title: `Cluster ${day.kind}`,
      run: async () => (await run(['kind', 'delete', 'cluster', '--name', day.kind ?? ''])) && 'deleted',
    },
  ];
  await take(steps.filter((step) => step !== false));
  forget(day);
  return 0;
});

async function volumesOf(day: Day, namespace: string): Promise<string> {
  const { items } = JSON.parse(await run(kubectl(day, '-n', namespace, 'get', 'pvc', '-o', 'json')));
  const volumes = items.map(({ metadata, spec }: Manifest) => `${metadata.name} (${spec.resources.requests.storage})`);
  return volumes.length === 0 ? '' : `, with its volumes ${volumes.join(', ')}`;
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Stop('Nothing was deleted: without a terminal to ask in, say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Delete them? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer);
}

async function removeReleases(day: Day, show: Show): Promise<string> {
  const found = (await releaseStates(day)).flatMap((state) => (state.found ? [state.release] : [])).reverse();
  for (const release of found) {
    show(release.name);
    await uninstall(day, release);
  }
  return `${found.length} removed`;
}

/** Deletes the objects of kinds that operators look after: without them nobody takes off their finalizers. */
async function removeCustomResources(
  day: Day,
  namespaces: readonly string[],
  force: boolean,
  show: Show,
): Promise<string> {
  const scope = '{range .items[?(@.spec.scope=="Namespaced")]}{.metadata.name}{","}{end}';
  const kinds = (await run(kubectl(day, 'get', 'crds', '-o', `jsonpath=${scope}`))).replace(/,$/, '');
  for (const namespace of kinds === '' ? [] : namespaces) {
    show(namespace);
    const inNamespace = (...args: readonly string[]) => kubectl(day, '-n', namespace, ...args);
    const { code, stderr } = await attempt(inNamespace('delete', kinds, '--all', '--timeout=2m'));
    if (code === 0) continue;
    const left = (await run(inNamespace('get', kinds, '-o', 'name'))).split('\n').filter((name) => name !== '');
    const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
    const advice =
      'Their operator does not finish them. --force takes off their finalizers; what it would have done is left to you.';
    if (!force) throw new Stop(`Not deleted in ${namespace}: ${left.join(', ')}\n${stderr.trim()}\n${advice}`);
    for (const name of left) await run(inNamespace('patch', name, ...patch));
  }
  return 'deleted';
}
