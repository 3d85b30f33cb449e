import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import {
  type NvidiaDevicePluginProps,
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
