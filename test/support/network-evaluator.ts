import { BlockList, isIPv4 } from 'node:net';
import type { Manifest } from './synth';

/** Something that has an address: a pod, or what is outside of the cluster and has no namespace. */
export interface Endpoint {
  readonly ip: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Named ports of a pod. */
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Cluster {
  /** Labels of the namespaces. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** NetworkPolicies, as the API server takes them. */
  readonly policies: readonly Manifest[];
}

export interface Port {
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/**
 * Whether a new connection is let through, by the words of the API reference of networking.k8s.io/v1: policies add up; a
 * pod that no policy selects for a direction is open in that direction; both ends have to agree. It knows nothing of how
 * this project writes policies.
 */
export function lets(cluster: Cluster, from: Endpoint, to: Endpoint, port: Port): boolean {
  return passes(cluster, 'Egress', from, to, to, port) && passes(cluster, 'Ingress', to, from, to, port);
}

function passes(
  cluster: Cluster,
  direction: 'Ingress' | 'Egress',
  subject: Endpoint,
  other: Endpoint,
  destination: Endpoint,
  port: Port,
): boolean {
  const policies = policiesOf(cluster, subject)[direction];
  if (policies.length === 0) return true;
  return policies.some((policy) =>
    rulesOf(policy, direction).some(
      ({ peers, ports }) =>
        // The cheaper question first.
        isOpen(ports, (entry) => isPort(entry, destination, port)) &&
        isOpen(peers, (peer) => isPeer(cluster, policy, peer, other)),
    ),
  );
}

interface Policies {
  readonly Ingress: readonly Manifest[];
  readonly Egress: readonly Manifest[];
}

const policiesOfEndpoints = new WeakMap<Cluster, Map<Endpoint, Policies>>();

/** The policies that are about an endpoint, found once: there are as many questions as pairs of endpoints and ports. */
function policiesOf(cluster: Cluster, subject: Endpoint): Policies {
  const known = policiesOfEndpoints.get(cluster) ?? new Map<Endpoint, Policies>();
  policiesOfEndpoints.set(cluster, known);
  let found = known.get(subject);
  if (found === undefined) {
    const all = cluster.policies.filter(
      ({ metadata, spec }) => metadata.namespace === subject.namespace && selects(spec.podSelector, subject.labels),
    );
    const of = (direction: keyof Policies) => all.filter((policy) => typesOf(policy).includes(direction));
    found = { Ingress: of('Ingress'), Egress: of('Egress') };
    known.set(subject, found);
  }
  return found;
}

/** A list that is empty or missing stands for everything. */
function isOpen(list: readonly Manifest[] | undefined, check: (entry: Manifest) => boolean): boolean {
  return list === undefined || list.length === 0 || list.some(check);
}

/** Ingress unless it says otherwise, and Egress where it has rules for it. */
function typesOf({ spec }: Manifest): string[] {
  return spec.policyTypes ?? ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])];
}

function rulesOf({ spec }: Manifest, direction: 'Ingress' | 'Egress') {
  const rules: Manifest[] = (direction === 'Ingress' ? spec.ingress : spec.egress) ?? [];
  return rules.map(({ from, to, ports }) => ({ peers: direction === 'Ingress' ? from : to, ports }));
}

function isPeer({ namespaces }: Cluster, policy: Manifest, peer: Manifest, other: Endpoint): boolean {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock !== undefined) {
    const inside = (cidr: string) => contains(cidr, other.ip);
    return inside(ipBlock.cidr) && !(ipBlock.except ?? []).some(inside);
  }
  if (other.namespace === undefined) return false;
  const namespaceMatches =
    namespaceSelector === undefined
      ? other.namespace === policy.metadata.namespace
      : selects(namespaceSelector, namespaces[other.namespace]);
  return namespaceMatches && (podSelector === undefined || selects(podSelector, other.labels));
}

/** A selector without terms selects everything. */
function selects(
  { matchLabels = {}, matchExpressions = [] }: Manifest,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }: Manifest) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          throw new Error(`no operator is called ${operator}`);
      }
    })
  );
}

/** Names of ports are those of the destination, whichever end the policy is of. */
function isPort({ protocol = 'TCP', port, endPort }: Manifest, destination: Endpoint, wanted: Port): boolean {
  if (protocol !== (wanted.protocol ?? 'TCP')) return false;
  if (port === undefined) return true;
  const first = typeof port === 'string' ? destination.ports?.[port] : port;
  return first !== undefined && wanted.port >= first && wanted.port <= (endPort ?? first);
}

const family = (ip: string) => (isIPv4(ip) ? 'ipv4' : 'ipv6');

const blocks = new Map<string, BlockList>();

function contains(cidr: string, ip: string): boolean {
  const [address = '', prefix] = cidr.split('/');
  if (family(address) !== family(ip)) return false;
  let block = blocks.get(cidr);
  if (block === undefined) {
    block = new BlockList();
    block.addSubnet(address, Number(prefix), family(address));
    blocks.set(cidr, block);
  }
  return block.check(ip, family(ip));
}
