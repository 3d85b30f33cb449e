import { InvalidPropError, oneOf } from '../objects/errors';
import { selectedPods } from '../objects/inventory';
import type { Peer, PodPort, Pods } from './peers';

/**
 * The numbers of ports of a finished tree: not every network plug-in knows the names of ports of others.
 * @throws InvalidPropError for a name that no container of the pods has
 */
export function portNumbers(to: Peer, ports: readonly PodPort[]): readonly number[] {
  return ports.flatMap((port) =>
    typeof port === 'number' ? port : to.type === 'pods' ? namedPort(to.pods, port) : [],
  );
}

function namedPort({ scope, selector }: Pods, name: string): number[] {
  const all = selectedPods(scope, selector)
    .flatMap(({ template }) => template.spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports);
  const numbers = all.filter((port) => port.name === name).map(({ containerPort }) => containerPort);
  if (numbers.length > 0) return [...new Set(numbers)];
  const names = [...new Set(all.flatMap((port) => port.name ?? []))];
  throw new InvalidPropError(scope, 'ports', `${oneOf(names)}, as its containers call them, or a number`, name);
}
