import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { appliedServerSide } from '../../lib/kube/objects/size-limits';
import type { Command, Release } from '../../lib/platform';
import { type Day, kubectl, listed } from './day';
import { isTrue, type Thing, unwell } from './health';
import { attempt, run, type Show } from './programs';

/** Only says which objects differ: what is in them may be secret, and a user may have set up another program. */
const QUIET_DIFF = { KUBECTL_EXTERNAL_DIFF: 'diff -N -q' };
/** The file of an object: apps.v1.Deployment.<namespace>.<name>. */
const COMPARED = /LIVE-\d+\/[a-z\d.-]*([A-Z]\w*)\.([\w-]*)\.(\S+)/g;

/** The objects that are missing, or are in the cluster otherwise than they are written. */
export async function drift(day: Day): Promise<readonly Thing[]> {
  const names = await namesOfThere(day, await servedObjects(day, day.allObjects));
  const there = day.allObjects.filter((object) => names.has(nameOf(object)));
  const diff = kubectl(day, 'diff', ...(appliedServerSide(day.app) ? ['--server-side'] : []), '-f', '-');
  const { code, stdout, stderr } = await attempt(diff, { env: QUIET_DIFF, input: list(there) });
  const differing = [...stdout.matchAll(COMPARED)].map(([, kind, namespace, name]) =>
    nameOf({ kind, metadata: { namespace, name } } as Manifest),
  );
  const missing = day.allObjects.map(nameOf).filter((name) => !names.has(name));
  return [
    ...missing.map((name) => ({ name, problem: 'is missing' })),
    ...differing.map((name) => ({ name, problem: 'is not as it is written' })),
    ...(code === 0 || code === 1 ? [] : [{ name: 'kubectl diff', problem: stderr.trim().split('\n').at(-1) }]),
  ];
}

/** The Secrets that have to exist and that the environment does not write. */
export async function requiredSecrets(day: Day): Promise<readonly Thing[]> {
  const { secrets = [] } = JSON.parse(day.platform.deployFiles['secrets.json'] ?? '{}');
  const all: readonly Manifest[] = secrets.map(({ namespace, name }: Manifest['metadata']) => {
    return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } };
  });
  const there = await namesOfThere(day, all);
  const problem = 'is missing: deploy/secrets.md has its command';
  return all.map((one) => ({ name: nameOf(one), problem: there.has(nameOf(one)) ? undefined : problem }));
}

async function namesOfThere(day: Day, objects: readonly Manifest[]): Promise<ReadonlySet<string>> {
  const get = kubectl(day, 'get', '--ignore-not-found', '-o', 'json', '-f', '-');
  const { stdout } = await attempt(get, { input: list(objects) });
  const found = stdout === '' ? { items: [] } : JSON.parse(stdout);
  return new Set((found.items ?? [found]).map(nameOf));
}

/** Applies every object: first what the others need, then what `operators` installs, then all. */
export async function apply(day: Day, operators: () => Promise<unknown>): Promise<void> {
  const how = ['apply', ...(appliedServerSide(day.app) ? ['--server-side', '--force-conflicts'] : []), '-f'];
  const { cluster } = day.objects;
  if (cluster !== undefined) {
    await run(kubectl(day, ...how, 'dist/cluster.k8s.yaml'));
    const definitions = cluster.filter(({ kind }) => kind === 'CustomResourceDefinition');
    const kinds = definitions.map(({ metadata }) => `crd/${metadata.name}`);
    if (kinds.length > 0) await run(kubectl(day, 'wait', '--for=condition=established', '--timeout=60s', ...kinds));
  }
  await operators();
  // A Job that has given up stays so: it is made again.
  const own = new Set(day.allObjects.map(nameOf));
  for (const { metadata, status } of (await listed(day, 'get', 'jobs', '-A')).filter((job) => own.has(nameOf(job)))) {
    const gone = kubectl(day, '-n', metadata.namespace, 'delete', 'job', metadata.name);
    if (isTrue(status, 'Failed')) await run(gone);
  }
  await run(kubectl(day, ...how, 'dist'));
}

