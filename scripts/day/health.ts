import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Day, listed, namespacesOf } from './day';

export interface Thing {
  readonly name: string;
  readonly restarts?: number;
  readonly problem?: string;
  /** The image that a user has to load. */
  readonly image?: string;
}

export type Section = Readonly<{ title: string; things: readonly Thing[] }>;

export const unwell = <T extends Thing>(things: readonly T[]) => things.filter(({ problem }) => problem !== undefined);

const KINDS = 'deployments.apps,statefulsets.apps,daemonsets.apps,jobs.batch,pods';

export async function nodeHealth(day: Day): Promise<readonly Thing[]> {
  return (await listed(day, 'get', 'nodes')).map(({ metadata, spec, status }) => {
    const bad = conditions(status).filter(({ type, status }) => (type === 'Ready') !== (status === 'True'));
    const why = bad.map(({ type, message }) => `${type === 'Ready' ? 'is not ready' : `has ${type}`}: ${message}`);
    return thing(metadata.name, [...why, ...(spec.unschedulable ? ['is cordoned'] : [])]);
  });
}

/** Deployments, StatefulSets, DaemonSets, Jobs and pods of each stack: what runs, and why the rest does not. */
export async function stackHealth(day: Day) {
  const optional = day.platform.releases.filter(({ wait = true }) => !wait);
  const releaseOf = ({ labels }: Manifest['metadata']) => labels?.['app.kubernetes.io/instance'];
  // Of pods that have ended, their Jobs say whether that is well. A release that nobody waits for may need what the
  // machine does not have, such as a GPU.
  const counts = ({ kind, metadata, status }: Manifest) =>
    (kind !== 'Pod' || !/^(Succeeded|Failed)$/.test(status.phase)) &&
    !optional.some(({ name, namespace }) => metadata.namespace === namespace && releaseOf(metadata) === name);
  const health = (object: Manifest): Thing => (object.kind === 'Pod' ? podHealth : workloadHealth)(object);
  const all = (await listed(day, 'get', KINDS, '--all-namespaces')).filter(counts);
  return Object.entries(namespacesOf(day)).map(([stack, namespaces]) => {
    const own = all.filter(({ metadata }) => namespaces.includes(metadata.namespace));
    return { title: `Stack ${stack}`, things: own.map(health) };
  });
}

function podHealth({ metadata, status }: Manifest): Thing {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  const containers: readonly Manifest[] = [...initContainerStatuses, ...containerStatuses];
  const waiting = containers.filter(({ state }) => ![undefined, 'PodInitializing'].includes(state?.waiting?.reason));
  const unplaced = conditions(status).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const isReady = isTrue(status, 'Ready');
  const ended = containers.flatMap(({ lastState }) => lastState?.terminated ?? []);
  const why = [
    ...(metadata.deletionTimestamp === undefined ? [] : ['is terminating']),
    ...(unplaced === undefined ? [] : [`has no node: ${unplaced.message}`]),
    ...waiting.map(({ image, state }) => `${state.waiting.reason} (${image})`),
    ...(isReady ? [] : ended.map(({ reason }) => `last ended: ${reason}`)),
  ];
  return {
    ...thing(`${metadata.namespace}/${metadata.name}`, isReady || why.length > 0 ? why : ['is not ready']),
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    image: waiting.find(({ state }) => state.waiting.reason === 'ErrImageNeverPull')?.image,
  };
}

function workloadHealth({ kind, metadata, spec, status }: Manifest): Thing {
  const failed = conditions(status).filter(({ type, status }) => /Fail/.test(type) && status === 'True');
  const why = failed.map(({ message }) => `has failed: ${message}`);
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  if (kind === 'Job') {
    const isDone = spec.suspend === true || isTrue(status, 'Complete');
    return thing(name, isDone ? [] : why.length > 0 ? why : ['is not complete']);
  }
  const [wanted, ready = 0, updated = 0] =
    kind === 'DaemonSet'
      ? [status.desiredNumberScheduled, status.numberReady, status.updatedNumberScheduled]
      : [spec.replicas, status.readyReplicas, status.updatedReplicas];
  const isDone = status.observedGeneration === metadata.generation && Math.min(ready, updated) >= wanted;
  return thing(name, [...(isDone ? [] : [`${ready} of ${wanted} ready, ${updated} updated`]), ...why]);
}

const conditions = ({ conditions = [] }: Manifest): readonly Manifest[] => conditions;
export const isTrue = (status: Manifest, wanted: string) =>
  conditions(status).some(({ type, status }) => type === wanted && status === 'True');
const thing = (name: string, why: readonly string[]): Thing => ({ name, problem: why.join('; ') || undefined });
