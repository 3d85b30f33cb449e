import type { Construct } from 'constructs';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireDnsLabel, requireDnsSubdomain, requireLabels } from '../objects/names';

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
  /** Ports of the destination: of the pods, not of a Service. Names are those of container ports. Empty for all. */
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

/** The construct that pods belong to, once they are known to be pods that a policy can select. */
export function scopeOf(call: string, pods: Pods): Construct {
  requireKnownProps(call, { pods }, 'pods:object');
  requireKnownProps(call, pods, 'scope:Construct name selector:string{}', 'pods');
  requireDnsSubdomain(call, 'pods.name', pods.name);
  requireLabels(call, 'pods.selector', pods.selector);
  return pods.scope;
}

/** Checks pods of another app. */
export function requireExternalPods(call: string, pods: ExternalPods): void {
  requireKnownProps(call, { pods }, 'pods:object');
  requireKnownProps(call, pods, 'namespace selector?:string{}', 'pods');
  requireDnsLabel(call, 'pods.namespace', pods.namespace);
  if (pods.selector !== undefined) requireLabels(call, 'pods.selector', pods.selector);
}

/** Checks a Service, but for its pods. */
export function requireServer(call: string, server: Server | ExternalServer): void {
  requireKnownProps(call, { server }, 'server:object');
  requireKnownProps(call, server, 'host pods:object ports:object[]', 'server');
  requireDnsSubdomain(call, 'server.host', server.host);
  for (const port of server.ports) requireKnownProps(call, port, 'port:number podPort:number|string', 'server.ports');
}
