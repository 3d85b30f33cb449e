import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { type MetricsServerProps, metricsServerValues } from '../../../lib/platform/cluster/add-on-values';
import { infraPool, leftovers, mirroredScope, scope } from '../releases/samples';

const allProps: Required<MetricsServerProps> = {
  kubeletInsecureTls: true,
  replicas: 2,
  resources: {
    requests: { cpu: Cpu.millis(200), memory: Size.mebibytes(300) },
    limits: { cpu: Cpu.units(1), memory: Size.mebibytes(600) },
  },
  image: 'example.org/metrics:1.0',
  nodePool: infraPool,
};

describe('the values of metrics-server', () => {
  test('check the certificates of kubelets, unless told not to', () => {
    expect(metricsServerValues(scope()).args).toBeUndefined();
    expect(metricsServerValues(scope(), { kubeletInsecureTls: true }).args).toEqual(['--kubelet-insecure-tls']);
  });

  test('limit what the chart leaves without limits', () => {
    expect(metricsServerValues(scope()).resources.limits).toEqual({ cpu: '500m', memory: '400Mi' });
  });

  test('take every prop', () => {
    expect(metricsServerValues(scope(), allProps)).toEqual({
      image: { repository: 'example.org/metrics', tag: '1.0' },
      replicas: 2,
      args: ['--kubelet-insecure-tls'],
      resources: { requests: { cpu: '200m', memory: '300Mi' }, limits: { cpu: '1', memory: '600Mi' } },
      nodeSelector: infraPool.selector,
      tolerations: infraPool.tolerations,
    });
  });

  test('take the image from the registry of the environment, with its pull Secrets', () => {
    const { image, imagePullSecrets } = metricsServerValues(mirroredScope());
    expect(image.repository).toBe('registry.example.org/mirror/metrics-server/metrics-server');
    expect(imagePullSecrets).toEqual([{ name: 'mirror-login' }]);
  });

  test('hold nothing undefined, null or empty', () => {
    expect(leftovers(metricsServerValues(scope()))).toEqual([]);
  });
});
