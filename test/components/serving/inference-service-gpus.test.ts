import { describe, expect, test } from 'vitest';
import type { InferenceServiceProps } from '../../../lib/components/serving/inference-service';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { nodePool } from '../../support/samples';
import { autoscaled, deploymentOf, many, podOf, service } from './inference-service-samples';

const gpus = nodePool({ name: 'gpu', gpus: { count: 2, runtimeClassName: 'nvidia' } });

describe('an InferenceService with GPUs', () => {
  test('requests them, with their runtime and their nodes', () => {
    const tainted = nodePool({
      name: 'gpu',
      labels: { gpu: 'a30' },
      taints: [
        { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
        { key: 'team', value: 'ml', effect: 'NoExecute' },
      ],
      gpus: { count: 2, runtimeClassName: 'nvidia' },
    });
    const pod = podOf({ gpu: { count: 1 }, nodePool: tainted });
    const { requests, limits } = pod.containers[0].resources;
    expect(requests['nvidia.com/gpu']).toBe('1');
    expect(limits['nvidia.com/gpu']).toBe('1');
    expect(pod).toMatchObject({
      runtimeClassName: 'nvidia',
      nodeSelector: { gpu: 'a30' },
      tolerations: [
        { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'team', operator: 'Equal', value: 'ml', effect: 'NoExecute' },
      ],
    });
  });

  test('names no RuntimeClass where the nodes need none', () => {
    expect(podOf({ gpu: { count: 1 }, nodePool: many })).not.toHaveProperty('runtimeClassName');
  });

  test('requests a slice or a share where the pool offers those', () => {
    const slices = { mig: { gpu: 'A30-24GB', slices: { '1g.6gb': 4 } } } as const;
    const mig = nodePool({ name: 'mig', gpus: { count: 1, sharing: slices } });
    const shared = nodePool({ name: 'shared', gpus: { count: 1, sharing: { timeSlicing: { replicas: 4 } } } });
    const limitsOf = (props: Partial<InferenceServiceProps>) => podOf(props).containers[0].resources.limits;
    expect(limitsOf({ gpu: { mig: '1g.6gb' }, nodePool: mig })).toHaveProperty(['nvidia.com/mig-1g.6gb'], '1');
    expect(limitsOf({ gpu: { shared: true }, nodePool: shared })).toHaveProperty(['nvidia.com/gpu'], '1');
  });

  test('rolls out without a surge where every GPU is taken', () => {
    const strategyOf = (replicas: number, pool = gpus) =>
      deploymentOf({ gpu: { count: 1 }, nodePool: pool, replicas }).strategy;
    expect(strategyOf(1)).toMatchObject({ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    expect(strategyOf(2)).toMatchObject({ rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(strategyOf(1, nodePool({ gpus: { count: 1 } }))).toEqual({ type: 'Recreate' });
  });

  test('fails without a node pool', () => {
    expect(() => service({ gpu: { count: 1 } })).toThrow("'gpu' must be given with a 'nodePool' that has GPUs");
  });

  test('fails on a pool without GPUs, or with fewer on a node', () => {
    expect(() => service({ gpu: { count: 1 }, nodePool: nodePool() })).toThrow(
      "must be for a node pool with GPUs, got 'general'",
    );
    expect(() => service({ gpu: { count: 3 }, nodePool: gpus })).toThrow(
      "'gpu.count' must be at most 2, the 'nvidia.com/gpu' of a node of pool 'gpu', got 3",
    );
  });

  test('fails for more replicas than the pool has GPUs for', () => {
    expect(() => service({ gpu: { count: 1 }, nodePool: gpus, replicas: autoscaled })).toThrow(
      "'replicas' must be at most 2, the pods that node pool 'gpu' has 'nvidia.com/gpu' for, got 6",
    );
  });

  test('fails for a rollout that waits for a GPU which none of its own pods may free', () => {
    const strategy = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) };
    const stuck = { gpu: { count: 1 }, nodePool: gpus, replicas: 2, strategy };
    expect(() => service(stuck)).toThrow(/'strategy' must let a pod be unavailable: node pool 'gpu' has no/);
  });
});
