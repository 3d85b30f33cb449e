import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { type NodeGpus, NodePool, type Taint } from '../../../../lib/kube/nodes/node-pools';
import { workloadLabel } from '../../../../lib/stacks/fair/label-domain';
import { type ModelSchedulingProps, schedulingFromStacItem } from '../../../../lib/stacks/fair/mlm/model-scheduling';
import { basicItem, fairItem, resnetItem, stacItem } from '../../../support/stac-items';

interface PoolOptions {
  readonly labels?: Record<string, string>;
  readonly taints?: Taint[];
  readonly gpus?: NodeGpus;
  readonly memory?: Size;
}

function pool(name: string, { labels, taints, gpus, memory }: PoolOptions = {}): NodePool {
  return new NodePool({
    name,
    labels: labels ?? { 'example.com/pool': name },
    taints,
    capacity: { cpu: Cpu.units(4), memory: memory ?? Size.gibibytes(16) },
    gpus,
  });
}

const cpu = pool('cpu');
const gpu = pool('gpu', {
  taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
  gpus: { count: 2, runtimeClassName: 'nvidia' },
});

const schedule = (item: unknown, props: Partial<ModelSchedulingProps> = {}) =>
  schedulingFromStacItem(item, { workload: 'inference', pools: [gpu, cpu], ...props });

const cuda = (properties: Record<string, unknown> = {}) =>
  stacItem('unet', { 'mlm:accelerator': 'cuda', ...properties });

