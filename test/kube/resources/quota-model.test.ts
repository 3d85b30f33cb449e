import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FixedPods,
  judgeQuota,
  type NamespacePods,
  surgingQuota,
} from '../../../lib/kube/resources/quota-verdict';
import { run } from '../../support/rolling-update-model';
import {
  anyPod,
  type Case,
  deploymentPods,
  eager,
  fits,
  KEYS,
  onePod,
  order,
  rolling,
  running,
  smallestQuota,
  usage,
} from '../../support/rollout-cases';

/** A contributor gets some of the cases, CI has all. */
const RUNS = process.env.CI === 'true' ? 500 : 100;

describe('one Deployment against the step model', () => {
  const cases = fc.record({ web: onePod, quota: fc.nat(80), seed: fc.nat() });
  const judged = (web: Case, quota: number) => {
    const [verdict] = judgeQuota(usage([quota, 200]), [deploymentPods(web)]).deployments;
    if (verdict === undefined) throw new Error('no verdict');
    return verdict;
  };

  test('a rollout is stuck at the replicas that the verdict names, and at none below', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ web, quota, seed }, anywhere) => {
        const { stuckAt } = judged(web, quota);
        const stuck = (replicas: number) =>
          run({ quota: [quota, 200], deployments: [rolling(web, replicas)] }, order(seed)).stuck;
        const at = web.min + (anywhere % (web.max - web.min + 1));
        for (const replicas of new Set([web.min, at, (stuckAt ?? web.max + 1) - 1, stuckAt ?? web.max, web.max])) {
          if (replicas < web.min) continue;
          // With no pod running there is no rollout that could be stuck.
          expect(quota > 0 && stuck(replicas)).toBe(quota > 0 && stuckAt !== undefined && replicas >= stuckAt);
        }
      }),
      { numRuns: 2 * RUNS },
    );
  });

  test('the HPA maximum is unreachable exactly when the model never gets there', () => {
    fc.assert(
      fc.property(cases, ({ web, quota, seed }) => {
        const { unreachable, ceiling } = judged(web, quota);
        const { ready } = run({ quota: [quota, 200], deployments: [running(web)] }, order(seed));
        expect(ready).toEqual([Math.min(ceiling, web.max)]);
        expect(unreachable).toBe((ready[0] ?? 0) < web.max);
      }),
      { numRuns: RUNS },
    );
  });

  test('a rollout is throttled exactly when its surge is refused and it goes on', () => {
    fc.assert(
      fc.property(cases, ({ web, quota }) => {
        const { throttledAt, unreachable } = judged(web, quota);
        fc.pre(!unreachable);
        const throttled = (replicas: number) => {
          const { stuck, refused } = run({ quota: [quota, 200], deployments: [rolling(web, replicas)] }, eager);
          return !stuck && refused;
        };
        for (let replicas = web.min; replicas <= web.max; replicas += 1) {
          if (throttledAt === undefined) expect(throttled(replicas)).toBe(false);
          else if (replicas <= throttledAt) expect(throttled(replicas)).toBe(replicas === throttledAt);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('at the workable replicas all is well, with one more it is not', () => {
    fc.assert(
      fc.property(cases, ({ web, quota, seed }) => {
        const { workableReplicas } = judged(web, quota);
        const works = (replicas: number) => {
          const { stuck, ready } = run({ quota: [quota, 200], deployments: [rolling(web, replicas)] }, order(seed));
          return !stuck && ready[0] === replicas;
        };
        if (workableReplicas > 0) expect(works(workableReplicas)).toBe(true);
        if (workableReplicas < web.max) expect(works(workableReplicas + 1)).toBe(false);
      }),
      { numRuns: RUNS },
    );
  });

  test('every small case, one by one', () => {
    for (let max = 1; max <= 8; max += 1) {
      for (let quota = 1; quota <= 12; quota += 1) {
        for (const maxSurge of [0, 1, 2, '25%', '50%'] as const) {
          for (const maxUnavailable of [0, 1, 2, '25%', '100%'] as const) {
            if (maxSurge === 0 && maxUnavailable === 0) continue;
            const web = { min: max, max, maxSurge, maxUnavailable, cost: [1, 1] };
            const { stuck } = run({ quota: [quota, 200], deployments: [rolling(web, max)] }, order(max * quota));
            expect([web, quota, judged(web, quota).stuckAt]).toEqual([web, quota, stuck ? max : undefined]);
          }
        }
      }
    }
  });
});

describe('several Deployments at once against the step model', () => {
  const cases = fc.record({
    cases: fc.array(anyPod, { minLength: 1, maxLength: 3 }),
    fixed: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 2 }),
    seed: fc.nat(),
    rolls: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    counts: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  });
  const namespace = (deployments: readonly Case[], fixed: readonly (readonly number[])[]): NamespacePods[] => [
    ...deployments.map((deployment, index) => deploymentPods(deployment, `web-${index}`)),
    ...fixed.map((cost, index): FixedPods => ({ kind: 'Job', name: `job-${index}`, usage: usage(cost), pods: 1 })),
  ];
  const used = (fixed: readonly (readonly number[])[]) =>
    KEYS.map((_, key) => fixed.reduce((sum, cost) => sum + (cost[key] ?? 0), 0));
  const numbers = (quota: Readonly<Record<string, bigint>>) => KEYS.map((key) => Number(quota[key]));

  test('with the smallest quota every mix of rollouts ends, in any order, at any replicas', () => {
    fc.assert(
      fc.property(cases, ({ cases, fixed, seed, rolls, counts }) => {
        const pods = namespace(cases, fixed);
        const hard = smallestQuota(pods);
        expect(fits(judgeQuota(hard, pods))).toBe(true);
        const deployments = cases.map((deployment, index) => {
          const { min, max } = deployment;
          const replicas = min + ((counts[index] ?? 0) % (max - min + 1));
          return rolls[index] ? rolling(deployment, replicas) : running(deployment);
        });
        const { stuck, ready } = run({ quota: numbers(hard), deployments, fixed: used(fixed) }, order(seed));
        expect(stuck).toBe(false);
        expect(ready).toEqual(deployments.map(({ replicas }) => replicas));
      }),
      { numRuns: RUNS },
    );
  });

  test('with any less the model confirms the verdict', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 1), ({ cases, fixed, seed }, less) => {
        const pods = namespace(cases, fixed);
        const least = smallestQuota(pods);
        const key = KEYS[less] ?? '';
        fc.pre(cases.some(({ cost }) => (cost[less] ?? 0) > 0));
        const hard = { ...least, [key]: (least[key] ?? 0n) - 1n };
        const { deployments, overcommitted } = judgeQuota(hard, pods);
        expect(overcommitted).toEqual([]);
        const broken = deployments.findIndex(({ unreachable, stuckAt }) => unreachable || stuckAt !== undefined);
        expect(broken).toBeGreaterThanOrEqual(0);
        const verdict = deployments[broken];
        if (verdict?.unreachable) {
          const { ready } = run(
            { quota: numbers(hard), deployments: cases.map(running), fixed: used(fixed) },
            order(seed),
          );
          expect(ready.some((count, index) => count < (cases[index]?.max ?? 0))).toBe(true);
        } else {
          // The one that is stuck rolls out while all others run at their most.
          const models = cases.map((each, index) =>
            index === broken ? rolling(each, verdict?.stuckAt ?? 0) : running(each),
          );
          expect(run({ quota: numbers(hard), deployments: models, fixed: used(fixed) }, order(seed)).stuck).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('with the surging quota no pod is refused, and nothing is noted', () => {
    fc.assert(
      fc.property(cases, ({ cases, fixed }) => {
        const pods = namespace(cases, fixed);
        // A rollout with no surge at all may need room that its surge does not give.
        const hard = surgingQuota(KEYS, pods);
        const verdict = judgeQuota(hard, pods);
        expect(fits(verdict)).toBe(true);
        expect(verdict.deployments.map(({ throttledAt }) => throttledAt)).toEqual(cases.map(() => undefined));
        const deployments = cases.map((each) => rolling(each, each.max));
        // Pods end at once, so that only the surge counts.
        const { refused, stuck } = run({ quota: numbers(hard), deployments, fixed: used(fixed) }, eager);
        expect([refused, stuck]).toEqual([false, false]);
      }),
      { numRuns: RUNS },
    );
  });
});
