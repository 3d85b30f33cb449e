import type { Manifest } from '../../lib/kube/objects/serialization';
import { appliedServerSide } from '../../lib/kube/objects/size-limits';
import { removeStaging, replaceFolders, stage } from '../staging';
import { allObjects, type Day, kubectl, openDay, written } from './day';
import type { Thing } from './health';
import { attempt, run } from './programs';

/** Only says which objects differ: what is in them may be secret, and a user may have set up another program. */
const QUIET_DIFF = { KUBECTL_EXTERNAL_DIFF: 'diff -N -q' };

/** Writes `dist/` and `deploy/`, both or none. */
export function synthesize({ output }: Day, named: string | undefined): string {
  const staging = stage(output);
  try {
    const { app, platform } = openDay({ context: named, output }, { outdir: `${staging}/dist` });
    app.synth();
    platform.writeDeploy(`${staging}/deploy`);
    replaceFolders(staging, output);
  } finally {
    removeStaging(staging);
  }
  return 'written';
}

/** The objects that are missing, or are in the cluster otherwise than they are written. */
export async function drift(day: Day): Promise<readonly Thing[]> {
  const objects = allObjects(day);
  const known = await servedObjects(day, objects);
  const { stdout: found } = await attempt(kubectl(day, 'get', '--ignore-not-found', '-o', 'json', '-f', '-'), {
    input: list(known),
  });
  const items: readonly Manifest[] = found === '' ? [] : (JSON.parse(found).items ?? [JSON.parse(found)]);
  const names = new Set(items.map(nameOf));
  const there = objects.filter((object) => names.has(nameOf(object)));
  const diff = kubectl(day, 'diff', ...(appliedServerSide(day.app) ? ['--server-side'] : []), '-f', '-');
  const { code, stdout, stderr } = await attempt(diff, { env: QUIET_DIFF, input: list(there) });
  const files = new Map(there.map((object) => [diffName(object), nameOf(object)]));
  const differing = [...stdout.matchAll(/LIVE-\d+\/(\S+)/g)].map(([, file = '']) => files.get(file) ?? file);
  return [
    ...objects
      .filter((object) => !there.includes(object))
      .map((object) => ({ name: nameOf(object), problem: 'is missing' })),
    ...differing.map((name) => ({ name, problem: 'is not as it is written' })),
    ...(code === 0 || code === 1 ? [] : [{ name: 'kubectl diff', problem: stderr.trim().split('\n').at(-1) }]),
  ];
}

/** Applies every object: first what the others need, then what `operators` installs, then all. */
export async function apply(day: Day, operators: () => Promise<void>): Promise<void> {
  const how = ['apply', ...(appliedServerSide(day.app) ? ['--server-side', '--force-conflicts'] : []), '-f'];
  const { cluster } = day.objects;
  if (cluster !== undefined) {
    await run(kubectl(day, ...how, written(day, 'dist', 'cluster.k8s.yaml')));
    const kinds = cluster
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ metadata }) => `crd/${metadata.name}`);
    if (kinds.length > 0) await run(kubectl(day, 'wait', '--for=condition=established', '--timeout=60s', ...kinds));
  }
  await operators();
  // A Job that has given up stays so: it is made again.
  for (const { metadata } of allObjects(day).filter(({ kind }) => kind === 'Job')) {
    const job = ['-n', metadata.namespace, 'get', 'job', metadata.name, '--ignore-not-found'];
    const failed = await run(kubectl(day, ...job, '-o', "jsonpath={.status.conditions[?(@.type=='Failed')].status}"));
    if (failed === 'True') await run(kubectl(day, '-n', metadata.namespace, 'delete', 'job', metadata.name));
  }
  await run(kubectl(day, ...how, written(day, 'dist')));
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
function list(objects: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

function nameOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The name of the file that kubectl compares. */
function diffName({ apiVersion, kind, metadata: { namespace = '', name } }: Manifest): string {
  return [...apiVersion.split('/'), kind, namespace, name].join('.');
}
