import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import { requireDnsLabel, requirePort, requireServiceName } from '../../kube/objects/names';
import { type KubectlOptions, kubectlOptions } from './kubectl';
import { markdownTable } from './table';

/** A port of a Service that `kubectl port-forward` makes reachable on the machine that runs it. */
export interface ForwardedPort {
  /** What is behind it, in messages and tables: `zenml`. */
  readonly name: string;
  /** Port of localhost. */
  readonly local: number;
  readonly namespace: string;
  /** Name of the Service. */
  readonly service: string;
  /** Port of the Service, which need not be that of its pods. */
  readonly port: number;
  /**
   * What a client or a browser is given.
   * @default - `http://localhost:<local>`
   */
  readonly url?: string;
}

/** What a client or a browser is given for a forwarded port. */
export function localUrl({ url, local }: Pick<ForwardedPort, 'url' | 'local'>): string {
  return url ?? `http://localhost:${local}`;
}

/** A Markdown table of forwarded ports, in the order given. */
export function portTable(ports: readonly ForwardedPort[]): string {
  requireForwardedPorts(ports);
  const rows = ports.map((port) => [
    port.name,
    localUrl(port),
    `\`${port.namespace}\``,
    `\`svc/${port.service}:${port.port}\``,
  ]);
  return `${markdownTable(['What', 'Open', 'Namespace', 'Service'], rows, true)}\n`;
}

/** The arguments of `kubectl` that forward one port. It runs until it is stopped. */
export function portForwardArguments(
  { namespace, service, local, port }: ForwardedPort,
  options: KubectlOptions = {},
): string[] {
  return [...kubectlOptions(options), '-n', namespace, 'port-forward', `svc/${service}`, `${local}:${port}`];
}

/**
 * Checks that ports can all be forwarded at the same time.
 * @param taken - ports of the machine that something else listens on, such as the port mappings of a kind cluster
 */
export function requireForwardedPorts(
  ports: readonly ForwardedPort[],
  taken: readonly { readonly hostPort: number }[] = [],
): void {
  const names = new Set<string>();
  const locals = new Map(taken.map(({ hostPort }) => [hostPort, 'the kind cluster']));
  for (const { name, local, namespace, service, port, url } of ports) {
    const place: ErrorLocation = `forwarded port '${name}'`;
    requireDnsLabel(place, 'name', name);
    requireProp(!names.has(name), place, 'name', 'be used once', name);
    requirePort(place, 'local', local);
    const owner = locals.get(local);
    requireProp(owner === undefined, place, 'local', `be a port of its own (${owner} has it already)`, local);
    requireDnsLabel(place, 'namespace', namespace);
    requireServiceName(place, 'service', service);
    requirePort(place, 'port', port);
    requireProp(url === undefined || /^[^\s|]+$/.test(url), place, 'url', "have no spaces and no '|'", url);
    names.add(name);
    locals.set(local, `'${name}'`);
  }
}
