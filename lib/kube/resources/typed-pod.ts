import { k8s } from 'cdk8s-plus-28';
import type { Manifest } from '../objects/serialization';

/** What a pod asks for, read from the spec of a manifest. */
export function typedPod({ containers, initContainers = [], overhead }: Manifest): k8s.PodSpec {
  return {
    containers: containers.map(typedContainer),
    initContainers: initContainers.map(typedContainer),
    overhead: overhead && typedQuantities(overhead),
  };
}

/** Quantities of a manifest, which are texts or numbers there. */
export function typedQuantities(amounts: Readonly<Record<string, string | number>>): Record<string, k8s.Quantity> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(String(amount))]),
  );
}

function typedContainer({ name, restartPolicy, resources = {} }: Manifest): k8s.Container {
  const { requests = {}, limits = {} } = resources;
  return { name, restartPolicy, resources: { requests: typedQuantities(requests), limits: typedQuantities(limits) } };
}
