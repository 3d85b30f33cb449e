import type { Manifest } from '../../lib/kube/objects/serialization';
import { appliedServerSide } from '../../lib/kube/objects/size-limits';
import { removeStaging, replaceFolders, stage } from '../staging';
import { type Day, kubectl, openDay, written } from './day';
import { attempt, run } from './programs';

/** Only says which objects differ: what is in them may be secret, and a user may have set up another program. */
const QUIET_DIFF = { KUBECTL_EXTERNAL_DIFF: 'diff -N -q' };

/** Writes `dist/` and `deploy/`, both or none. */
export function synthesize(day: Day, named: string | undefined): void {
  const staging = stage(day.output);
  try {
    const { app, platform } = openDay({ context: named, output: day.output }, { outdir: `${staging}/dist` });
    app.synth();
    platform.writeDeploy(`${staging}/deploy`);
    replaceFolders(staging, day.output);
  } finally {
    removeStaging(staging);
  }
}

/** The objects that are in the cluster otherwise than they are written, or are missing: `Kind namespace/name`. */
export async function drift(day: Day): Promise<readonly string[]> {
  const objects = Object.values(day.objects).flat();
  const missing = await missingObjects(day, objects);
  const there = objects.filter((object) => !missing.includes(object));
  const serverSide = appliedServerSide(day.app) ? ['--server-side'] : [];
  const args = kubectl(day, 'diff', ...serverSide, '-f', '-');
  const { code, stdout, stderr } = await attempt(args, { env: QUIET_DIFF, input: list(there) });
  const names = new Map(there.map((object) => [diffName(object), nameOf(object)]));
  const differing = [...stdout.matchAll(/LIVE-\d+\/(\S+)/g)].map(([, file = '']) => names.get(file) ?? file);
  const failed = code !== 0 && code !== 1 ? [stderr.trim().split('\n').at(-1) ?? ''] : [];
  return [
    ...missing.map((object) => `${nameOf(object)} is missing`),
    ...differing.map((name) => `${name} differs`),
    ...failed,
  ];
}

async function missingObjects(day: Day, objects: readonly Manifest[]): Promise<readonly Manifest[]> {
  const served = new Set((await run(kubectl(day, 'api-resources', '-o', 'name', '--no-headers'))).split('\n'));
  const known = objects.filter(
    (object) => !isCustom(object) || [...served].some((name) => name.endsWith(`.${groupOf(object)}`)),
  );
  const { stdout } = await attempt(kubectl(day, 'get', '--ignore-not-found', '-o', 'json', '-f', '-'), {
    input: list(known),
  });
  const items: readonly Manifest[] = stdout === '' ? [] : (JSON.parse(stdout).items ?? [JSON.parse(stdout)]);
  const there = new Set(items.map(nameOf));
  return objects.filter((object) => !there.has(nameOf(object)));
}

function isCustom(object: Manifest): boolean {
  return groupOf(object).includes('.') && !groupOf(object).endsWith('.k8s.io');
}

/** Applies every object: first what the others need, then operators, by `betweenStages`, then all. */
export async function apply(day: Day, betweenStages: () => Promise<void>): Promise<void> {
  const serverSide = appliedServerSide(day.app) ? ['--server-side', '--force-conflicts'] : [];
  const { cluster } = day.objects;
  if (cluster !== undefined) {
    await run(kubectl(day, 'apply', ...serverSide, '-f', written(day, 'dist', 'cluster.k8s.yaml')));
    const kinds = cluster
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(({ metadata }) => `crd/${metadata.name}`);
    if (kinds.length > 0) await run(kubectl(day, 'wait', '--for=condition=established', '--timeout=60s', ...kinds));
  }
  await betweenStages();
  await removeFailedJobs(day);
  await run(kubectl(day, 'apply', ...serverSide, '-f', written(day, 'dist')));
}

/** A Job that has given up stays so: it is made again. */
async function removeFailedJobs(day: Day): Promise<void> {
  for (const { kind, metadata } of Object.values(day.objects).flat()) {
    if (kind !== 'Job') continue;
    const failed = "jsonpath={.status.conditions[?(@.type=='Failed')].status}";
    const { stdout } = await attempt(kubectl(day, '-n', metadata.namespace, 'get', 'job', metadata.name, '-o', failed));
    if (stdout === 'True') await run(kubectl(day, '-n', metadata.namespace, 'delete', 'job', metadata.name));
  }
}

/** Objects as `kubectl -f -` reads them. JSON is YAML. */
export function list(objects: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

export function nameOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

/** The name of the file that kubectl compares. */
function diffName({ apiVersion, kind, metadata: { namespace = '', name } }: Manifest): string {
  return [...apiVersion.split('/'), kind, namespace, name].join('.');
}
