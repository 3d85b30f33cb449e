import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Day, kubectl, namespacesOf } from './day';
import { run } from './programs';

/** Something that is well, or not. */
export interface Thing {
  readonly name: string;
  readonly restarts?: number;
  readonly problem?: string;
  /** The image that a user has to load. */
  readonly image?: string;
}

/** Deployments, StatefulSets, DaemonSets, Jobs and pods of the namespaces of a stack. */
export interface StackHealth {
  readonly stack: string;
  readonly things: readonly Thing[];
}

const KINDS = 'deployments.apps,statefulsets.apps,daemonsets.apps,jobs.batch,pods';

/** The label that helm charts put on what is of a release. */
const INSTANCE = 'app.kubernetes.io/instance';

export async function nodeHealth(day: Day): Promise<readonly Thing[]> {
  const { items } = JSON.parse(await run(kubectl(day, 'get', 'nodes', '-o', 'json')));
  return items.map(({ metadata, spec, status }: Manifest) => {
    const bad = conditions(status).filter(({ type, status }) => (type === 'Ready') !== (status === 'True'));
    const why = bad.map(({ type, message }) => `${type === 'Ready' ? 'is not ready' : `has ${type}`}: ${message}`);
    return thing(metadata.name, [...why, ...(spec.unschedulable ? ['is cordoned'] : [])]);
  });
}

/** What of each stack runs, and why the rest does not. */
export async function stackHealth(day: Day): Promise<readonly StackHealth[]> {
  const optional = day.platform.releases.filter(({ wait = true }) => !wait);
  return Promise.all(
    Object.entries(namespacesOf(day)).map(async ([stack, namespaces]) => {
      const lists = namespaces.map((namespace) => run(kubectl(day, '-n', namespace, 'get', KINDS, '-o', 'json')));
      const objects: readonly Manifest[] = (await Promise.all(lists)).flatMap((text) => JSON.parse(text).items);
      // Of pods that have ended, their Jobs say whether that is well. A release that nobody waits for may need what the
      // machine does not have, such as a GPU.
      const counted = objects.filter(
        ({ kind, metadata, status }) =>
          (kind !== 'Pod' || !/^(Succeeded|Failed)$/.test(status.phase)) &&
          !optional.some(
            ({ name, namespace }) => metadata.namespace === namespace && metadata.labels?.[INSTANCE] === name,
          ),
      );
      return { stack, things: counted.map((object) => (object.kind === 'Pod' ? podHealth : workloadHealth)(object)) };
    }),
  );
}

/** All that is not well. */
export function problemsOf(stacks: readonly StackHealth[]): readonly Thing[] {
  return stacks.flatMap(({ things }) => things).filter(({ problem }) => problem !== undefined);
}

function podHealth({ metadata, status }: Manifest): Thing {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  const containers: readonly Manifest[] = [...initContainerStatuses, ...containerStatuses];
  const waiting = containers.filter(({ state }) => ![undefined, 'PodInitializing'].includes(state?.waiting?.reason));
  const unplaced = conditions(status).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const isReady = conditions(status).some(isTrue('Ready'));
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
    const isDone = spec.suspend === true || conditions(status).some(isTrue('Complete'));
    return thing(name, isDone ? [] : why.length > 0 ? why : ['is not complete']);
  }
  const [wanted, ready = 0, updated = 0] =
    kind === 'DaemonSet'
      ? [status.desiredNumberScheduled, status.numberReady, status.updatedNumberScheduled]
      : [spec.replicas, status.readyReplicas, status.updatedReplicas];
  const isSeen = status.observedGeneration === metadata.generation;
  return thing(name, [
    ...(isSeen && Math.min(ready, updated) >= wanted ? [] : [`${ready} of ${wanted} ready, ${updated} updated`]),
    ...why,
  ]);
}

const conditions = ({ conditions = [] }: Manifest): readonly Manifest[] => conditions;
const isTrue =
  (wanted: string) =>
  ({ type, status }: Manifest) =>
    type === wanted && status === 'True';

function thing(name: string, problems: readonly string[]): Thing {
  return { name, ...(problems.length > 0 && { problem: problems.join('; ') }) };
}
