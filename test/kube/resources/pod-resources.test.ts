import { k8s } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountString,
  podUsage,
  quantityMillis,
  quotaAmounts,
  quotaRefusals,
} from '../../../lib/kube/resources/pod-resources';

const millis = (text: string) => quantityMillis(k8s.Quantity.fromString(text));

function amounts(texts: Record<string, string>): Record<string, k8s.Quantity> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
}

function container(
  name: string,
  requests: Record<string, string> = {},
  limits: Record<string, string> = {},
  restartPolicy?: string,
): k8s.Container {
  return { name, resources: { requests: amounts(requests), limits: amounts(limits) }, restartPolicy };
}

describe('quantityMillis', () => {
  test.each([
    ['2', 2000n],
    ['0', 0n],
    ['500m', 500n],
    ['0.5', 500n],
    ['.5', 500n],
    ['1.', 1000n],
    ['100u', 1n],
    ['1n', 1n],
    ['0.0001', 1n],
    ['2k', 2_000_000n],
    ['1M', 1_000_000_000n],
    ['1G', 1_000_000_000_000n],
    ['1T', 1_000_000_000_000_000n],
    ['1P', 1_000_000_000_000_000_000n],
    ['1E', 1_000_000_000_000_000_000_000n],
    ['1E3', 1_000_000n],
    ['1e3', 1_000_000n],
    ['12e-1', 1200n],
    ['1Ki', 1_024_000n],
    ['1.5Gi', 1_610_612_736_000n],
    ['0.1Ki', 102_400n],
    ['3Ti', 3_298_534_883_328_000n],
    ['1Ei', 1_152_921_504_606_846_976_000n],
  ])('%s is %s thousandths', (text, expected) => expect(millis(text)).toBe(expected));

  test('a number is a quantity too', () => expect(quantityMillis(k8s.Quantity.fromNumber(1.5))).toBe(1500n));

  test.each(['', '.', '1 Gi', '-1', '1gi', 'Gi', '1e', '1.5.2', '1kk'])('%j is not a quantity', (text) =>
    expect(() => millis(text)).toThrow("Quantity: 'value' must be a quantity from 0"),
  );

  test('what amountString writes reads back as the same amount', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('limits.cpu', 'requests.memory', 'pods', 'requests.nvidia.com/gpu', 'hugepages-2Mi'),
        fc.bigInt({ min: 0n, max: 2n ** 70n }),
        fc.constantFrom(1n, 1000n, 1024_000n, 1024n ** 3n * 1000n),
        (key, count, unit) => millis(amountString(key, count * unit)) === count * unit,
      ),
    );
  });

  test('amountString is the canonical form of the API server', () => {
    expect(amountString('limits.cpu', 14_000n)).toBe('14');
    expect(amountString('limits.cpu', 1_500n)).toBe('1500m');
    expect(amountString('limits.memory', millis('21504Mi'))).toBe('21Gi');
    expect(amountString('limits.memory', millis('1500M'))).toBe('1500000000');
    expect(amountString('requests.nvidia.com/gpu', 1_024_000n)).toBe('1024');
  });
});

describe('podUsage', () => {
  test('containers add up, requests and limits on their own', () => {
    const pod = {
      containers: [
        container('server', { cpu: '500m', memory: '1Gi' }, { cpu: '2', memory: '3Gi' }),
        container('proxy', { cpu: '100m', memory: '64Mi' }, { memory: '128Mi' }),
      ],
    };
    expect(podUsage(pod)).toEqual({
      ...quotaAmounts(amounts({ pods: '1', 'count/pods': '1' })),
      ...quotaAmounts(amounts({ cpu: '600m', 'requests.cpu': '600m', 'limits.cpu': '2' })),
      ...quotaAmounts(amounts({ memory: '1088Mi', 'requests.memory': '1088Mi', 'limits.memory': '3200Mi' })),
    });
  });

  test('an init container counts where it needs more than all containers together', () => {
    const containers = [container('a', { cpu: '1' }), container('b', { cpu: '1' })];
    const usage = (init: string) => podUsage({ containers, initContainers: [container('init', { cpu: init })] });
    expect(usage('1500m')['requests.cpu']).toBe(2000n);
    expect(usage('3')['requests.cpu']).toBe(3000n);
  });

  test('init containers run beside the sidecars before them, containers beside all sidecars', () => {
    const sidecar = (name: string, cpu: string) => container(name, { cpu }, {}, 'Always');
    const initContainers = [
      container('first', { cpu: '3' }),
      sidecar('one', '1'),
      container('second', { cpu: '2500m' }),
      sidecar('two', '1'),
    ];
    const usage = (cpu: string) => podUsage({ containers: [container('main', { cpu })], initContainers });
    expect(usage('100m')['requests.cpu']).toBe(3500n);
    expect(usage('2')['requests.cpu']).toBe(4000n);
  });

  test('the overhead of the runtime is added once, and to no limit that is not set', () => {
    const pod = { containers: [container('a', { cpu: '1' }, { memory: '1Gi' })], overhead: amounts({ cpu: '250m' }) };
    expect(podUsage(pod)['requests.cpu']).toBe(1250n);
    expect(podUsage(pod)['limits.cpu']).toBeUndefined();
  });

  test('extended resources are charged under requests only, huge pages under both names', () => {
    const pod = { containers: [container('a', {}, { 'nvidia.com/gpu': '2', 'hugepages-2Mi': '4Mi' })] };
    expect(Object.keys(podUsage(pod)).sort()).toEqual([
      'count/pods',
      'hugepages-2Mi',
      'pods',
      'requests.hugepages-2Mi',
      'requests.nvidia.com/gpu',
    ]);
    expect(podUsage(pod)['requests.nvidia.com/gpu']).toBe(2000n);
  });

  test('a limit without a request is a request too', () => {
    expect(podUsage({ containers: [container('a', {}, { cpu: '2' })] })['requests.cpu']).toBe(2000n);
  });

  test('what a container does not say comes from the LimitRange', () => {
    const defaults = {
      default: amounts({ cpu: '500m', memory: '512Mi' }),
      defaultRequest: amounts({ cpu: '100m' }),
    };
    const usage = podUsage(
      { containers: [container('silent'), container('loud', { cpu: '1' }, { cpu: '1' })] },
      defaults,
    );
    expect(usage['requests.cpu']).toBe(1100n);
    expect(usage['limits.cpu']).toBe(1500n);
    // Without a default request the default limit is one.
    expect(usage['requests.memory']).toBe(millis('1Gi'));
  });
});

describe('quotaRefusals', () => {
  const keys = ['requests.cpu', 'limits.cpu', 'pods', 'requests.nvidia.com/gpu', 'requests.storage'];

  test('a quota on CPU refuses containers that do not set it, init containers too', () => {
    const pod = {
      containers: [container('server', { cpu: '1' }, { cpu: '1' })],
      initContainers: [container('wait', { cpu: '10m' })],
    };
    expect(quotaRefusals(pod, keys)).toEqual([
      "container 'wait' sets no limits.cpu and the namespace has no default for it",
    ]);
    expect(quotaRefusals(pod, keys, { default: amounts({ cpu: '1' }) })).toEqual([]);
  });

  test('a default limit below the request of a container is refused', () => {
    const pod = { containers: [container('server', { cpu: '2' })] };
    expect(quotaRefusals(pod, keys, { default: amounts({ cpu: '500m' }) })).toEqual([
      "container 'server' requests 2 cpu and its limit is the default of the namespace, 500m",
    ]);
  });
});
