import fc from 'fast-check';
import { PodCount } from '../../lib/kube/pods/pod-count';
import type { QuotaAmounts } from '../../lib/kube/resources/pod-resources';
import {
  type DeploymentPods,
  judgeQuota,
  type NamespacePods,
  type QuotaVerdict,
  surgingQuota,
} from '../../lib/kube/resources/quota-verdict';
import type { ModelCount, ModelDeployment, StepOrder } from './rolling-update-model';

export const KEYS = ['limits.cpu', 'limits.memory'];

/** A Deployment as both the library and the model take it. */
export interface Case {
  readonly min: number;
  readonly max: number;
  readonly maxSurge: ModelCount;
  readonly maxUnavailable: ModelCount;
  readonly cost: readonly number[];
}

const replicaRange = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })).map(([a, b]) => ({
  min: Math.min(a, b),
  max: Math.max(a, b),
}));

function podCounts(most: number): fc.Arbitrary<ModelCount> {
  return fc.oneof(
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: 0, max: most }).map((percent): ModelCount => `${percent}%`),
  );
}

function deployments(costs: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Case> {
  return fc
    .record({ range: replicaRange, maxSurge: podCounts(150), maxUnavailable: podCounts(100), cost: costs })
    .filter(
      ({ maxSurge, maxUnavailable }) =>
        Number.parseInt(`${maxSurge}`, 10) + Number.parseInt(`${maxUnavailable}`, 10) > 0,
    )
    .map(({ range, ...rest }) => ({ ...range, ...rest }));
}

export const onePod = deployments(fc.constant([1, 1]));
export const anyPod = deployments(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })));

/** Any order of the steps, the same again for the same seed. */
export function order(seed: number): StepOrder {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

/** Pods end and start before anything else, and are made before others are removed. */
export const eager: StepOrder = () => 0;

export function usage(cost: readonly number[]) {
  return Object.fromEntries(KEYS.map((key, index) => [key, BigInt(cost[index] ?? 0)]));
}

export function deploymentPods({ min, max, maxSurge, maxUnavailable, cost }: Case, name = 'web'): DeploymentPods {
  const podCount = (count: ModelCount) =>
    typeof count === 'number' ? PodCount.absolute(count) : PodCount.percent(Number.parseInt(count, 10));
  return {
    kind: 'Deployment',
    name,
    usage: usage(cost),
    replicas: { min, max },
    strategy: { maxSurge: podCount(maxSurge), maxUnavailable: podCount(maxUnavailable) },
  };
}

export function rolling(deployment: Case, replicas: number): ModelDeployment {
  return { ...deployment, replicas, rollsOut: true };
}

export function running(deployment: Case): ModelDeployment {
  return { ...deployment, replicas: deployment.max, rollsOut: false };
}

/** Whether nothing of a verdict is an error. */
export function fits({ deployments, overcommitted }: QuotaVerdict): boolean {
  const wrong = deployments.some(({ unreachable, stuckAt }) => unreachable || stuckAt !== undefined);
  return overcommitted.length === 0 && !wrong;
}

/** The least that would do, by key, as the verdicts on all Deployments name it. */
export function smallestQuota(pods: readonly NamespacePods[]): QuotaAmounts {
  const enough = surgingQuota(KEYS, pods);
  const verdicts = judgeQuota(enough, pods).deployments.flatMap(({ keys }) => keys);
  return Object.fromEntries(
    KEYS.map((key) => {
      const named = verdicts.filter((verdict) => verdict.key === key).map(({ smallest }) => smallest);
      // Where no Deployment takes any of it, no surge is in what is enough.
      return [key, named.length === 0 ? (enough[key] ?? 0n) : named.reduce((a, b) => (a > b ? a : b))];
    }),
  );
}
