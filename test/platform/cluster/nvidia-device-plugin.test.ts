import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type NvidiaDevicePluginProps,
  needsDevicePlugin,
  nvidiaDevicePluginValues,
} from '../../../lib/platform/cluster/nvidia-device-plugin';
import { nodePool } from '../../support/samples';
import { gpuPool, infraPool, leftovers, mirroredScope, scope } from '../releases/samples';

const inferencePool = nodePool({
  name: 'inference',
  labels: { 'fair.dev/role': 'inference' },
  taints: [
    { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
    { key: 'fair.dev/inference', value: 'true', effect: 'NoExecute' },
  ],
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});
const allProps: Required<NvidiaDevicePluginProps> = {
  nodePools: [gpuPool],
  deviceDiscovery: 'auto',
  resources: {
    requests: { cpu: Cpu.millis(10), memory: Size.mebibytes(32) },
    limits: { cpu: Cpu.millis(20), memory: Size.mebibytes(64) },
  },
  image: 'example.org/plugin:1.0',
};

describe('the values of the NVIDIA device plug-in', () => {
  test('select the pool by its own labels and tolerate every taint of it', () => {
    const { affinity, tolerations } = nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool] });
    expect(affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
      { matchExpressions: [{ key: 'fair.dev/role', operator: 'In', values: ['train'] }] },
    ]);
    expect(tolerations).toEqual([
      { key: 'fair.dev/training', operator: 'Equal', value: 'true', effect: 'NoSchedule' },
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });

  test('take the nodes of several pools, and a taint that they share once', () => {
    const { affinity, tolerations } = nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool, inferencePool] });
    const { nodeSelectorTerms } = affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(nodeSelectorTerms.map(({ matchExpressions }) => matchExpressions[0]?.values)).toEqual([
      ['train'],
      ['inference'],
    ]);
    expect(tolerations?.map(({ key }) => key)).toEqual(['fair.dev/training', 'nvidia.com/gpu', 'fair.dev/inference']);
  });

  test('name the RuntimeClass of the pool, where it has one', () => {
    expect(nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool] }).runtimeClassName).toBe('nvidia');
    const plain = nodePool({ gpus: { count: 1 } });
    expect(nvidiaDevicePluginValues(scope(), { nodePools: [plain] })).not.toHaveProperty('runtimeClassName');
  });

  test('hand on how GPUs are shared', () => {
    const sharing = { timeSlicing: { replicas: 4, renamed: true } } as const;
    const { config } = nvidiaDevicePluginValues(scope(), { nodePools: [nodePool({ gpus: { count: 1, sharing } })] });
    expect(config?.default).toBe('default');
    expect(parse(config?.map.default ?? '')).toEqual({
      version: 'v1',
      sharing: {
        timeSlicing: {
          renameByDefault: true,
          failRequestsGreaterThanOne: true,
          resources: [{ name: 'nvidia.com/gpu', replicas: 4 }],
        },
      },
    });
    expect(nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool] })).not.toHaveProperty('config');
  });

  test('tell the nodes of pools apart that share GPUs in several ways, by their label', () => {
    const key = 'nvidia.com/device-plugin.config';
    const mig = { gpu: 'A100-40GB', slices: { '1g.5gb': 7 }, strategy: 'single' } as const;
    const sliced = nodePool({ name: 'sliced', labels: { [key]: 'sliced' }, gpus: { count: 1, sharing: { mig } } });
    const whole = nodePool({ name: 'whole', gpus: { count: 1 } });
    const { config } = nvidiaDevicePluginValues(scope(), { nodePools: [whole, sliced] });
    expect(config?.default).toBe('default');
    expect(parse(config?.map.default ?? '')).toEqual({ version: 'v1' });
    expect(parse(config?.map.sliced ?? '')).toEqual({ version: 'v1', flags: { migStrategy: 'single' } });
  });

  test('fails for pools that share GPUs in several ways without such a label', () => {
    const shared = nodePool({ name: 'shared', gpus: { count: 1, sharing: { timeSlicing: { replicas: 2 } } } });
    const whole = nodePool({ name: 'whole', gpus: { count: 1 } });
    expect(() => nvidiaDevicePluginValues(scope(), { nodePools: [whole, shared] })).toThrow(
      "'nodePools' must give nodes that share GPUs in another way a label 'nvidia.com/device-plugin.config' of their own, got 'shared'",
    );
  });

  test.each([
    ['has a RuntimeClass', { count: 1, runtimeClassName: 'nvidia' }, true],
    ['shares its GPUs', { count: 1, sharing: { timeSlicing: { replicas: 2 } } }, true],
    ['has GPUs of a node group that brings the plugin', { count: 1 }, false],
    ['leaves the plugin to the cluster', { count: 1, runtimeClassName: 'nvidia', devicePlugin: 'cluster' }, false],
  ] as const)('are written by the platform where a pool %s: %#', (_, gpus, expected) => {
    expect(needsDevicePlugin(nodePool({ gpus }))).toBe(expected);
  });

  test('take every prop', () => {
    expect(nvidiaDevicePluginValues(scope(), allProps)).toMatchObject({
      image: { repository: 'example.org/plugin', tag: '1.0' },
      deviceDiscoveryStrategy: 'auto',
      resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '20m', memory: '64Mi' } },
    });
  });

  test('find GPUs by NVML, and take the image from the registry of the environment', () => {
    const { deviceDiscoveryStrategy, image, imagePullSecrets } = nvidiaDevicePluginValues(mirroredScope(), {
      nodePools: [gpuPool],
    });
    expect(deviceDiscoveryStrategy).toBe('nvml');
    expect(image.repository).toBe('registry.example.org/mirror/nvidia/k8s-device-plugin');
    expect(imagePullSecrets).toEqual([{ name: 'mirror-login' }]);
  });

  test('hold nothing undefined, null or empty', () => {
    expect(leftovers(nvidiaDevicePluginValues(scope(), { nodePools: [nodePool({ gpus: { count: 1 } })] }))).toEqual([]);
  });

  test('fails on a pool without GPUs', () => {
    expect(() => nvidiaDevicePluginValues(scope(), { nodePools: [infraPool] })).toThrow(
      "fair: 'nodePools' must have GPUs, got 'infra'",
    );
  });

  test('fails where pools have different RuntimeClasses: the chart takes one', () => {
    const other = nodePool({ name: 'other', gpus: { count: 1 } });
    expect(() => nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool, other] })).toThrow(
      "'nodePools' must share one RuntimeClass, or have none, got 'nvidia, (none)'",
    );
  });
});
