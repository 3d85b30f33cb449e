import type { k8s } from 'cdk8s-plus-28';
import { type ErrorLocation, InvalidPropError } from '../objects/errors';
import { amountString, podUsage } from '../resources/pod-resources';
import { cpuMillis, sizeBytes } from '../resources/quantities';
import type { NodePool } from './node-pools';

/** Checks that an empty node of its pool has room for a pod: otherwise it could never be scheduled. */
export function requireNodeFit(location: ErrorLocation, prop: string, pod: k8s.PodSpec, pool: NodePool): void {
  const { cpu, memory } = pool.capacity;
  const has = { cpu: BigInt(cpuMillis(cpu)), memory: BigInt(sizeBytes(memory)) * 1000n };
  const usage = podUsage(pod);
  for (const resource of ['cpu', 'memory'] as const) {
    const needs = usage[`requests.${resource}`] ?? 0n;
    if (needs <= has[resource]) continue;
    throw new InvalidPropError(
      location,
      `${prop}.requests.${resource}`,
      `be at most the ${amountString(resource, has[resource])} of a node of pool '${pool.name}', for all containers of a pod together`,
      amountString(resource, needs),
    );
  }
}
