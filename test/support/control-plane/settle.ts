import { setTimeout as sleep } from 'node:timers/promises';
import { selects } from '../../../lib/kube/objects/inventory';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { type Api, collection } from './api';

/**
 * Seconds after which a state that has not come never will: what a controller decided on an outdated view of its pods, it
 * decides anew after five minutes (ExpectationsTimeout of kube-controller-manager). No check depends on how fast it comes.
 */
const PATIENCE = 420;

/**
 * Waits until all that the namespaces hold is as it should be: rolled out, complete, and no pod on its way.
 * @param pause - milliseconds from one look to the next
 * @throws Error that names what is not, with what Kubernetes said
 */
export async function settle(api: Api, namespaces: readonly string[], pause = 100): Promise<void> {
  let left: readonly string[] = [];
  const settled = await until(
    async () => {
      left = (await Promise.all(namespaces.map((namespace) => unsettled(api, namespace)))).flat();
      return left.length === 0;
    },
    PATIENCE,
    pause,
  );
  if (settled) return;
  const said = await Promise.all(namespaces.map((namespace) => warnings(api, namespace)));
  throw new Error([`after ${PATIENCE} s:`, ...left, 'Kubernetes said:', ...said.flat()].join('\n'));
}

/** Waits for a condition; whoever calls it looks at what has come of it. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  seconds = PATIENCE,
  pause = 100,
): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) return false;
    await sleep(pause);
  }
  return true;
}

/** What in a namespace is not yet as it should be. */
export async function unsettled(api: Api, namespace: string): Promise<readonly string[]> {
  const pods = await api.list(collection('Pod', namespace));
  const kinds = Object.entries(CHECKS).map(async ([kind, check]) => {
    const objects = kind === 'Pod' ? pods : await api.list(collection(kind, namespace));
    return objects.flatMap((object) =>
      check(object, pods).map((problem) => `${kind} ${namespace}/${object.metadata.name}: ${problem}`),
    );
  });
  return (await Promise.all(kinds)).flat();
}

/** The warnings of a namespace: why pods were not made or not placed. */
export async function warnings(api: Api, namespace: string): Promise<readonly string[]> {
  const events = await api.list(collection('Event', namespace));
  const texts = events
    .filter(({ type }) => type === 'Warning')
    .map(
      ({ involvedObject, reason, message }) => `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`,
    );
  return [...new Set(texts)];
}

const CHECKS: Readonly<Record<string, (object: Manifest, pods: readonly Manifest[]) => readonly string[]>> = {
  Deployment: ({ metadata, spec, status }, pods) => [
    ...observed(metadata, status),
    ...counts(spec.replicas, status, ['updatedReplicas', 'readyReplicas', 'replicas']),
    ...exist(spec, pods),
    ...failures(status),
  ],
  StatefulSet: ({ metadata, spec, status }, pods) => [
    ...observed(metadata, status),
    ...counts(spec.replicas, status, ['updatedReplicas', 'readyReplicas', 'replicas']),
    ...exist(spec, pods),
  ],
  DaemonSet: ({ metadata, status }) => [
    ...observed(metadata, status),
    ...counts(status.desiredNumberScheduled, status, ['updatedNumberScheduled', 'numberReady']),
  ],
  HorizontalPodAutoscaler: ({ spec, status: { currentReplicas = 0 } }) =>
    currentReplicas >= spec.minReplicas && currentReplicas <= spec.maxReplicas
      ? []
      : [`its target has ${currentReplicas} replicas`],
  Job: ({ status }) => [...(condition(status, 'Complete') ? [] : ['is not complete']), ...failures(status)],
  Pod: ({ metadata, status }) => {
    if (metadata.deletionTimestamp !== undefined) return ['is terminating'];
    if (status.phase === 'Succeeded' || condition(status, 'Ready')) return [];
    // The Job says whether another pod did its work.
    if (status.phase === 'Failed' && metadata.ownerReferences?.some(({ kind }: Manifest) => kind === 'Job')) return [];
    return [`is ${status.phase}`, ...failures(status)];
  },
};

function observed({ generation }: Manifest, { observedGeneration }: Manifest): readonly string[] {
  return observedGeneration === generation ? [] : ['its last change was not yet seen'];
}

function counts(wanted: number, status: Manifest, fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => {
    const has = status[field] ?? 0;
    return has === wanted ? [] : [`${field} ${has} of ${wanted}`];
  });
}

/** The status of a workload whose pod was just killed still counts it. */
function exist({ replicas, selector }: Manifest, pods: readonly Manifest[]): readonly string[] {
  const own = pods.filter(
    ({ metadata, status }) =>
      !['Failed', 'Succeeded'].includes(status.phase) && selects(selector.matchLabels, metadata.labels),
  );
  return own.length === replicas ? [] : [`${own.length} pods of ${replicas} exist`];
}

function condition({ conditions = [] }: Manifest, type: string): boolean {
  return conditions.some((one: Manifest) => one.type === type && one.status === 'True');
}

/** What the conditions complain about. */
function failures({ conditions = [] }: Manifest): readonly string[] {
  return conditions
    .filter(({ type, status }: Manifest) =>
      /Fail/.test(type) ? status === 'True' : type === 'PodScheduled' && status === 'False',
    )
    .map(({ reason, message }: Manifest) => `${reason}: ${message}`);
}
