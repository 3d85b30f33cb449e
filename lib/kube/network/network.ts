import { Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { InvalidPropError, requireProp } from '../objects/errors';
import { serviceHost } from '../objects/inventory';
import { requireKnownProps } from '../objects/known-props';
import { type Identity, selectorLabels } from '../objects/labels';
import { requirePort } from '../objects/names';
import { perApp } from '../objects/per-app';
import { type Address, clusterName } from './addresses';
import { clusterSettings } from './cluster-settings';
import type { RouteExposure } from './exposure';
import {
  type Edge,
  type ExternalPods,
  type ExternalServer,
  externalPeer,
  type Peer,
  type PodPort,
  type Pods,
  podsPeer,
  requirePorts,
  requireServer,
  type Server,
} from './peers';

type PolicyWriter = (pods: Pods) => void;

interface Network {
  readonly edges: Map<string, Edge>;
  /** Those that begin or end at pods of a chart. */
  readonly edgesOfCharts: Map<Chart, Edge[]>;
  readonly servers: Map<string, Server | ExternalServer>;
  readonly isolated: Map<Chart, PolicyWriter>;
}

const networkOf = perApp(
  'network',
  (): Network => ({ edges: new Map(), edgesOfCharts: new Map(), servers: new Map(), isolated: new Map() }),
);

/** The pods of a workload. */
export function podsOf(scope: Construct, identity: Identity): Pods {
  return { scope, name: identity.instance, selector: selectorLabels(scope, identity) };
}

/** Every connection of the app that `scope` is in, in the order of declaration. */
export function edges(scope: IConstruct): readonly Edge[] {
  return [...networkOf(scope).edges.values()];
}

/** The connections that begin or end at pods of a chart, in the order of declaration. */
export function edgesOf(chart: Chart): readonly Edge[] {
  return networkOf(chart).edgesOfCharts.get(chart) ?? [];
}

/** Registers a Service, so that connections to its address lead to its pods. */
export function recordServer(server: Server): void {
  requireServer('recordServer()', server);
  podsPeer('pods', server.pods);
  networkOf(server.pods.scope).servers.set(server.host, server);
}

/**
 * Registers a Service of another app, before its clients are created: without it a connection to its host opens egress
 * to all ports of all pods of its namespace.
 */
export function recordExternalServer(scope: IConstruct, server: ExternalServer): void {
  requireProp(Construct.isConstruct(scope), 'recordExternalServer()', 'scope', 'be a construct', scope);
  requireServer('recordExternalServer()', server);
  externalPeer(scope, 'pods', server.pods);
  for (const { podPort } of server.ports) requirePort(scope, 'ports.podPort', podPort);
  networkOf(scope).servers.set(server.host, server);
}

/**
 * Isolates the pods of a chart: only declared connections are allowed, to them and from them.
 * @param write - called for pods of which a connection is declared, before and after this
 */
export function recordIsolation(chart: Chart, write: PolicyWriter): void {
  networkOf(chart).isolated.set(chart, write);
  for (const pods of edgesOf(chart).flatMap(podsAtEnds)) if (Chart.of(pods.scope) === chart) write(pods);
}

/** Whether only declared connections of the pods of a chart are allowed. */
export function isIsolated(chart: Chart): boolean {
  return networkOf(chart).isolated.has(chart);
}

/** Allows connections from pods to addresses: egress of the pods, and ingress of the servers. */
export function connect(client: Pods, ...addresses: readonly Address[]): void {
  const from = podsPeer('client', client);
  for (const address of addresses) declare(client.scope, { from, ...destinationOf(client.scope, address) });
}

/** Allows ingress from external pods at an address; their egress is up to their owner. */
export function connectExternal(scope: Construct, client: ExternalPods, address: Address): void {
  declare(scope, { from: externalPeer(scope, 'client', client), ...destinationOf(scope, address) });
}

/** Allows ingress from pods, and their egress, where they have no connection object. */
export function allowIngress(server: Pods, ports: readonly PodPort[], from: Pods | ExternalPods): void {
  const to = podsPeer('server', server);
  const { scope } = server;
  const isPods = typeof from === 'object' && from !== null && 'scope' in from;
  const peer = isPods ? podsPeer('from', from) : externalPeer(scope, 'from', from);
  declare(scope, { from: peer, to, ports: requirePorts(scope, ports) });
}

/** Allows ingress from any address: clients of a node port have no labels. */
export function allowIngressFromAnywhere(server: Pods, ports: readonly PodPort[]): void {
  const to = podsPeer('server', server);
  declare(server.scope, { from: { type: 'anywhere' }, to, ports: requirePorts(server.scope, ports) });
}

/** Allows ingress from the proxies that a route leads through: from any address where the cluster's are not known. */
export function allowIngressFromRoute(server: Pods, ports: readonly PodPort[], type: RouteExposure['type']): void {
  requireKnownProps('allowIngressFromRoute()', { type }, 'type:Ingress|HTTPRoute');
  const { scope } = podsPeer('server', server).pods;
  const { ingressController, gateway } = clusterSettings(scope);
  const proxy = type === 'Ingress' ? ingressController : gateway;
  if (proxy === undefined) allowIngressFromAnywhere(server, ports);
  else allowIngress(server, ports, proxy);
}

/** Allows egress to the API server. */
export function allowApiServer(client: Pods): void {
  const from = podsPeer('client', client);
  declare(client.scope, { from, to: { type: 'apiServer' }, ports: clusterSettings(client.scope).apiServerPorts });
}

/** Allows egress to the internet by HTTPS. */
export function allowInternetEgress(client: Pods): void {
  const from = podsPeer('client', client);
  declare(client.scope, { from, to: { type: 'internet' }, ports: [443] });
}

/** Allows every connection of pods that share a namespace with a chart and are of another app. */
export function allowEverything(pods: Pods): void {
  const own = podsPeer('pods', pods);
  declare(pods.scope, { from: own, to: { type: 'anywhere' }, ports: [] });
  declare(pods.scope, { from: { type: 'anywhere' }, to: own, ports: [] });
}

function declare(scope: IConstruct, edge: Edge): void {
  const { edges, edgesOfCharts, isolated } = networkOf(scope);
  const key = JSON.stringify([peerKey(edge.from), peerKey(edge.to), edge.ports]);
  if (edges.has(key)) return;
  const ends = podsAtEnds(edge);
  for (const pods of ends) {
    const same = pods.scope.node.root === scope.node.root;
    requireProp(same, scope, 'pods', 'be of this app (those of others are { namespace, selector })', pods.name);
  }
  edges.set(key, edge);
  for (const chart of new Set(ends.map((pods) => Chart.of(pods.scope)))) {
    const others = edgesOfCharts.get(chart);
    if (others === undefined) edgesOfCharts.set(chart, [edge]);
    else others.push(edge);
  }
  for (const pods of ends) isolated.get(Chart.of(pods.scope))?.(pods);
}

function podsAtEnds({ from, to }: Edge): Pods[] {
  return [from, to].flatMap((peer) => (peer.type === 'pods' ? peer.pods : []));
}

/** The server behind a DNS name, in any form that pods of the namespace of `scope` resolve. */
export function serverAt(scope: Construct, host: string): Server | ExternalServer | undefined {
  const { servers } = networkOf(scope);
  return (
    servers.get(clusterName(host)?.host ?? host) ?? servers.get(`${host}.svc`) ?? servers.get(serviceHost(scope, host))
  );
}

/**
 * Hosts of the cluster without a registered server, with their clients. In a namespace of the app such a host is an error
 * where either end is isolated: its connection would open every pod there.
 */
const unknownHosts = perApp('unknown-hosts', (root) => {
  const hosts: { readonly scope: Construct; readonly host: string; readonly namespace: string }[] = [];
  root.node.addValidation({
    validate: () => {
      if (hosts.length === 0) return [];
      const charts = root.node.findAll().filter(Chart.isChart);
      const own = new Set(charts.map((chart) => chart.namespace));
      const isolated = new Set(charts.filter(isIsolated).map((chart) => chart.namespace));
      const wrong = hosts.filter(
        ({ scope, namespace }) => isolated.has(namespace) || (own.has(namespace) && isIsolated(Chart.of(scope))),
      );
      return [...new Set(wrong.map(({ scope, host, namespace }) => unknownServer(scope, host, namespace)))];
    },
  });
  return hosts;
});

/** The hosts of the registered servers of a namespace. */
export function serverHosts(scope: IConstruct, namespace: string): string[] {
  return [...networkOf(scope).servers.keys()].filter((name) => clusterName(name)?.namespace === namespace);
}

function unknownServer(scope: Construct, host: string, namespace: string): string {
  const those = serverHosts(scope, namespace)
    .map((name) => `'${name}'`)
    .join(', ');
  const allowed = `be a server of namespace '${namespace}' that is created before its clients: ${those || '(none)'}; recordServer() registers one that others create`;
  return new InvalidPropError(scope, 'host', allowed, host).message;
}

/** The destination of a connection to an address, with its ports. */
function destinationOf(scope: Construct, address: Address): Pick<Edge, 'to' | 'ports'> {
  requireKnownProps(scope, { address }, 'address:object');
  const { host, port } = address;
  requireProp(typeof host === 'string' && host !== '', scope, 'host', 'be a host name or an address', host);
  requirePort(scope, 'port', port);
  const server = serverAt(scope, host);
  if (server !== undefined) {
    const found = server.ports.find((entry) => entry.port === port);
    const allowed = `be a port of the Service ${host} (${server.ports.map((entry) => entry.port).join(', ')})`;
    requireProp(found !== undefined, scope, 'port', allowed, port);
    const { pods } = server;
    const to: Peer = 'scope' in pods ? { type: 'pods', pods } : { type: 'externalPods', pods };
    return { to, ports: [found.podPort] };
  }
  const { namespace } = clusterName(host) ?? {};
  if (namespace !== undefined) {
    unknownHosts(scope).push({ scope, host, namespace });
    // A Service of another app: which pods, and which of their ports, it leads to is not known here.
    return { to: { type: 'externalPods', pods: { namespace } }, ports: [] };
  }
  return { to: { type: 'host', host }, ports: [port] };
}

/** Whether the pods are those of one policy: their chart has one policy a name. */
export function samePods(one: Pods, other: Pods): boolean {
  return one.name === other.name && Chart.of(one.scope) === Chart.of(other.scope);
}

function peerKey(peer: Peer): string {
  return peer.type === 'pods' ? `${Chart.of(peer.pods.scope).node.path}/${peer.pods.name}` : JSON.stringify(peer);
}
