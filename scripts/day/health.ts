import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Day, kubectl, namespacesOf } from './day';
import { run } from './programs';

/** A node, a pod or a Job, and what is not well. */
export interface Thing {
  readonly name: string;
  readonly restarts?: number;
  readonly problem?: string;
  /** The image that a user has to load. */
  readonly image?: string;
}

/** What runs in the namespaces of a stack. */
export interface StackHealth {
  readonly stack: string;
  readonly namespaces: readonly string[];
  readonly pods: readonly Thing[];
  /** Deployments, StatefulSets, DaemonSets and Jobs. */
  readonly workloads: readonly Thing[];
}

const KINDS = 'pods,deployments.apps,statefulsets.apps,daemonsets.apps,jobs.batch';

export async function nodeHealth(day: Day): Promise<readonly Thing[]> {
  const { items } = JSON.parse(await run(kubectl(day, 'get', 'nodes', '-o', 'json')));
  return items.map(({ metadata, spec, status }: Manifest) => {
    const bad = (status.conditions ?? []).filter(
      ({ type, status }: Manifest) => (type === 'Ready') !== (status === 'True'),
    );
    const reasons = bad.map(({ type, message }: Manifest) => `${type === 'Ready' ? 'is not ready' : type}: ${message}`);
    return thing(metadata.name, [...reasons, ...(spec.unschedulable ? ['is cordoned'] : [])]);
  });
}

/** What of each stack runs, and why the rest does not. */
export async function stackHealth(day: Day): Promise<readonly StackHealth[]> {
  const stacks = Object.entries(namespacesOf(day)).filter(([, namespaces]) => namespaces.length > 0);
  return Promise.all(
    stacks.map(async ([stack, namespaces]) => {
      const lists = namespaces.map(
        async (namespace) =>
          JSON.parse(await run(kubectl(day, '-n', namespace, 'get', KINDS, '-o', 'json'))).items as Manifest[],
      );
      const objects = (await Promise.all(lists)).flat();
      const pods = objects.filter(
        ({ kind, status }) => kind === 'Pod' && !['Succeeded', 'Failed'].includes(status.phase),
      );
      return {
        stack,
        namespaces,
        pods: pods.map(podHealth),
        workloads: objects.filter(({ kind }) => kind !== 'Pod').map(workloadHealth),
      };
    }),
  );
}

/** All that is not well, a line each. */
export function problemsOf(stacks: readonly StackHealth[]): readonly Thing[] {
  return stacks
    .flatMap(({ pods, workloads }) => [...workloads, ...pods])
    .filter(({ problem }) => problem !== undefined);
}

function podHealth({ metadata, status }: Manifest): Thing {
  const containers: readonly Manifest[] = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ];
  const waiting = containers.filter(
    ({ state }) => state?.waiting !== undefined && state.waiting.reason !== 'PodInitializing',
  );
  const ended = containers
    .flatMap(({ lastState }) => lastState?.terminated ?? [])
    .map(({ reason }) => `last ended: ${reason}`);
  const conditions: readonly Manifest[] = status.conditions ?? [];
  const unplaced = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const never = waiting.find(({ state }) => state.waiting.reason === 'ErrImageNeverPull');
  const why = [
    ...(metadata.deletionTimestamp === undefined ? [] : ['is terminating']),
    ...(unplaced === undefined ? [] : [`has no node: ${unplaced.message}`]),
    ...waiting.map(({ image, state }) => `${state.waiting.reason} (${image})`),
    ...(isReady ? [] : ended),
  ];
  const restarts = containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  return {
    ...thing(
      `${metadata.namespace}/${metadata.name}`,
      isReady && why.length === 0 ? [] : why.length === 0 ? ['is not ready'] : why,
    ),
    restarts,
    ...(never && { image: never.image }),
  };
}

function workloadHealth({ kind, metadata, spec, status }: Manifest): Thing {
  const conditions: readonly Manifest[] = status.conditions ?? [];
  const failed = conditions
    .filter(({ type, status }) => /Fail/.test(type) && status === 'True')
    .map(({ message }) => message);
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  if (kind === 'Job') {
    const isDone = conditions.some(({ type, status }) => type === 'Complete' && status === 'True');
    return thing(
      name,
      isDone || spec.suspend ? [] : failed.length > 0 ? [`has failed: ${failed}`] : ['is not complete'],
    );
  }
  const wanted = kind === 'DaemonSet' ? status.desiredNumberScheduled : (spec.replicas ?? 1);
  const ready = (kind === 'DaemonSet' ? status.numberReady : status.readyReplicas) ?? 0;
  const updated = (kind === 'DaemonSet' ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0;
  const isSeen = status.observedGeneration === metadata.generation;
  if (isSeen && ready >= wanted && updated >= wanted && failed.length === 0) return thing(name, []);
  return thing(name, [
    `${ready} of ${wanted} ready`,
    ...(isSeen && updated < wanted ? [`${updated} updated`] : []),
    ...failed,
  ]);
}

function thing(name: string, problems: readonly string[]): Thing {
  return { name, ...(problems.length > 0 && { problem: problems.join('; ') }) };
}
