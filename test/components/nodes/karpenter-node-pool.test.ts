import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { KarpenterNodePool, type KarpenterNodePoolProps } from '../../../lib/components/nodes/karpenter-node-pool';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const gpus = nodePool({
  name: 'gpus',
  labels: { 'example.org/training': 'true' },
  taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }],
  nodes: { min: 0, max: 3 },
  gpus: { count: 2 },
});
const all: Required<KarpenterNodePoolProps> = {
  nodePool: gpus,
  nodeClass: 'gpu',
  instanceFamilies: ['g5', 'g4dn'],
  instanceCpus: [4, 8],
  capacityTypes: ['on-demand'],
  emptyFor: Duration.minutes(5),
  expireAfter: Duration.days(30),
  drainOutdated: true,
};

describe('nodes that Karpenter makes', () => {
  const { metadata, spec } = render(all);

  it('have the labels and taints of their pool', () => {
    expect(metadata.name).toBe('gpus');
    expect(metadata).not.toHaveProperty('namespace');
    expect(spec.template.metadata.labels).toEqual(gpus.labels);
    expect(spec.template.spec.taints).toEqual(gpus.taints);
    expect(render({ ...all, nodePool: nodePool() }).spec.template.spec).not.toHaveProperty('taints');
  });

  it('are no more than the pool has at most, of the largest kind', () => {
    expect(spec.limits).toEqual({ cpu: '24', 'nvidia.com/gpu': '6' });
    expect(render({ ...all, nodePool: nodePool() }).spec.limits).toEqual({ cpu: '8' });
  });

  it('are removed for no reason while something runs on them', () => {
    const { expireAfter: _, drainOutdated: __, ...minimal } = all;
    const { template, disruption } = render(minimal).spec;
    expect(template.spec.expireAfter).toBe('Never');
    expect(disruption).toEqual({
      consolidationPolicy: 'WhenEmpty',
      consolidateAfter: '300s',
      budgets: [
        { nodes: '100%', reasons: ['Empty'] },
        { nodes: '0', reasons: ['Drifted'] },
      ],
    });
  });

  it('are replaced one at a time where they may be drained', () => {
    expect(spec.template.spec.expireAfter).toBe('2592000s');
    expect(spec.disruption.budgets).toContainEqual({ nodes: '1', reasons: ['Drifted'] });
  });

  it('may have as many shares of GPUs as time-slicing makes', () => {
    const shared = nodePool({ ...gpus, gpus: { count: 2, sharing: { timeSlicing: { replicas: 4 } } } });
    expect(render({ ...all, nodePool: shared }).spec.limits).toMatchObject({ 'nvidia.com/gpu': '24' });
  });

  it.each([
    ['nvidia.com/gpu.shared', { timeSlicing: { replicas: 4, renamed: true } }],
    ['nvidia.com/mig-1g.5gb', { mig: { gpu: 'A100-40GB', slices: { '1g.5gb': 7 } } }],
  ] as const)('fails for %s, which Karpenter starts no node for', (resource, sharing) => {
    const shared = nodePool({ ...gpus, gpus: { count: 1, sharing } });
    expect(() => render({ ...all, nodePool: shared })).toThrow(
      `demo/pool: 'nodePool' must offer 'nvidia.com/gpu', the only resource of GPUs that Karpenter starts nodes for, got '${resource}'`,
    );
  });

  it('are of the kinds that are asked for', () => {
    expect(spec.template.spec.nodeClassRef).toEqual({ group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'gpu' });
    expect(spec.template.spec.requirements).toContainEqual({
      key: 'karpenter.k8s.aws/instance-cpu',
      operator: 'In',
      values: ['4', '8'],
    });
    expectEachPropToMatter<KarpenterNodePoolProps>(render, all, {
      nodePool: nodePool(),
      nodeClass: 'cpu',
      instanceFamilies: ['m7i'],
      instanceCpus: [4],
      capacityTypes: ['spot'],
      emptyFor: Duration.minutes(1),
      expireAfter: Duration.days(7),
      drainOutdated: false,
    });
  });

  it('fails for a number of CPUs that no instance has', () => {
    expect(() => render({ ...all, instanceCpus: [0] })).toThrow(
      "demo/pool: 'instanceCpus' must be whole numbers from 1, got 0",
    );
  });

  it('fails for a part of a second', () => {
    expect(() => render({ ...all, emptyFor: Duration.millis(1500) })).toThrow(
      "demo/pool: 'emptyFor' must be a whole number of seconds, got 1.5",
    );
  });

  it('fails for a pool that the environment does not have', () => {
    const chart = testChart({ nodePools: [nodePool()] });
    expect(() => new KarpenterNodePool(chart, 'pool', all)).toThrow(
      "demo/pool: 'nodePool' must be one of 'general' (the node pools of this environment), got 'gpus'",
    );
  });
});

function render(props: KarpenterNodePoolProps) {
  const chart = testChart();
  new KarpenterNodePool(chart, 'pool', props);
  return objectOf(chart, 'NodePool');
}
