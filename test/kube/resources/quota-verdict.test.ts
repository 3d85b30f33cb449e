import { describe, expect, test } from 'vitest';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { rolloutRoom } from '../../../lib/kube/pods/rollout';
import { type FixedPods, judgeQuota, surgingQuota } from '../../../lib/kube/resources/quota-verdict';
import { type Case, deploymentPods, KEYS, smallestQuota, usage } from '../../support/rollout-cases';

describe('judgeQuota', () => {
  const web: Case = { min: 1, max: 3, maxSurge: 1, maxUnavailable: 0, cost: [2, 3] };

  test('a key that charges nothing does not bind', () => {
    const { deployments } = judgeQuota({ 'requests.storage': 1n }, [deploymentPods(web)]);
    expect(deployments[0]).toMatchObject({ ceiling: Infinity, unreachable: false, stuckAt: undefined, keys: [] });
  });

  test('Recreate needs no room beyond its replicas', () => {
    const pods = [{ ...deploymentPods(web), strategy: 'Recreate' as const }];
    expect(smallestQuota(pods)).toEqual(usage([6, 9]));
    expect(surgingQuota(KEYS, pods)).toEqual(usage([6, 9]));
    expect(judgeQuota(usage([6, 9]), pods).deployments[0]).toMatchObject({
      stuckAt: undefined,
      throttledAt: undefined,
    });
  });

  test('pods that do not fit with no Deployment at all are named', () => {
    const job: FixedPods = { kind: 'Job', name: 'load', usage: usage([4, 0]), pods: 2 };
    expect(judgeQuota(usage([7, 9]), [job]).overcommitted).toEqual([
      { key: 'limits.cpu', hard: 7n, needed: 8n, pods: [job] },
    ]);
  });

  test('the room of a rollout is not the same as the surge', () => {
    expect(rolloutRoom(deploymentPods(web).strategy, 3)).toEqual({ surge: 1, unavailable: 0 });
    expect(
      smallestQuota([
        { ...deploymentPods(web), strategy: { maxSurge: PodCount.absolute(3), maxUnavailable: PodCount.absolute(0) } },
      ]),
    ).toEqual(usage([8, 12]));
  });
});
