import { Duration } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { objectOf } from '../../support/synth';
import { autoscaled, deploymentOf, service } from './inference-service-samples';

describe('the disruption budget of an InferenceService', () => {
  test('lets one pod go at a time where at least two are guaranteed', () => {
    const target = service({ replicas: autoscaled });
    expect(objectOf(target, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(service({ replicas: 2 }).disruptionBudget).toBeDefined();
  });

  test('is not written for one guaranteed pod, which it could only pin to its node', () => {
    expect(service({ replicas: { minReplicas: 1, maxReplicas: 9 } }).disruptionBudget).toBeUndefined();
  });

  test('fails where it would keep every drain waiting', () => {
    expect(() => service({ disruptionBudget: { minAvailable: PodCount.absolute(1) } })).toThrow(
      "demo/embedder/pdb: 'budget.minAvailable' must leave at least one of the 1 guaranteed replicas to evict",
    );
  });
});

describe('the rollout of an InferenceService', () => {
  test('adds a pod before it takes one away', () => {
    expect(deploymentOf().strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('is given the time that a start may take', () => {
    const { progressDeadlineSeconds, template } = deploymentOf({ health: { startupTimeout: Duration.minutes(20) } });
    const { periodSeconds, failureThreshold } = template.spec.containers[0].startupProbe;
    expect(periodSeconds * failureThreshold).toBe(1200);
    expect(progressDeadlineSeconds).toBe(1500);
  });
});
