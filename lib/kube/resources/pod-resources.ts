import type { k8s } from 'cdk8s-plus-28';
import { requireProp } from '../objects/errors';

/**
 * Amounts by the key of a ResourceQuota (`requests.cpu`, `limits.memory`, `pods`, `requests.nvidia.com/gpu`), in
 * thousandths of a core, a byte, a pod or a device. The API server rounds to the same thousandths, so they are exact.
 */
export type QuotaAmounts = Readonly<Record<string, bigint>>;

/** Defaults of a LimitRange for containers: its item of type `Container`. */
export type ContainerDefaults = Pick<k8s.LimitRangeItem, 'default' | 'defaultRequest'>;

type Quantities = Readonly<Record<string, k8s.Quantity>>;

type Amounts = Readonly<Record<string, bigint>>;

const QUANTITY = /^\+?(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The thousandths of a quantity, a part of one counted as one, as the API server rounds it. */
export function quantityMillis({ value }: k8s.Quantity): bigint {
  const text = String(value);
  const [, whole = '', fraction = '', suffix = ''] = QUANTITY.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  requireProp(digits !== '', 'Quantity', 'value', "be a quantity from 0, such as '500m', '2' or '1.5Gi'", text);
  const binary = suffix === '' ? -1 : BINARY.indexOf(suffix);
  const exponent = /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (DECIMAL.indexOf(suffix) - 3) * 3;
  const tens = (binary < 0 ? exponent : 0) + 3 - fraction.length;
  const factor = binary < 0 ? 1n : 1024n ** BigInt(binary);
  const amount = BigInt(digits) * factor;
  if (tens >= 0) return amount * 10n ** BigInt(tens);
  const divisor = 10n ** BigInt(-tens);
  return (amount + divisor - 1n) / divisor;
}

/** An amount of a quota key as Kubernetes writes it: `21Gi`, `500m`, `14`. */
export function amountString(key: string, millis: bigint): string {
  if (millis % 1000n !== 0n) return `${millis}m`;
  let amount = millis / 1000n;
  if (!/^((requests|limits)\.)?(memory|ephemeral-storage|storage|hugepages-.*)$/.test(key)) return String(amount);
  let unit = 0;
  while (unit < BINARY.length - 1 && amount !== 0n && amount % 1024n === 0n) {
    amount /= 1024n;
    unit += 1;
  }
  return `${amount}${BINARY[unit]}`;
}

/**
 * What a ResourceQuota charges for one pod while it is neither succeeded nor failed: the larger of what its containers
 * and sidecars need together and what any init container needs beside the sidecars that started before it, and the
 * overhead of its runtime. Extended resources are charged under `requests.` only.
 */
export function podUsage(pod: k8s.PodSpec, defaults: ContainerDefaults = {}): QuotaAmounts {
  const containers = pod.containers.map((container) => admitted(container, defaults));
  const inits = (pod.initContainers ?? []).map((container) => ({
    ...admitted(container, defaults),
    sidecar: container.restartPolicy === 'Always',
  }));
  const overhead = quotaAmounts(pod.overhead);
  const usage: Record<string, bigint> = { pods: 1000n, 'count/pods': 1000n };
  for (const field of ['requests', 'limits'] as const) {
    let started: Amounts = {};
    let peak: Amounts = {};
    for (const init of inits) {
      const beside = sum(started, init[field]);
      peak = largest(peak, beside);
      if (init.sidecar) started = beside;
    }
    const running = containers.reduce((total, container) => sum(total, container[field]), started);
    for (const [resource, amount] of Object.entries(largest(peak, running))) {
      for (const key of quotaKeys(field, resource)) usage[key] = amount + (overhead[resource] ?? 0n);
    }
  }
  return usage;
}

/**
 * Why the API server refuses a pod in a namespace with a quota on `keys`, however much of the quota is left: a quota on
 * CPU or memory wants every container to set it, and a default limit may be below what a container requests.
 */
export function quotaRefusals(
  pod: k8s.PodSpec,
  keys: readonly string[],
  defaults: ContainerDefaults = {},
): readonly string[] {
  return [...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => {
    const { requests, limits } = admitted(container, defaults);
    const set = new Set([...keysOf('requests', requests), ...keysOf('limits', limits)]);
    const missing = keys.filter((key) => /^((requests|limits)\.)?(cpu|memory)$/.test(key) && !set.has(key));
    const above = Object.keys(limits).filter((resource) => (requests[resource] ?? 0n) > (limits[resource] ?? 0n));
    return [
      ...missing.map((key) => `container '${container.name}' sets no ${key} and the namespace has no default for it`),
      ...above.map((resource) => {
        const [request, limit] = [requests[resource] ?? 0n, limits[resource] ?? 0n];
        return `container '${container.name}' requests ${amountString(resource, request)} ${resource} and its limit is the default of the namespace, ${amountString(resource, limit)}`;
      }),
    ];
  });
}

/** Requests and limits of a container as the quota sees them, after the API server's defaults and the LimitRange's. */
function admitted(container: k8s.Container, defaults: ContainerDefaults): { requests: Amounts; limits: Amounts } {
  const limits = quotaAmounts(container.resources?.limits);
  const defaultLimits = quotaAmounts(defaults.default);
  return {
    limits: { ...defaultLimits, ...limits },
    requests: {
      ...defaultLimits,
      ...quotaAmounts(defaults.defaultRequest),
      ...limits,
      ...quotaAmounts(container.resources?.requests),
    },
  };
}

function quotaKeys(field: 'requests' | 'limits', resource: string): string[] {
  const native = ['cpu', 'memory', 'ephemeral-storage'].includes(resource);
  if (field === 'limits') return native ? [`limits.${resource}`] : [];
  return native || resource.startsWith('hugepages-') ? [resource, `requests.${resource}`] : [`requests.${resource}`];
}

function keysOf(field: 'requests' | 'limits', amounts: Amounts): string[] {
  return Object.keys(amounts).flatMap((resource) => quotaKeys(field, resource));
}

/** Quantities as amounts: the hard limits of a quota, what a container asks for. */
export function quotaAmounts(quantities: Quantities = {}): QuotaAmounts {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, quantityMillis(quantity)]));
}

function sum(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => x + y);
}

function largest(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => (x > y ? x : y));
}

function combine(a: Amounts, b: Amounts, combined: (x: bigint, y: bigint) => bigint): Amounts {
  return Object.fromEntries(Object.keys({ ...a, ...b }).map((key) => [key, combined(a[key] ?? 0n, b[key] ?? 0n)]));
}