/** Deletes every object, those of the cluster last, and waits until they are gone. */
export async function removeObjects(day: Day): Promise<string> {
  const { cluster = [], ...stacks } = day.objects;
  for (const objects of [...Object.values(stacks), cluster]) {
    const input = list(await servedObjects(day, objects));
    await run(kubectl(day, 'delete', '--ignore-not-found', '--timeout=10m', '-f', '-'), { input });
  }
  return 'deleted';
}

/** Those whose kinds the cluster has. */
async function servedObjects(day: Day, objects: readonly Manifest[]): Promise<readonly Manifest[]> {
  const groups = (await run(kubectl(day, 'api-versions'))).split('\n');
  return objects.filter(({ apiVersion }) => groups.includes(apiVersion));
}

/** Objects as `kubectl -f -` reads them. JSON is YAML. */
const list = (items: readonly Manifest[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
const nameOf = ({ kind, metadata: { namespace, name } }: Manifest) =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

/** A release as helm has it; `chart` is name and version. */
type Found = Readonly<Record<'name' | 'namespace' | 'status' | 'chart', string>>;

/** Every status: by default helm leaves out those that an upgrade was stopped in. */
const ALL = ['--deployed', '--failed', '--pending', '--uninstalling', '--superseded', '--max=0'];

/** Compares the releases of the cluster with those that are configured: version, status and values. */
export async function releaseStates(day: Day) {
  const { releases } = day.platform;
  if (releases.length === 0) return [];
  const there: readonly Found[] = JSON.parse(await run(helm(day, 'list', '--all-namespaces', ...ALL, '-o', 'json')));
  return Promise.all(
    releases.map(async (release) => {
      const { name, namespace } = release;
      const found = there.find((one) => one.name === name && one.namespace === namespace);
      return { name: `${namespace}/${name}`, release, found, problem: await problemOf(day, release, found) };
    }),
  );
}

async function problemOf(day: Day, release: Release, found: Found | undefined): Promise<string | undefined> {
  const { name, namespace, installed = true, chart, values = {} } = release;
  if (!installed) return found && 'is turned off, and still there';
  if (found === undefined) return 'is missing';
  const wanted = `${chart.name}-${chart.version}`;
  if (found.status !== 'deployed') return `is ${found.status}`;
  if (found.chart !== wanted) return `is ${found.chart}, should be ${wanted}`;
  const live = JSON.parse(await run(helm(day, 'get', 'values', name, '--namespace', namespace, '-o', 'json'))) ?? {};
  return isDeepStrictEqual(live, JSON.parse(JSON.stringify(values))) ? undefined : 'has other values';
}

/** Installs, upgrades and takes out what is not as it should be: all, or what is in a stage. @returns how many those were */
export async function syncReleases(day: Day, show: Show, only?: Release['stage']): Promise<number> {
  const all = unwell(await releaseStates(day));
  const states = all.filter(({ release: { stage = 'applications' } }) => only === undefined || only === stage);
  for (const { release, found } of states) {
    const { name, namespace } = release;
    // helm refuses to go on with what was stopped in the middle.
    if (found?.status === 'pending-install') await uninstall(day, release);
    else if (found?.status.startsWith('pending-')) {
      await run(helm(day, 'rollback', name, '--namespace', namespace, '--wait'), { show });
    }
  }
  const names = states.flatMap(({ release: { name, namespace } }) => ['-l', `name=${name},namespace=${namespace}`]);
  if (states.length > 0) await run(['helmfile', '-f', 'deploy/helmfile.yaml', ...names, 'sync'], { show });
  return states.length;
}

export async function removeReleases(day: Day, show: Show): Promise<string> {
  const there = (await releaseStates(day)).filter(({ found }) => found).reverse();
  for (const { name, release } of there) {
    show(name);
    await uninstall(day, release);
  }
  return `${there.length} removed`;
}

async function uninstall(day: Day, { name, namespace }: Release): Promise<void> {
  await run(helm(day, 'uninstall', name, '--namespace', namespace, '--ignore-not-found', '--wait', '--timeout', '5m'));
}

const helm = ({ context }: Day, ...args: readonly string[]): Command => ['helm', '--kube-context', context, ...args];
