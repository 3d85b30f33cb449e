import { rolloutRoom, type UpdateStrategy } from '../pods/rollout';
import type { QuotaAmounts } from './pod-resources';

/** The pods of a Deployment. */
export interface DeploymentPods {
  readonly kind: 'Deployment';
  readonly name: string;
  /** Of one pod. */
  readonly usage: QuotaAmounts;
  /** The bounds of its HPA; equal without one. */
  readonly replicas: { readonly min: number; readonly max: number };
  readonly strategy: UpdateStrategy;
}

/** Pods that never surge: a StatefulSet deletes a pod before it makes the next, the pods of a Job run once. */
export interface FixedPods {
  /** `Pod` is a pod that is started by hand. */
  readonly kind: 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob' | 'Pod';
  readonly name: string;
  /** Of one pod. */
  readonly usage: QuotaAmounts;
  /** How many run at the same time. */
  readonly pods: number;
}

export type NamespacePods = DeploymentPods | FixedPods;

/** What one key of a quota means for a Deployment. Amounts are in thousandths, as in {@link QuotaAmounts}. */
export interface KeyVerdict {
  readonly key: string;
  readonly hard: bigint;
  /** What one pod costs. */
  readonly each: bigint;
  /** How many pods of the Deployment the key admits beside all other pods. */
  readonly ceiling: number;
  /** The least that reaches the most replicas and lets every rollout go on. */
  readonly smallest: bigint;
  /** The same with `maxUnavailable: 1` in place of the Deployment's own. */
  readonly smallestWithUnavailable: bigint;
}

/** What a quota means for a Deployment. */
export interface DeploymentVerdict {
  readonly deployment: DeploymentPods;
  /** How many of its pods the quota admits beside all others; `Infinity` where no key of the quota charges them. */
  readonly ceiling: number;
  /** An error: the most replicas cannot be reached. */
  readonly unreachable: boolean;
  /** An error: the fewest replicas that may run and at which a rollout can never go on. */
  readonly stuckAt: number | undefined;
  /** A note: the fewest replicas at which a rollout goes on, but without all of its surge. */
  readonly throttledAt: number | undefined;
  /** The most replicas that would work under this quota as it is; 0 where none would. */
  readonly workableReplicas: number;
  /** Keys that charge the Deployment's pods. */
  readonly keys: readonly KeyVerdict[];
}

/** Pods that do not fit however few replicas the Deployments have. */
export interface OvercommittedKey {
  readonly key: string;
  readonly hard: bigint;
  readonly needed: bigint;
  readonly pods: readonly FixedPods[];
}

/** What a quota means for all pods of its namespace. */
export interface QuotaVerdict {
  readonly deployments: readonly DeploymentVerdict[];
  /** An error each. */
  readonly overcommitted: readonly OvercommittedKey[];
  readonly pods: readonly NamespacePods[];
}

/**
 * Judges a quota against the pods of its namespace.
 *
 * A rolling update goes on exactly when the quota admits more pods than `replicas − maxUnavailable`: it then has room
 * either for a new pod or for one less old pod. Every Deployment is judged beside all others at their most replicas.
 * That is exact for one Deployment, and enough for several that roll out at once: a Deployment that waits holds no more
 * than its replicas, so the room that one needs comes back when the surge of another is done. `throttled` counts the
 * surge of all others too, since one `kubectl apply` may roll all of them. Old and new pods are taken to cost the same;
 * terminating pods are charged until they are gone, which slows a rollout down and never stops it.
 */
export function judgeQuota(hard: QuotaAmounts, pods: readonly NamespacePods[]): QuotaVerdict {
  const fixed = pods.filter((pod) => pod.kind !== 'Deployment');
  const overcommitted = Object.entries(hard).flatMap(([key, has]) => {
    const charged = fixed.filter(({ usage, pods }) => pods > 0 && (usage[key] ?? 0n) > 0n);
    const needed = total(charged, key, 0);
    return needed > has ? { key, hard: has, needed, pods: charged } : [];
  });
  const deployments = pods.filter((pod) => pod.kind === 'Deployment');
  return { deployments: deployments.map((deployment) => judge(hard, deployment, pods)), overcommitted, pods };
}

/** The least that a quota must have, by key, for all Deployments to roll out at once with all of their surge. */
export function surgingQuota(keys: readonly string[], pods: readonly NamespacePods[]): QuotaAmounts {
  return Object.fromEntries(keys.map((key) => [key, total(pods, key, 1)]));
}

function judge(hard: QuotaAmounts, deployment: DeploymentPods, all: readonly NamespacePods[]): DeploymentVerdict {
  const { usage, replicas, strategy } = deployment;
  const others = all.filter((pods) => pods !== deployment);
  const charged = Object.entries(hard).filter(([key]) => (usage[key] ?? 0n) > 0n);
  const admits = (key: string, has: bigint, surging: 0 | 1) => {
    const left = has - total(others, key, surging);
    return left < 0n ? 0 : Number(left / (usage[key] ?? 1n));
  };
  const least = (surging: 0 | 1) => Math.min(...charged.map(([key, has]) => admits(key, has, surging)));
  const ceiling = least(0);
  const ceilingSurging = least(1);
  const stuck = (count: number) => ceiling <= count - rolloutRoom(strategy, count).unavailable;
  const throttled = (count: number) => !stuck(count) && ceilingSurging < count + rolloutRoom(strategy, count).surge;
  const reachable = oneTo(replicas.max).filter((count) => count >= replicas.min);
  const workable = oneTo(replicas.max).filter((count) => count <= ceiling && !stuck(count));
  const keys = charged.map(([key, has]): KeyVerdict => {
    const each = usage[key] ?? 0n;
    const atMost = total(all, key, 0);
    return {
      key,
      hard: has,
      each,
      ceiling: admits(key, has, 0),
      smallest: atMost + rolloutReserve(deployment) * each,
      smallestWithUnavailable: atMost,
    };
  });
  return {
    deployment,
    ceiling,
    unreachable: ceiling < replicas.max,
    stuckAt: reachable.find(stuck),
    throttledAt: reachable.find(throttled),
    workableReplicas: workable.at(-1) ?? 0,
    keys,
  };
}

/** Pods beyond the maximum of replicas without which a rollout gets stuck: one where no pod may be unavailable. */
function rolloutReserve({ replicas: { min, max }, strategy }: DeploymentPods): bigint {
  const needed = oneTo(max)
    .filter((count) => count >= min)
    .map((count) => count - rolloutRoom(strategy, count).unavailable + 1);
  return BigInt(Math.max(max, ...needed) - max);
}

function total(pods: readonly NamespacePods[], key: string, surging: 0 | 1): bigint {
  return pods.reduce((sum, pod) => sum + BigInt(maxPods(pod, surging)) * (pod.usage[key] ?? 0n), 0n);
}

function maxPods(pods: NamespacePods, surging: 0 | 1): number {
  if (pods.kind !== 'Deployment') return pods.pods;
  const { replicas, strategy } = pods;
  return replicas.max + surging * rolloutRoom(strategy, replicas.max).surge;
}

function oneTo(max: number): number[] {
  return Array.from({ length: max }, (_, index) => index + 1);
}
