import { describe, expect, it } from 'vitest';
import { topologySpread } from '../../../lib/kube/pods/topology-spread';
import { nodePool } from '../../support/samples';
import { testChart } from '../../support/synth';

const selector = { app: 'a' };
const three = nodePool({ nodes: { min: 1, max: 3 } });
const tainted = nodePool({ name: 'tainted', nodes: { min: 5 }, taints: [{ key: 'a', effect: 'NoSchedule' }] });
const shunned = nodePool({ name: 'shunned', nodes: { min: 1 }, taints: [{ key: 'a', effect: 'PreferNoSchedule' }] });

describe('the spread of pods over nodes', () => {
  it('is a preference, and does not count the pods that a rollout is about to remove', () => {
    const chart = testChart({ nodePools: [three] });
    expect(topologySpread(chart, selector, 2, three, 'pod-template-hash')).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        nodeTaintsPolicy: 'Honor',
        labelSelector: { matchLabels: selector },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  it('counts every pod where no two revisions run beside each other', () => {
    const chart = testChart({ nodePools: [three] });
    expect(topologySpread(chart, selector, 2, three)?.[0]?.matchLabelKeys).toBeUndefined();
  });

  it('is over zones first, where the nodes are in several', () => {
    const zoned = nodePool({ nodes: { min: 3 }, zones: 3 });
    const keys = topologySpread(testChart({ nodePools: [zoned] }), selector, 2, zoned)?.map((one) => one.topologyKey);
    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  });

  it('is left to the defaults of the scheduler, which know zones, where nothing is known of the nodes', () => {
    expect(topologySpread(testChart(), selector, 2, undefined)).toBeUndefined();
  });

  it.each([
    ['one pod', 1, three, [three]],
    ['a pool of one node', 2, nodePool(), [nodePool()]],
    ['one node that takes any pod, beside those with taints', 2, undefined, [nodePool(), tainted]],
  ])('is nothing for %s', (_, replicas, pool, nodePools) => {
    expect(topologySpread(testChart({ nodePools }), selector, replicas, pool)).toBeUndefined();
  });

  it.each([
    ['a pool that may grow', three, [three]],
    ['any of several nodes', undefined, [nodePool(), nodePool({ name: 'second' })]],
    ['nodes that are only shunned', undefined, [nodePool(), shunned]],
    ['a pool with taints, which the pods tolerate', tainted, [tainted]],
  ])('is asked for on %s', (_, pool, nodePools) => {
    expect(topologySpread(testChart({ nodePools }), selector, 2, pool)).toHaveLength(1);
  });
});
