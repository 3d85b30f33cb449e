import { selectedPods } from '../objects/inventory';
import type { Peer, PodPort, Pods } from './network';

/** The numbers of ports of a finished tree: not every network plug-in knows the names of ports of others. */
export function portNumbers(to: Peer, ports: readonly PodPort[]): readonly number[] {
  return ports.flatMap((port) =>
    typeof port === 'number' ? port : to.type === 'pods' ? namedPort(to.pods, port) : [],
  );
}

function namedPort({ scope, selector }: Pods, name: string): number[] {
  const numbers = selectedPods(scope, selector)
    .flatMap(({ template }) => template.spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports.filter((port) => port.name === name))
    .map(({ containerPort }) => containerPort);
  return [...new Set(numbers)];
}
