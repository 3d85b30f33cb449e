import { k8s } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { podUsage, quotaAmounts } from '../../../lib/kube/resources/pod-resources';
import { quotaErrors, quotaNotes } from '../../../lib/kube/resources/quota-messages';
import {
  type DeploymentPods,
  type FixedPods,
  judgeQuota,
  type NamespacePods,
} from '../../../lib/kube/resources/quota-verdict';

function amounts(texts: Record<string, string>): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
}

// The photo-duplicate service as its requirement has it: 500m/1Gi, at most 2 CPU/3Gi, 2 to 6 replicas, surge 1.
const inference: DeploymentPods = {
  kind: 'Deployment',
  name: 'inference-deploy',
  usage: podUsage({
    containers: [
      {
        name: 'server',
        resources: { requests: amounts({ cpu: '500m', memory: '1Gi' }), limits: amounts({ cpu: '2', memory: '3Gi' }) },
      },
    ],
  }),
  replicas: { min: 2, max: 6 },
  strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) },
};

// A pod that says nothing, in a namespace with defaults.
const debug: FixedPods = {
  kind: 'Pod',
  name: 'debug',
  usage: podUsage(
    { containers: [{ name: 'shell' }] },
    { default: amounts({ cpu: '500m', memory: '512Mi' }), defaultRequest: amounts({ cpu: '100m', memory: '128Mi' }) },
  ),
  pods: 1,
};

const requirement = { 'requests.cpu': '4', 'requests.memory': '8Gi', pods: '10' };

function judge(hard: Record<string, string>, ...pods: NamespacePods[]) {
  return judgeQuota(quotaAmounts(amounts(hard)), pods);
}

describe('quotaErrors', () => {
  test('the numbers of the requirement: 4 pods, an HPA maximum of 6, a rollout that is stuck at 4', () => {
    const verdict = judge({ ...requirement, 'limits.cpu': '8', 'limits.memory': '12Gi' }, inference);
    expect(verdict.deployments[0]).toMatchObject({ ceiling: 4, unreachable: true, stuckAt: 4, workableReplicas: 3 });
    expect(quotaErrors('hard', verdict)).toEqual([
      "'hard' must admit 6 pods and 1 more for a rollout of Deployment 'inference-deploy', " +
        'got limits.cpu 8 (room for 4 of 2) and limits.memory 12Gi (room for 4 of 3Gi): ' +
        'its HPA can never reach 6, and a rollout at 4 replicas is stuck for ever, ' +
        'because the quota refuses a new pod while maxUnavailable 0 lets no old one go. ' +
        'The smallest quota that would do is limits.cpu 14 and limits.memory 21Gi, ' +
        'or with maxUnavailable 1 limits.cpu 12 and limits.memory 18Gi; under this quota at most 3 replicas would do',
    ]);
  });

  test('the smallest quota of that message, with room for a debug pod, has no errors', () => {
    const hard = { ...requirement, 'limits.cpu': '14500m', 'limits.memory': '22016Mi' };
    const verdict = judge(hard, inference, debug);
    expect(quotaErrors('hard', verdict)).toEqual([]);
    expect(quotaNotes(verdict)).toEqual([]);
    expect(quotaErrors('hard', judge({ ...hard, 'limits.cpu': '14' }, inference, debug))).toEqual([
      "'hard' must admit 6 pods and 1 more for a rollout of Deployment 'inference-deploy' beside Pod 'debug', " +
        'got limits.cpu 14 (room for 6 of 2): a rollout at 6 replicas is stuck for ever, ' +
        'because the quota refuses a new pod while maxUnavailable 0 lets no old one go. ' +
        'The smallest quota that would do is limits.cpu 14500m, or with maxUnavailable 1 limits.cpu 12500m; ' +
        'under this quota at most 5 replicas would do',
    ]);
  });

  test('a rollout that is stuck although some pods may be missing', () => {
    const web = { ...inference, strategy: {}, replicas: { min: 5, max: 6 } };
    expect(quotaErrors('hard', judge({ 'limits.cpu': '8' }, web))).toEqual([
      "'hard' must admit 6 pods of Deployment 'inference-deploy', got limits.cpu 8 (room for 4 of 2): " +
        'its HPA can never reach 6, and a rollout at 5 replicas is stuck for ever, ' +
        'because only 4 of them are admitted and the quota refuses a new pod while 4 old ones must stay. ' +
        'The smallest quota that would do is limits.cpu 12; under this quota at most 4 replicas would do',
    ]);
  });

  test('without an HPA, and with room for no pod at all', () => {
    const web = { ...inference, replicas: { min: 1, max: 1 }, strategy: 'Recreate' as const };
    expect(quotaErrors('hard', judge({ 'limits.cpu': '1' }, web))).toEqual([
      "'hard' must admit 1 pod of Deployment 'inference-deploy', got limits.cpu 1 (room for 0 of 2): " +
        'it can never reach 1. The smallest quota that would do is limits.cpu 2',
    ]);
  });

  test('pods that do not fit in any case', () => {
    const job: FixedPods = { ...debug, kind: 'Job', name: 'load-test', pods: 3 };
    expect(quotaErrors('hard', judge({ 'limits.memory': '1Gi' }, job, debug))).toEqual([
      "'hard.limits.memory' must be at least 2Gi for Job 'load-test' and Pod 'debug', got 1Gi",
    ]);
  });
});

describe('quotaNotes', () => {
  test('a rollout without all of its surge is a note', () => {
    const web = { ...inference, strategy: { maxSurge: PodCount.absolute(2), maxUnavailable: PodCount.absolute(1) } };
    const verdict = judge({ 'limits.cpu': '14' }, web);
    expect(quotaErrors('hard', verdict)).toEqual([]);
    expect(quotaNotes(verdict)).toEqual([
      "a rollout of Deployment 'inference-deploy' at 6 replicas goes on, but the quota may lack " +
        'the room for all of its surge of 2, which limits.cpu 16 would have',
    ]);
  });
});
