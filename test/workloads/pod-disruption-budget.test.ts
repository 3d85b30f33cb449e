import { describe, expect, test } from 'vitest';
import { PodCount } from '../../lib/kube/pods/pod-count';
import { Deployment } from '../../lib/workloads/deployment';
import {
  type DisruptionBudget,
  PodDisruptionBudget,
  type PodDisruptionBudgetProps,
} from '../../lib/workloads/pod-disruption-budget';
import { identity, pod } from '../support/samples';
import { objectOf, testChart } from '../support/synth';

function budget(
  replicas: number,
  disruptions: DisruptionBudget,
  unhealthyPodEvictionPolicy?: PodDisruptionBudgetProps['unhealthyPodEvictionPolicy'],
): PodDisruptionBudget {
  const target = new Deployment(testChart(), 'server', { identity, pod, replicas });
  return new PodDisruptionBudget(target, 'pdb', {
    name: 'api',
    target,
    budget: disruptions,
    unhealthyPodEvictionPolicy,
  });
}

describe('PodDisruptionBudget', () => {
  test('keeps so many pods of its target ready', () => {
    const target = budget(2, { minAvailable: PodCount.absolute(1) });
    expect(objectOf(target, 'PodDisruptionBudget').spec).toEqual({
      minAvailable: 1,
      selector: objectOf(target, 'Deployment').spec.selector,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  test('keeps pods that are not ready, where they still recover', () => {
    const target = budget(2, { minAvailable: PodCount.absolute(1) }, 'IfHealthyBudget');
    expect(objectOf(target, 'PodDisruptionBudget').spec.unhealthyPodEvictionPolicy).toBe('IfHealthyBudget');
  });

  test('lets so many pods of its target be away', () => {
    const target = budget(1, { maxUnavailable: PodCount.percent(25) });
    expect(objectOf(target, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: '25%' });
  });

  test.each([
    [1, PodCount.absolute(1)],
    [2, PodCount.absolute(2)],
    [2, PodCount.absolute(3)],
    [2, PodCount.percent(51)],
    [10, PodCount.percent(100)],
  ])('fails where none of %s replicas may go because %s must stay', (replicas, minAvailable) => {
    expect(() => budget(replicas, { minAvailable })).toThrow(
      `'budget.minAvailable' must leave at least one of the ${replicas} guaranteed replicas to evict (no drain would ever end), got '${minAvailable}'`,
    );
  });

  test.each([
    [2, PodCount.percent(50)],
    [10, PodCount.percent(90)],
    [3, PodCount.absolute(2)],
  ])('lets one of %s replicas go where %s must stay', (replicas, minAvailable) => {
    expect(() => budget(replicas, { minAvailable })).not.toThrow();
  });

  test('fails where no pod may be away', () => {
    expect(() => budget(3, { maxUnavailable: PodCount.percent(0) })).toThrow(
      "'budget.maxUnavailable' must be above 0 (no drain would ever end), got '0%'",
    );
  });
});
