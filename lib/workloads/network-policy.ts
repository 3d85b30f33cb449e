import { Chart, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { clusterSettings } from '../kube/network/cluster-settings';
import { edgesOf, isIsolated, recordIsolation, samePods } from '../kube/network/network';
import type { Edge, Peer, Pods } from '../kube/network/peers';
import { portNumbers } from '../kube/network/pod-ports';
import { requireProp } from '../kube/objects/errors';
import { namespaceOf } from '../kube/objects/inventory';
import { requireDnsSubdomain } from '../kube/objects/names';

/** Every address but those of private networks and of the link, the metadata service of a cloud among them. */
const INTERNET: readonly k8s.IpBlock[] = [
  { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'] },
  { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] },
];

/**
 * Refuses every connection to and from the pods of a chart's namespace, but for DNS and for what is declared. The
 * kubelet always reaches the pods of its node, and `kubectl port-forward` comes from inside of the pod.
 */
export function isolate(chart: Chart): void {
  requireProp(Construct.isConstruct(chart) && Chart.isChart(chart), 'isolate()', 'chart', 'be a Chart', chart);
  requireProp(!isIsolated(chart), chart, 'isolate()', 'be called once for a chart', 'a second call');
  new k8s.KubeNetworkPolicy(chart, 'default-deny', {
    metadata: { name: 'default-deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
  const { dnsNamespace, dnsAddresses } = clusterSettings(chart);
  const caches = dnsAddresses.map((address) => ({
    ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` },
  }));
  new k8s.KubeNetworkPolicy(chart, 'allow-dns', {
    metadata: { name: 'allow-dns' },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: namespaceLabels(dnsNamespace) } }, ...caches],
          ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(53) })),
        },
      ],
    },
  });
  recordIsolation(chart, PodPolicy.write);
}

/**
 * Refuses ingress to the pods of a namespace that no chart has, but from each other, and to webhooks: the API server calls
 * those, from an address that is not known at synth. Egress is left to their release.
 */
export function isolateOperators(scope: Construct, namespace: string, webhookPorts: readonly number[]): void {
  const ports = webhookPorts.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));
  new k8s.KubeNetworkPolicy(scope, `ingress-${namespace}`, {
    metadata: { name: 'operators', namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }] }, ...(ports.length > 0 ? [{ ports }] : [])],
    },
  });
}

/** The allowed connections of pods, in one object. */
class PodPolicy extends Construct {
  /** Writes the policy of pods, once. */
  static write(pods: Pods): void {
    const chart = Chart.of(pods.scope);
    const id = `network-${pods.name}`;
    const policy = (chart.node.tryFindChild(id) as PodPolicy | undefined) ?? new PodPolicy(chart, id, pods);
    const same = JSON.stringify(policy.pods.selector) === JSON.stringify(pods.selector);
    requireProp(same, pods.scope, 'pods.name', 'be that of one selector in its chart', pods.name);
  }

  private constructor(
    scope: Construct,
    id: string,
    private readonly pods: Pods,
  ) {
    super(scope, id);
    requireDnsSubdomain(this, 'name', pods.name);
    new k8s.KubeNetworkPolicy(this, 'Default', {
      metadata: { name: pods.name },
      // More connections may be declared until the tree is finished.
      spec: Lazy.any({ produce: () => this.spec() }) as k8s.NetworkPolicySpec,
    });
  }

  private spec(): k8s.NetworkPolicySpec {
    const { pods } = this;
    const own = (peer: Peer) => peer.type === 'pods' && samePods(peer.pods, pods);
    const all = edgesOf(Chart.of(this));
    const ingress = inOrder(
      all.filter(({ to }) => own(to)).map((edge) => ({ from: this.peers(edge.from), ports: ports(edge) })),
    );
    const egress = all.filter(({ from }) => own(from)).map((edge) => ({ to: this.peers(edge.to), ports: ports(edge) }));
    return {
      podSelector: { matchLabels: { ...pods.selector } },
      policyTypes: [...(ingress.length > 0 ? ['Ingress'] : []), ...(egress.length > 0 ? ['Egress'] : [])],
      ingress: ingress.length > 0 ? ingress : undefined,
      egress: egress.length > 0 ? egress : undefined,
    };
  }

  /** `undefined` allows all peers. */
  private peers(peer: Peer): k8s.NetworkPolicyPeer[] | undefined {
    if (peer.type === 'internet') return INTERNET.map((ipBlock) => ({ ipBlock }));
    if (peer.type === 'pods') {
      const { scope, selector } = peer.pods;
      return [podPeer(selector, namespaceOf(scope) === namespaceOf(this) ? undefined : namespaceOf(scope))];
    }
    return peer.type === 'externalPods' ? [podPeer(peer.pods.selector, peer.pods.namespace)] : undefined;
  }
}

/** Sorted rules, which do not depend on the order in which clients are created. */
function inOrder<T>(rules: readonly T[]): T[] {
  const keys = new Map(rules.map((rule) => [rule, JSON.stringify(rule)]));
  const key = (rule: T) => keys.get(rule) ?? '';
  return rules.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function podPeer(selector: Pods['selector'] | undefined, namespace: string | undefined): k8s.NetworkPolicyPeer {
  return {
    namespaceSelector: namespace === undefined ? undefined : { matchLabels: namespaceLabels(namespace) },
    podSelector: selector && { matchLabels: { ...selector } },
  };
}

/** The label that the API server gives to every namespace. */
function namespaceLabels(name: string): Record<string, string> {
  return { 'kubernetes.io/metadata.name': name };
}

function ports({ to, ports }: Edge): k8s.NetworkPolicyPort[] | undefined {
  if (ports.length === 0) return undefined;
  const numbers = [...portNumbers(to, ports)];
  return numbers.map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));
}
