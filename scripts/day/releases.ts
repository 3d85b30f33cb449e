import { isDeepStrictEqual } from 'node:util';
import type { Command, Release } from '../../lib/platform';
import { type Day, written } from './day';
import type { Thing } from './health';
import { run } from './programs';
import type { Show } from './steps';

/** A release as helm has it; `chart` is name and version. */
type Found = Readonly<Record<'name' | 'namespace' | 'status' | 'chart', string>>;

/** A release, and what is not as it should be. */
export interface ReleaseState extends Thing {
  readonly release: Release;
  readonly found?: Found;
}

/** Every status: by default helm leaves out those that an upgrade was stopped in. */
const ALL = ['--deployed', '--failed', '--pending', '--uninstalling', '--superseded', '--max=0'];

/** Compares the releases of the cluster with those that are configured: version, status and values. */
export async function releaseStates(day: Day): Promise<readonly ReleaseState[]> {
  if (day.platform.releases.length === 0) return [];
  const listed: readonly Found[] = JSON.parse(await run(helm(day, 'list', '--all-namespaces', ...ALL, '-o', 'json')));
  return Promise.all(
    day.platform.releases.map(async (release) => {
      const { name, namespace } = release;
      const found = listed.find((one) => one.name === name && one.namespace === namespace);
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

/** Installs, upgrades and takes out what is not as it should be. */
export async function sync(day: Day, states: readonly ReleaseState[], show: Show): Promise<void> {
  for (const { release, found } of states) {
    // helm refuses to go on with what was stopped in the middle.
    if (found?.status === 'pending-install') await uninstall(day, release);
    else if (found?.status.startsWith('pending-')) {
      await run(helm(day, 'rollback', release.name, '--namespace', release.namespace, '--wait'), { show });
    }
  }
  const selectors = states.flatMap(({ release: { name, namespace } }) => ['-l', `name=${name},namespace=${namespace}`]);
  await run(['helmfile', '-f', written(day, 'deploy', 'helmfile.yaml'), ...selectors, 'sync'], { show });
}

export async function uninstall(day: Day, { name, namespace }: Release): Promise<void> {
  await run(helm(day, 'uninstall', name, '--namespace', namespace, '--ignore-not-found', '--wait', '--timeout', '5m'));
}

function helm({ context }: Day, ...args: readonly string[]): Command {
  return ['helm', '--kube-context', context, ...args];
}
