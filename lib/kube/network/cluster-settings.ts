import { isIP } from 'node:net';
import type { Construct, IConstruct } from 'constructs';
import { requireProp } from '../objects/errors';
import { given } from '../objects/given';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsLabel } from '../objects/names';
import { setForAllBelow } from '../objects/per-app';
import { type ExternalPods, externalPeer, requirePorts } from './peers';

/** What a cluster has of its own that policies have to name, and where it is. */
export interface ClusterSettings {
  /** Namespace of the DNS servers. @default 'kube-system' */
  readonly dnsNamespace?: string;
  /**
   * Addresses of DNS servers that are no pods with labels: a cache on each node, or a server of the cloud. The line
   * `nameserver` in `/etc/resolv.conf` of a pod names the one that it asks.
   * @default ['169.254.20.10'], that of NodeLocal DNSCache
   */
  readonly dnsAddresses?: readonly string[];
  /** Ports of the API server, behind the Service `kubernetes` or without it. @default [443, 6443] */
  readonly apiServerPorts?: readonly number[];
  /** The pods that serve Ingresses. @default - not known: any address reaches what has an Ingress */
  readonly ingressController?: ExternalPods;
  /** The pods that serve HTTPRoutes. @default - not known: any address reaches what has an HTTPRoute */
  readonly gateway?: ExternalPods;
  /** The Prometheus of an operator, which scrapes what has a ServiceMonitor or a PodMonitor. @default { namespace: 'monitoring' } */
  readonly monitoring?: ExternalPods;
  /** Namespace of the operator of CloudNativePG. @default 'cnpg-system' */
  readonly cloudNativePgNamespace?: string;
  /** Namespace that cert-manager is installed in. @default 'cert-manager' */
  readonly certManagerNamespace?: string;
}

const CLUSTER_SETTINGS = 'cdk8s-ml-platform/cluster';

const DEFAULTS = {
  dnsNamespace: 'kube-system',
  dnsAddresses: ['169.254.20.10'],
  apiServerPorts: [443, 6443],
  monitoring: { namespace: 'monitoring' },
  cloudNativePgNamespace: 'cnpg-system',
  certManagerNamespace: 'cert-manager',
} as const satisfies ClusterSettings;

/** Says where a cluster has what policies below `scope` name. Call it before anything is created below `scope`. */
export function setClusterSettings(scope: Construct, settings: ClusterSettings): void {
  requireKnownProps(
    scope,
    settings,
    'dnsNamespace? dnsAddresses?:string[] apiServerPorts?:number[] ingressController?:object gateway?:object monitoring?:object cloudNativePgNamespace? certManagerNamespace?',
    'cluster',
  );
  const { ingressController, gateway, ...all } = { ...DEFAULTS, ...given(settings) };
  for (const key of ['dnsNamespace', 'cloudNativePgNamespace', 'certManagerNamespace'] as const)
    requireDnsLabel(scope, `cluster.${key}`, all[key]);
  for (const address of all.dnsAddresses)
    requireProp(isIP(address) !== 0, scope, 'cluster.dnsAddresses', 'be IP addresses', address);
  requirePorts(scope, all.apiServerPorts);
  for (const [key, pods] of Object.entries({ ingressController, gateway, monitoring: all.monitoring }))
    if (pods !== undefined) externalPeer(scope, `cluster.${key}`, pods);
  setForAllBelow(scope, 'setClusterSettings()', CLUSTER_SETTINGS, settings);
}

/** Where the cluster of `scope` has what policies name. */
export function clusterSettings(
  scope: IConstruct,
): ClusterSettings & Required<Omit<ClusterSettings, 'ingressController' | 'gateway'>> {
  const settings: ClusterSettings | undefined = scope.node.tryGetContext(CLUSTER_SETTINGS);
  return { ...DEFAULTS, ...given(settings) };
}
