import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import type { GpuSharing } from '../../../lib/kube/nodes/gpu-sharing';
import { allocateGpus, type GpuRequest, podsWithGpus } from '../../../lib/kube/nodes/gpus';
import { type NodeGpus, NodePool } from '../../../lib/kube/nodes/node-pools';

function pool(gpus?: NodeGpus, name = 'gpu'): NodePool {
  return new NodePool({
    name,
    labels: { 'example.com/pool': name },
    nodes: { min: 0, max: 3 },
    capacity: { cpu: Cpu.units(8), memory: Size.gibibytes(32) },
    gpus,
  });
}

const allocate = (request: GpuRequest, on: NodePool) => allocateGpus('app/web', 'gpu', request, on);
const a100: GpuSharing = { mig: { gpu: 'A100-40GB', slices: { '3g.20gb': 1, '1g.5gb': 4 } } };

describe('allocateGpus', () => {
  test('whole GPUs, with the RuntimeClass that the pool needs', () => {
    expect(allocate({ count: 2 }, pool({ count: 4, runtimeClassName: 'nvidia' }))).toEqual({
      resource: 'nvidia.com/gpu',
      count: 2,
      extendedResources: { 'nvidia.com/gpu': 2 },
      runtimeClassName: 'nvidia',
    });
    expect(allocate({ count: 1 }, pool({ count: 1 })).runtimeClassName).toBeUndefined();
  });

  test('a MIG slice has the name of its profile, or of a GPU where all slices are alike', () => {
    const mixed = pool({ count: 2, sharing: a100 });
    expect(allocate({ mig: '1g.5gb', count: 8 }, mixed)).toMatchObject({ resource: 'nvidia.com/mig-1g.5gb', count: 8 });
    expect(allocate({ mig: '3g.20gb' }, mixed)).toMatchObject({ resource: 'nvidia.com/mig-3g.20gb', count: 1 });
    const media = pool({ count: 1, sharing: { mig: { gpu: 'A30-24GB', slices: { '1g.6gb+me': 1, '1g.6gb': 3 } } } });
    expect(allocate({ mig: '1g.6gb+me' }, media).resource).toBe('nvidia.com/mig-1g.6gb.me');
    const single = pool({
      count: 1,
      sharing: { mig: { gpu: 'H100-80GB', slices: { '1g.10gb': 7 }, strategy: 'single' } },
    });
    expect(allocate({ mig: '1g.10gb', count: 2 }, single).extendedResources).toEqual({ 'nvidia.com/gpu': 2 });
  });

  test('a share of a GPU, renamed or not', () => {
    const share = (renamed?: boolean) =>
      allocate({ shared: true }, pool({ count: 1, sharing: { timeSlicing: { replicas: 4, renamed } } })).resource;
    expect([share(true), share(false), share()]).toEqual(['nvidia.com/gpu.shared', 'nvidia.com/gpu', 'nvidia.com/gpu']);
  });

  test('a pool without GPUs is named', () => {
    expect(() => allocate({ count: 1 }, pool(undefined, 'infra'))).toThrow(
      "app/web: 'gpu' must be for a node pool with GPUs, got 'infra'",
    );
  });

  test('more than a node has is refused, not what the pool has', () => {
    expect(() => allocate({ count: 2 }, pool({ count: 1 }))).toThrow(
      "app/web: 'gpu.count' must be at most 1, the 'nvidia.com/gpu' of a node of pool 'gpu', got 2",
    );
    expect(() => allocate({ mig: '3g.20gb', count: 3 }, pool({ count: 2, sharing: a100 }))).toThrow(
      "'gpu.count' must be at most 2, the 'nvidia.com/mig-3g.20gb' of a node of pool 'gpu', got 3",
    );
    expect(() => allocate({ count: 0 }, pool({ count: 1 }))).toThrow("'gpu.count' must be a whole number from 1");
  });

  test('a MIG profile that the pool does not offer is refused', () => {
    expect(() => allocate({ mig: '2g.10gb' }, pool({ count: 1, sharing: a100 }))).toThrow(
      "app/web: 'gpu.mig' must be one of '3g.20gb', '1g.5gb', the MIG profiles of node pool 'gpu', got '2g.10gb'",
    );
    expect(() => allocate({ mig: '1g.5gb' }, pool({ count: 1 }))).toThrow('must be one of (none), the MIG profiles of');
  });

  test('whole GPUs of a pool that shares them, and a share of a pool that does not, are refused', () => {
    expect(() => allocate({ count: 1 }, pool({ count: 1, sharing: a100 }))).toThrow(
      "app/web: 'gpu' must ask for 'mig', because MIG cuts the GPUs of node pool 'gpu', got 'count 1'",
    );
    expect(() => allocate({ count: 1 }, pool({ count: 1, sharing: { timeSlicing: { replicas: 2 } } }))).toThrow(
      "must ask for 'shared', because time-slicing shares the GPUs of node pool 'gpu'",
    );
    expect(() => allocate({ shared: true }, pool({ count: 1 }))).toThrow(
      "app/web: 'gpu.shared' must be for a node pool with time-slicing, got 'gpu'",
    );
  });
});

describe('podsWithGpus', () => {
  test('GPUs that are left over on two nodes do not add up', () => {
    const gpu = pool({ count: 3 });
    expect(podsWithGpus(allocate({ count: 2 }, gpu), gpu)).toBe(3);
    expect(podsWithGpus(allocate({ count: 1 }, gpu), gpu)).toBe(9);
  });

  test('shares and slices count each', () => {
    const shared = pool({ count: 2, sharing: { timeSlicing: { replicas: 4 } } });
    expect(podsWithGpus(allocate({ shared: true }, shared), shared)).toBe(24);
    const mig = pool({ count: 2, sharing: a100 });
    expect(podsWithGpus(allocate({ mig: '1g.5gb' }, mig), mig)).toBe(24);
  });
});

describe('sharing of a node pool', () => {
  const share = (sharing: GpuSharing) => () => pool({ count: 1, sharing });

  test('profiles are those of the GPU', () => {
    // @ts-expect-error An A30 has no slices of 5 GB.
    expect(share({ mig: { gpu: 'A30-24GB', slices: { '1g.5gb': 1 } } })).toThrow(
      "node pool 'gpu': 'gpus.sharing.mig.slices.1g.5gb' must be a profile of A30-24GB, got 1",
    );
  });

  test('slices must fit on one GPU', () => {
    expect(share({ mig: { gpu: 'A100-40GB', slices: { '1g.5gb': 8 } } })).toThrow(
      'must be from 1 to 7, which is what one A100-40GB has room for, got 8',
    );
    expect(share({ mig: { gpu: 'A100-40GB', slices: { '3g.20gb': 2, '2g.10gb': 1 } } })).toThrow(
      'must use at most the 7 compute slices of A100-40GB, got 8',
    );
    expect(share({ mig: { gpu: 'A30-24GB', slices: {} } })).toThrow('must name at least one profile');
  });

  test("with strategy 'single' all slices are alike", () => {
    expect(share({ mig: { gpu: 'A30-24GB', slices: { '1g.6gb': 2, '2g.12gb': 1 }, strategy: 'single' } })).toThrow(
      "must have one profile where the strategy is 'single'",
    );
  });

  test('time-slicing shares by two at least', () => {
    expect(share({ timeSlicing: { replicas: 1 } })).toThrow(
      "'gpus.sharing.timeSlicing.replicas' must be a whole number",
    );
  });
});
