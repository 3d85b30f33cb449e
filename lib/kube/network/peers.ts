import type { Construct } from 'constructs';
import { type ErrorLocation, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireDnsLabel, requireDnsSubdomain, requireLabels, requirePort } from '../objects/names';

/** Pods of a chart that network policies treat alike. */
export interface Pods {
  /** A construct of the chart that they belong to: their namespace is that of the chart, and so is their policy. */
  readonly scope: Construct;
  /** What their policy is called: most often the name of their workload. */
  readonly name: string;
  readonly selector: Labels;
}

/** Pods that another app or operator creates. */
export interface ExternalPods {
  readonly namespace: string;
  /** @default - all pods of the namespace */
  readonly selector?: Labels;
}

/** One end of a connection. */
export type Peer =
  | { readonly type: 'pods'; readonly pods: Pods }
  | { readonly type: 'externalPods'; readonly pods: ExternalPods }
  /** Any address: clients of a node port or of an edge proxy have no labels to select them by. */
  | { readonly type: 'anywhere' }
  /** Matched by its ports alone: it is no pod, and its address is unknown at synth. */
  | { readonly type: 'apiServer' }
  /** Addresses that are not private. */
  | { readonly type: 'internet' }
  /** A server outside of the cluster, matched by its port alone: a policy takes no names. */
  | { readonly type: 'host'; readonly host: string };

/** An allowed connection: isolated namespaces refuse all others. */
export interface Edge {
  readonly from: Peer;
  readonly to: Peer;
  /** Ports of the destination: of the pods, not of a Service. Names are those of container ports. Empty for all, where they are not known. */
  readonly ports: readonly PodPort[];
}

/** A TCP port of pods: its number, or its name in their containers. */
export type PodPort = number | string;

/** A Service, and the pods behind it. */
export interface Server {
  /** DNS name, as connections have it. */
  readonly host: string;
  readonly pods: Pods;
  /** Where each port of the Service leads. */
  readonly ports: readonly { readonly port: number; readonly podPort: PodPort }[];
}

/** A Service of another app, the pods behind it, and the numbers of their ports. */
export interface ExternalServer {
  readonly host: string;
  readonly pods: ExternalPods;
  readonly ports: readonly { readonly port: number; readonly podPort: number }[];
}

/** Checks a Service, but for its pods. */
export function requireServer(call: string, server: Server | ExternalServer): void {
  requireKnownProps(call, { server }, 'server:object');
  requireKnownProps(call, server, 'host pods:object ports:object[]', 'server');
  requireDnsSubdomain(call, 'server.host', server.host);
  for (const port of server.ports) requireKnownProps(call, port, 'port:number podPort:number|string', 'server.ports');
}

/** Pods of a chart as one end of a connection. */
export function podsPeer(prop: string, pods: Pods): Extract<Peer, { readonly type: 'pods' }> {
  requireKnownProps('network', pods ?? {}, 'scope:Construct name selector:string{}', prop);
  requireSelector(pods.scope, `${prop}.selector`, pods.selector);
  return { type: 'pods', pods };
}

/** Pods that another app or operator creates as one end of a connection. */
export function externalPeer(location: ErrorLocation, prop: string, pods: ExternalPods): Peer {
  requireKnownProps(location, pods ?? {}, 'namespace selector?:string{}', prop);
  requireDnsLabel(location, `${prop}.namespace`, pods.namespace);
  if (pods.selector !== undefined) requireSelector(location, `${prop}.selector`, pods.selector);
  return { type: 'externalPods', pods };
}

/** A policy takes a selector without labels for all pods. */
function requireSelector(location: ErrorLocation, prop: string, selector: Labels): void {
  const labelled = Object.keys(selector).length > 0;
  requireProp(labelled, location, prop, 'have labels: without them it selects every pod', selector);
  requireLabels(location, prop, selector);
}

/** Checks ports of pods: a policy takes an empty list for all ports. */
export function requirePorts(location: ErrorLocation, ports: readonly PodPort[]): readonly PodPort[] {
  requireProp(Array.isArray(ports) && ports.length > 0, location, 'ports', 'have a port', ports);
  for (const port of ports) {
    if (typeof port === 'string') requireDnsLabel(location, 'port', port);
    else requirePort(location, 'port', port);
  }
  return ports;
}