describe('published items', () => {
  test('the basic example asks for nothing in particular: a CPU, on a pool without GPUs', () => {
    expect(schedule(basicItem)).toMatchObject({ accelerator: 'cpu', count: 0, nodePool: cpu, gpu: undefined });
  });

  test('the ResNet example gets one GPU, the pool that has it and all that this takes', () => {
    const scheduling = schedule(resnetItem);
    expect(scheduling).toMatchObject({
      accelerator: 'cuda',
      count: 1,
      gpu: { count: 1 },
      nodePool: gpu,
      nodeSelector: { 'example.com/pool': 'gpu' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      runtimeClassName: 'nvidia',
      batchSize: 256,
    });
    // Its memory_size of 1 byte is a whole MiB more.
    expect(scheduling.amounts).toEqual({
      requests: { cpu: '500m', memory: '1025Mi', 'nvidia.com/gpu': '1' },
      limits: { memory: '2049Mi', 'nvidia.com/gpu': '1' },
    });
  });

  test('without GPUs anywhere it runs on a CPU, because it is not constrained to cuda', () => {
    const { accelerator, reason } = schedule(resnetItem, { pools: [cpu] });
    expect([accelerator, reason]).toEqual([
      'cpu',
      'it is made for cuda, but no pool has GPUs, and it is not constrained to it',
    ]);
  });
});

describe("fAIr's contract", () => {
  const domain = 'fair.dev';
  const own = (workload: 'training' | 'inference'): PoolOptions => ({
    labels: workloadLabel(domain, workload),
    taints: [{ key: `${domain}/${workload}`, value: 'true', effect: 'NoSchedule' }],
  });
  const inference = pool('inference', own('inference'));
  const train = pool('train', { ...own('training'), gpus: { count: 1, runtimeClassName: 'nvidia' } });
  const props = { pools: [pool('infra'), inference, train], labelDomain: domain };

  test.each([
    ['training', train, '2Gi', '2560Mi'],
    ['inference', inference, '1Gi', '2Gi'],
  ] as const)(
    'a step of %s on a CPU selects, tolerates and requests what its pipeline does',
    (workload, on, request, limit) => {
      const scheduling = schedule(fairItem, { ...props, workload });
      expect(scheduling).toMatchObject({
        accelerator: 'cpu',
        nodePool: on,
        nodeSelector: { [`fair.dev/${workload}`]: 'true' },
        tolerations: [{ key: `fair.dev/${workload}`, operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
        runtimeClassName: undefined,
      });
      expect(scheduling.amounts).toEqual({ requests: { cpu: '500m', memory: request }, limits: { memory: limit } });
    },
  );

  test('a step of training on a GPU gets mlm:accelerator_count of them', () => {
    const item = cuda({ 'mlm:accelerator_count': 1, 'mlm:accelerator_constrained': true });
    expect(schedule(item, { ...props, workload: 'training' })).toMatchObject({
      nodePool: train,
      count: 1,
      amounts: { requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '1' } },
      runtimeClassName: 'nvidia',
    });
  });

  test('inference that needs a GPU has no pool', () => {
    const item = cuda({ 'mlm:accelerator_constrained': true });
    expect(() => schedule(item, props)).toThrow(
      "STAC item 'unet': 'mlm:accelerator' must be cuda on a pool for inference with GPUs or be for a CPU, because " +
        "mlm:accelerator_constrained allows nothing else and no pool has GPUs (pools inference), got 'cuda'",
    );
  });

  test('a workload without a pool names those that there are', () => {
    expect(() => schedule(fairItem, { ...props, pools: [inference], workload: 'training' })).toThrow(
      "STAC item 'unet-segmentation': 'pools' must have one for training with the label fair.dev/training=true, got 'inference'",
    );
    expect(() => schedule(fairItem, { pools: [] })).toThrow("'pools' must have one for inference, got '(none)'");
  });
});

describe('CPU or GPU', () => {
  test.each([null, 'amd64', 'cpu', 'intel-ipex-cpu'])('%s is a CPU, constrained or not', (accelerator) => {
    const item = stacItem('m1', { 'mlm:accelerator': accelerator, 'mlm:accelerator_constrained': true });
    expect(schedule(item).accelerator).toBe('cpu');
  });

  test.each(['xla', 'amd-rocm', 'intel-ipex-gpu', 'macos-arm'])("%s is not NVIDIA's", (accelerator) => {
    const item = (constrained: boolean) =>
      stacItem('m1', { 'mlm:accelerator': accelerator, 'mlm:accelerator_constrained': constrained });
    expect(schedule(item(false))).toMatchObject({ accelerator: 'cpu', nodePool: cpu });
    expect(() => schedule(item(true))).toThrow(`allows nothing else and there is no ${accelerator}`);
  });

  test('a CPU can be forced, but not on a model that runs on nothing but a GPU', () => {
    expect(schedule(cuda(), { forceCpu: true }).reason).toContain('a CPU is forced');
    expect(() => schedule(cuda({ 'mlm:accelerator_constrained': true }), { forceCpu: true })).toThrow(
      'allows nothing else and a CPU is forced',
    );
  });

  test('where every pool has GPUs, a model that needs none runs on one of them', () => {
    expect(schedule(basicItem, { pools: [gpu] })).toMatchObject({ accelerator: 'cpu', count: 0, nodePool: gpu });
  });

  test('the asset that is run may say what it needs', () => {
    const asset = { href: 'https://example.com', roles: ['mlm:model'], 'mlm:artifact_type': 'onnx' };
    const item = stacItem('two', {}, { onnx: { ...asset, 'mlm:accelerator': 'cuda', 'mlm:accelerator_count': 2 } });
    expect(schedule(item, { asset: 'onnx' })).toMatchObject({ accelerator: 'cuda', count: 2 });
    expect(schedule(item, { asset: 'model' }).accelerator).toBe('cpu');
    expect(() => schedule(item)).toThrow("'asset' must be given, because the models model, onnx need different things");
    expect(() => schedule(item, { asset: 'readme' })).toThrow("'asset' must be one of 'model', 'onnx', got 'readme'");
  });
});

describe('which pool', () => {
  test('the first whose nodes have enough GPUs', () => {
    const big = pool('big', { gpus: { count: 8 } });
    expect(schedule(cuda({ 'mlm:accelerator_count': 4 }), { pools: [cpu, gpu, big] })).toMatchObject({
      nodePool: big,
      amounts: { requests: { 'nvidia.com/gpu': '4' } },
      runtimeClassName: undefined,
    });
  });

  test('more GPUs than any node has is an error that says so for each pool', () => {
    expect(() => schedule(cuda({ 'mlm:accelerator_count': 4 }))).toThrow(
      "STAC item 'unet': 'pools' must have one whose nodes the model fits on, got " +
        "'pool 'gpu': 'gpu.count' must be at most 2, the 'nvidia.com/gpu' of a node of pool 'gpu', got 4'",
    );
  });

  test('the memory of the model is added to that of the program, and has to fit on a node', () => {
    const item = stacItem('large', { 'mlm:memory_size': 6 * 2 ** 30 });
    expect(schedule(item).amounts).toEqual({ requests: { cpu: '500m', memory: '7Gi' }, limits: { memory: '8Gi' } });
    const large = pool('large', { memory: Size.gibibytes(64) });
    const small = pool('small', { memory: Size.gibibytes(4) });
    expect(schedule(item, { pools: [small, large] }).nodePool).toBe(large);
    expect(() => schedule(item, { pools: [small] })).toThrow(
      "pool 'small': 'resources' must be at most 4 CPU and 4Gi, a node of pool 'small', got '500m CPU and 7Gi'",
    );
  });

  test('resources of the caller take the place of the defaults', () => {
    const resources = {
      requests: { cpu: Cpu.units(2), memory: Size.gibibytes(4) },
      limits: { cpu: Cpu.units(4), memory: Size.gibibytes(8) },
    };
    expect(schedule(basicItem, { resources }).amounts).toEqual({
      requests: { cpu: '2', memory: '4Gi' },
      limits: { cpu: '4', memory: '8Gi' },
    });
    const limits = { memory: Size.gibibytes(4.3) };
    expect(() => schedule(basicItem, { resources: { ...resources, limits } })).toThrow(
      "'resources.limits.memory' must be a positive whole number of KiB, got '4.3Gi'",
    );
  });
});

describe('GPUs that are shared', () => {
  const shared = pool('shared', { gpus: { count: 1, sharing: { timeSlicing: { replicas: 4, renamed: true } } } });
  const mig = pool('mig', {
    gpus: { count: 1, sharing: { mig: { gpu: 'A100-40GB', slices: { '3g.20gb': 1, '1g.5gb': 2, '1g.5gb+me': 1 } } } },
  });

  test('one GPU of a time-sliced pool is a share, and there are no two', () => {
    expect(schedule(cuda(), { pools: [shared] })).toMatchObject({
      gpu: { shared: true },
      amounts: { limits: { 'nvidia.com/gpu.shared': '1' } },
    });
    expect(() => schedule(cuda({ 'mlm:accelerator_count': 2 }), { pools: [shared] })).toThrow(
      "'mlm:accelerator_count' must be 1 on pool 'shared', which shares its GPUs, got 2",
    );
  });

  test('the smallest MIG slice that has room for the model', () => {
    const slice = (bytes: number) => schedule(cuda({ 'mlm:memory_size': bytes }), { pools: [mig] }).gpu;
    expect(slice(1e9)).toEqual({ mig: '1g.5gb', count: 1 });
    expect(slice(9e9)).toEqual({ mig: '3g.20gb', count: 1 });
    expect(() => slice(30e9)).toThrow("pool 'mig': ");
    expect(() => schedule(cuda(), { pools: [mig] })).toThrow(
      "'mlm:memory_size' must say which MIG slice of pool 'mig' it needs",
    );
  });
});
