import type { Manifest } from '../../lib/kube/objects/serialization';

/** Something that keeps a model from serving: a word for programs, and a sentence for people. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}

/** What the status of a ModelDeployment is made of. */
export interface Observed {
  readonly resource: Manifest;
  /** The Deployment as it is. */
  readonly deployment?: Manifest;
  readonly pods: readonly Manifest[];
  readonly service?: string;
  readonly url?: string;
  /** Pods that must serve: those of the autoscaler at the least. */
  readonly least: number;
  /** What is wrong with the ModelDeployment itself, or with what is in its way. */
  readonly problem?: Problem;
  /** Whether the registry says that it has no such model; asked where servers end when they start. */
  readonly modelMissing: () => boolean;
  /** Whether it waits for other models before it gets the new settings of the server. */
  readonly waiting: boolean;
}

/** Status of a ModelDeployment, with the times of `previous` where nothing has changed. */
export function statusOf(observed: Observed, previous: Manifest = {}, now = new Date().toISOString()): Manifest {
  const { resource, deployment, service, url, least, waiting } = observed;
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = deployment?.status ?? {};
  const problem = observed.problem ?? problemOf(observed);
  const complete = rolledOut(deployment, least);
  const ready = complete && observed.problem === undefined;
  const counts = `${pods(updatedReplicas)} of this version, ${readyReplicas} that serve, at least ${least} wanted`;
  const rolling = { reason: 'RollingOut', message: counts };
  const progressing = waiting || !(complete || problem);
  const progress = waiting ? TURN : complete ? COMPLETE : (problem ?? rolling);
  const degraded = ready && problem?.reason === 'Unschedulable' ? undefined : problem;
  const serving = { reason: 'Serving', message: `${pods(readyReplicas)} of this version serve` };
  const states: readonly [type: string, holds: boolean, why: Problem][] = [
    ['Ready', ready, ready ? serving : (problem ?? rolling)],
    ['Progressing', progressing && !observed.problem, observed.problem ?? progress],
    ['Degraded', degraded !== undefined, degraded ?? AS_EXPECTED],
  ];
  const conditions = states.map(([type, holds, { reason, message }]) => {
    const status = holds ? 'True' : 'False';
    const before = previous.conditions?.find((one: Manifest) => one.type === type);
    const lastTransitionTime = (before?.status === status && before.lastTransitionTime) || now;
    return { type, status, reason, message: message.slice(0, 2000), lastTransitionTime };
  });
  const failed = problem !== undefined && problem.reason !== 'Unschedulable';
  return {
    phase: ready ? 'Running' : failed ? 'Failed' : readyReplicas > 0 ? 'Updating' : 'Pending',
    observedGeneration: resource.metadata.generation,
    replicas,
    readyReplicas,
    ...(deployment && {
      selector: labelText(deployment.spec.selector.matchLabels),
      deploymentName: deployment.metadata.name,
    }),
    ...(service && { serviceName: service, url }),
    conditions,
    // Not the time of writing: a field that the server drops, or keeps of somebody else, would be written for ever.
    lastUpdated: conditions
      .map(({ lastTransitionTime }) => lastTransitionTime)
      .sort()
      .at(-1),
  };
}

const TURN = { reason: 'WaitingForTurn', message: 'gets the new settings of the server after other models' };
const COMPLETE = { reason: 'Complete', message: 'every pod is of this version' };
const AS_EXPECTED = { reason: 'AsExpected', message: 'nothing is wrong' };

/** Whether a Deployment has nothing but pods of its last template, and enough of them serve. */
export function rolledOut(deployment: Manifest | undefined, least = deployment?.spec.replicas ?? 1): boolean {
  if (deployment === undefined) return false;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = deployment.status ?? {};
  const seen = observedGeneration >= deployment.metadata.generation;
  return seen && updatedReplicas === replicas && updatedReplicas >= least && readyReplicas >= Math.max(1, least);
}

/** What the cluster says against the pods: the reason nearest to its cause first. */
function problemOf({ resource, deployment, pods: all, modelMissing }: Observed): Problem | undefined {
  const conditions: readonly Manifest[] = deployment?.status?.conditions ?? [];
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  const quota = /exceeded quota/.test(failure?.message);
  if (quota) return { reason: 'QuotaExceeded', message: `the quota of the namespace is full: ${failure?.message}` };
  if (failure) return { reason: 'PodsRefused', message: `pods cannot be created: ${failure.message}` };
  const byName = [...all].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const found = byName.map(podProblem).find((problem) => problem !== undefined);
  if (found?.reason === 'CrashLoop' && modelMissing()) {
    const { modelName, modelVersion } = resource.spec ?? {};
    const message = `the registry has no version ${modelVersion} of model ${modelName}; upload it, or correct the spec`;
    return { reason: 'ModelNotFound', message };
  }
  if (found) return found;
  const stuck = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
  return stuck && { reason: 'ProgressDeadlineExceeded', message: `pods are not ready in time: ${stuck.message}` };
}

const PULL = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'];
const CONFIG = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

function podProblem({ metadata: { name, deletionTimestamp }, status = {} }: Manifest): Problem | undefined {
  if (deletionTimestamp !== undefined) return undefined;
  const unscheduled = status.conditions?.find(
    ({ type, reason }: Manifest) => type === 'PodScheduled' && reason === 'Unschedulable',
  );
  if (unscheduled) return { reason: 'Unschedulable', message: `no node has room for ${name}: ${unscheduled.message}` };
  for (const { state = {}, lastState = {}, restartCount = 0, ready } of status.containerStatuses ?? []) {
    const { reason = '', message = reason } = state.waiting ?? {};
    if (PULL.includes(reason)) return { reason: 'ImageNotPulled', message: `the image of ${name}: ${message}` };
    if (CONFIG.includes(reason)) return { reason: 'ContainerNotCreated', message: `${name}: ${message}` };
    const ended = state.terminated ?? lastState.terminated;
    if (ready || ended === undefined || (restartCount === 0 && !state.terminated)) continue;
    if (ended.reason === 'OOMKilled') {
      return { reason: 'OutOfMemory', message: `${name} needs more memory than resources.limits.memory allows` };
    }
    const last = ended.message ? `: ${ended.message.trim().slice(-500)}` : `; see kubectl logs --previous ${name}`;
    return { reason: 'CrashLoop', message: `${name} ended with exit code ${ended.exitCode} when it started${last}` };
  }
  return undefined;
}

function pods(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`;
}

/** Labels as a selector in words: `app=iris,tier=a`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map((pair) => pair.join('='))
    .join(',');
}
