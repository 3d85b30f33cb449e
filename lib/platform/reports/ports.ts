import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
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
export function localUrl(port: Pick<ForwardedPort, 'url' | 'local'>): string {
  requireKnownProps('localUrl()', { port }, 'port:object');
  const { url, local } = port;
  requireKnownProps('localUrl()', { url, local }, 'url? local:number', 'port');
  return url ?? `http://localhost:${local}`;
}

/** A Markdown table of forwarded ports, in the order given. */
export function portTable(ports: readonly ForwardedPort[]): string {
  requireKnownProps('portTable()', { ports }, 'ports:object[]');
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
export function portForwardArguments(forwarded: ForwardedPort, options: KubectlOptions = {}): string[] {
  requireKnownProps('portForwardArguments()', forwarded, 'name local:number namespace service port:number url?');
  requireKnownProps('portForwardArguments()', options, 'context?', 'options');
  const { namespace, service, local, port } = forwarded;
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
  requireKnownProps('requireForwardedPorts()', { ports, taken }, 'ports:object[] taken:object[]');
  const names = new Set<string>();
  const locals = new Map(taken.map(({ hostPort }) => [hostPort, 'the kind cluster']));
  for (const forwarded of ports) {
    const { name, local, namespace, service, port, url } = forwarded;
    const location = `forwarded port '${name}'`;
    requireKnownProps(location, forwarded, 'name local:number namespace service port:number url?');
    requireDnsLabel(location, 'name', name);
    requireProp(!names.has(name), location, 'name', 'be used once', name);
    requirePort(location, 'local', local);
    const owner = locals.get(local);
    requireProp(owner === undefined, location, 'local', `be a port of its own (${owner} has it already)`, local);
    requireDnsLabel(location, 'namespace', namespace);
    requireServiceName(location, 'service', service);
    requirePort(location, 'port', port);
    requireProp(url === undefined || /^[^\s|]+$/.test(url), location, 'url', "have no spaces and no '|'", url);
    names.add(name);
    locals.set(local, `'${name}'`);
  }
}
