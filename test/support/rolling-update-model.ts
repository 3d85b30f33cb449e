/**
 * A rolling update under a quota, step by step, as the controllers of Kubernetes do it (deployment controller's
 * reconcileNewReplicaSet and reconcileOldReplicaSets, replica set controller, quota admission). It shares no code and no
 * formula with the library: it only moves pods until nothing can move any more.
 */

/** `1` or `'25%'`. */
export type ModelCount = number | `${number}%`;

export interface ModelDeployment {
  readonly replicas: number;
  readonly maxSurge: ModelCount;
  readonly maxUnavailable: ModelCount;
  /** What one pod costs, one number for each key of the quota. */
  readonly cost: readonly number[];
  /** Whether its pods are being replaced, or only run. */
  readonly rollsOut: boolean;
}

export interface ModelNamespace {
  /** What the quota has of each key. */
  readonly quota: readonly number[];
  readonly deployments: readonly ModelDeployment[];
  /** What pods that stay cost together, by key. */
  readonly fixed?: readonly number[];
}

export interface ModelOutcome {
  /** Whether old pods are left that will never go. */
  readonly stuck: boolean;
  /** Whether the quota ever refused a pod. */
  readonly refused: boolean;
  /** Ready pods of each Deployment at the end. */
  readonly ready: readonly number[];
}

/** Picks one of `count` possible steps. */
export type StepOrder = (count: number) => number;

export interface ReplicaSet {
  /** `spec.replicas`. */
  wanted: number;
  starting: number;
  ready: number;
  /** Still charged by the quota, no longer counted by the replica set. */
  terminating: number;
}

type Step = () => void;

/** The pods of each Deployment before and after a step. */
export type Watch = (
  sets: readonly { readonly old: Readonly<ReplicaSet>; readonly new: Readonly<ReplicaSet> }[],
) => void;

/** Lets a namespace run until nothing changes. Steps are listed in the order: pods end, start, are made, are removed. */
export function run(
  { quota, deployments, fixed = [] }: ModelNamespace,
  pick: StepOrder,
  watch: Watch = () => {},
): ModelOutcome {
  const sets = deployments.map(() => ({ old: replicaSet(), new: replicaSet() }));
  let refused = false;

  const admits = (cost: readonly number[]) =>
    quota.every((has, key) => {
      let used = fixed[key] ?? 0;
      sets.forEach((pair, index) => {
        const each = deployments[index]?.cost[key] ?? 0;
        for (const set of [pair.old, pair.new]) used += (set.starting + set.ready + set.terminating) * each;
      });
      return used + (cost[key] ?? 0) <= has;
    });

  // What runs before the rollout: as many of the pods as the quota admits.
  deployments.forEach((deployment, index) => {
    const pair = sets[index];
    if (pair === undefined) return;
    const set = deployment.rollsOut ? pair.old : pair.new;
    set.wanted = deployment.replicas;
    for (let pod = 0; pod < deployment.replicas && admits(deployment.cost); pod += 1) set.ready += 1;
  });

  for (;;) {
    watch(sets);
    const steps: Step[] = [];
    deployments.forEach((deployment, index) => {
      const pair = sets[index];
      if (pair === undefined) return;
      for (const set of [pair.old, pair.new]) {
        if (set.terminating > 0) steps.push(() => change(set, 'terminating', -1));
        if (set.starting > 0) {
          steps.push(() => {
            change(set, 'starting', -1);
            change(set, 'ready', 1);
          });
        }
        const live = set.starting + set.ready;
        if (live < set.wanted) {
          if (admits(deployment.cost)) steps.push(() => change(set, 'starting', 1));
          else refused = true;
        }
        if (live > set.wanted) {
          steps.push(() => {
            change(set, set.starting > 0 ? 'starting' : 'ready', -1);
            change(set, 'terminating', 1);
          });
        }
      }
      const sync = deploymentStep(deployment, pair);
      if (sync !== undefined) steps.push(sync);
    });
    const step = steps[steps.length === 0 ? 0 : pick(steps.length)];
    if (step === undefined) break;
    step();
  }
  return {
    stuck: sets.some(({ old }) => old.starting + old.ready > 0),
    refused,
    ready: sets.map((pair) => pair.old.ready + pair.new.ready),
  };
}

/** What the deployment controller would change; undefined where it has nothing to do. */
function deploymentStep(
  deployment: ModelDeployment,
  { old, new: fresh }: { old: ReplicaSet; new: ReplicaSet },
): Step | undefined {
  const { replicas } = deployment;
  let surge = resolve(deployment.maxSurge, replicas, Math.ceil);
  let unavailable = resolve(deployment.maxUnavailable, replicas, Math.floor);
  if (surge === 0 && unavailable === 0) [surge, unavailable] = [0, 1];

  const wanted = old.wanted + fresh.wanted;
  if (fresh.wanted < replicas && wanted < replicas + surge) {
    const more = Math.min(replicas + surge - wanted, replicas - fresh.wanted);
    return () => change(fresh, 'wanted', more);
  }
  if (old.wanted === 0) return undefined;
  const minAvailable = replicas - Math.min(unavailable, replicas);
  const mayGo = wanted - minAvailable - (fresh.wanted - fresh.ready);
  if (mayGo <= 0) return undefined;
  // First those of the old pods that are not ready or were never made.
  const unhealthy = Math.min(old.wanted - Math.min(old.ready, old.wanted), mayGo);
  if (unhealthy > 0) return () => change(old, 'wanted', -unhealthy);
  const available = Math.min(old.ready, old.wanted) + fresh.ready;
  const surplus = Math.min(available - minAvailable, old.wanted);
  return surplus > 0 ? () => change(old, 'wanted', -surplus) : undefined;
}

function resolve(count: ModelCount, replicas: number, round: (value: number) => number): number {
  return typeof count === 'number' ? count : round((Number.parseInt(count, 10) * replicas) / 100);
}

function change(set: ReplicaSet, field: keyof ReplicaSet, by: number): void {
  set[field] += by;
}

function replicaSet(): ReplicaSet {
  return { wanted: 0, starting: 0, ready: 0, terminating: 0 };
}
