import { createInterface } from 'node:readline/promises';
import { answers, kindClusters } from './day/cluster';
import { command, type Day, forget, kubectl, listed, namespacesOf } from './day/day';
import { stopForwards } from './day/forwards';
import { removeObjects, removeReleases } from './day/objects';
import { attempt, linesOf, run, type Show, stop, take } from './day/programs';

const USAGE = `npm run tear -- [--yes] [--force] [--no-releases] [--context CONTEXT]
Deletes an environment with ALL ITS DATA, and the cluster where it is one of kind. --yes asks nothing, --force takes
finalizers off custom resources whose operator does not finish them, --no-releases leaves the helm releases.`;
const OPTIONS = { yes: false, force: false, 'no-releases': false };

await command(USAGE, OPTIONS, async (open, { yes, force, 'no-releases': none }) => {
  const day = open({ all: true });
  const { kind = '' } = day;
  const own = [...new Set(Object.values(namespacesOf(day)).flat())].filter((name) => !/^(default|kube-.*)$/.test(name));
  const hasCluster = kind !== '' && (await kindClusters()).includes(kind);
  const isUp = await answers(day);
  const there = isUp ? await listed(day, 'get', 'namespaces,pvc', '--all-namespaces') : [];
  const namespaces = own.filter((name) => there.some((one) => one.kind === 'Namespace' && one.metadata.name === name));
  console.log(`In the cluster of the context '${day.context}' these go, for good:`);
  for (const namespace of namespaces) {
    const claims = there.filter(({ metadata }) => metadata.namespace === namespace);
    const volumes = claims.map(({ metadata, spec }) => `${metadata.name} (${spec.resources.requests.storage})`);
    console.log([`  namespace ${namespace}`, ...volumes].join('\n    with its volume '));
  }
  if (hasCluster) console.log(`  the cluster of kind '${kind}'`);
  if (!isUp) console.log('  (it does not answer, so that only what is on this machine can go)');
  if (!yes && !(await agreed())) stop('Nothing was deleted.');
  await take({
    'Port-forwards': async () => ((await stopForwards(day)) ? 'stopped' : 'there are none'),
    ...(isUp && {
      'Custom resources, while their operators run': (show) => removeCustomResources(day, namespaces, force, show),
      ...(!none && { Releases: (show: Show) => removeReleases(day, show) }),
      Objects: () => removeObjects(day),
    }),
    ...(hasCluster && {
      [`Cluster ${kind}`]: () => run(['kind', 'delete', 'cluster', '--name', kind]).then(() => 'deleted'),
    }),
  });
  forget(day);
});

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) stop('Nothing was deleted: without a terminal to ask in, say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Delete them? [y/N] ').finally(() => terminal.close());
  return /^y(es)?$/i.test(answer);
}

/** Deletes the objects of kinds that operators look after: without them nobody takes off their finalizers. */
async function removeCustomResources(day: Day, namespaces: readonly string[], force: boolean, show: Show) {
  const scope = '{range .items[?(@.spec.scope=="Namespaced")]}{.metadata.name}{","}{end}';
  const kinds = (await run(kubectl(day, 'get', 'crds', '-o', `jsonpath=${scope}`))).replace(/,$/, '');
  for (const namespace of kinds === '' ? [] : namespaces) {
    show(namespace);
    const inNamespace = (...args: readonly string[]) => kubectl(day, '-n', namespace, ...args);
    const { code, stderr } = await attempt(inNamespace('delete', kinds, '--all', '--timeout=2m'));
    if (code === 0) continue;
    const left = linesOf(await run(inNamespace('get', kinds, '-o', 'name')));
    const advice = 'Their operator does not finish them; --force takes off their finalizers, and leaves the rest.';
    if (!force) stop(`Not deleted in ${namespace}: ${left.join(', ')}`, stderr.trim(), advice);
    const patch = '{"metadata":{"finalizers":null}}';
    for (const name of left) await run(inNamespace('patch', name, '--type=merge', '-p', patch));
  }
  return 'deleted';
}
