import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { edges, isIsolated, samePods } from '../../kube/network/network';
import type { Edge, Peer, Pods } from '../../kube/network/peers';
import { portNumbers } from '../../kube/network/pod-ports';
import { namespaceOf } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import { markdownTable } from './table';

/** Who reaches what, as far as one stack has a part in it. */
export interface StackReachability {
  readonly stack: string;
  readonly namespace: string | undefined;
  /** Whether nothing else is reached. */
  readonly isolated: boolean;
  readonly connections: readonly ReachabilityRow[];
  /** The pods of the stack that have connections, and what selects them. */
  readonly pods: readonly Pods[];
}

/** One line of the table. */
export interface ReachabilityRow {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
}

/** The connections of a finished app, by chart: those that are declared, which policies open. */
export function reachability(app: IConstruct): readonly StackReachability[] {
  requireKnownProps('reachability()', { app }, 'app:Construct');
  const all = edges(app);
  const charts = app.node.findAll().filter(Chart.isChart);
  return charts.flatMap((chart) => {
    const pods = podsIn(chart, all);
    if (pods.length === 0) return [];
    const own = ({ from, to }: Edge) => [from, to].some((peer) => peer.type === 'pods' && inChart(chart, peer.pods));
    return [
      {
        stack: chart.node.id,
        namespace: chart.namespace,
        isolated: isIsolated(chart),
        connections: all.filter(own).map(connection),
        pods,
      },
    ];
  });
}

export interface ReachabilityPage {
  /** The report of each environment, by its name. */
  readonly environments: Readonly<Record<string, readonly StackReachability[]>>;
  /** Stands below the title, such as what writes the page. @default - nothing */
  readonly subtitle?: string;
  /** Markdown that stands before the environments, such as what is special about a stack. @default - nothing */
  readonly remarks?: string;
}

/** A page that says who reaches what in each environment. */
export function reachabilityMarkdown(page: ReachabilityPage): string {
  requireKnownProps('reachabilityMarkdown()', page, 'environments:object subtitle? remarks?');
  const { environments, subtitle, remarks } = page;
  const sections = Object.entries(environments).map(
    ([name, stacks]) => `## Environment \`${name}\`\n\n${stacks.map(stackSection).join('\n\n')}`,
  );
  const parts = ['# Who reaches whom', subtitle, HEAD, remarks, ...sections];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

const HEAD = `The pods of a stack have the connections of its tables and no others: a policy of its namespace refuses everything, and
one for each of these groups of pods opens what a construct declared when it was given a connection. Ports are those of
the pods, TCP; \`all\` is every port of every protocol.

What is in no table:

* Every pod reaches the DNS servers (port 53, UDP and TCP): the pods of a namespace, \`kube-system\` unless the environment
  says otherwise, and a cache on each node (NodeLocal DNSCache) by its address.
* The kubelet always reaches the pods of its node, so probes need no connection. \`kubectl port-forward\` and
  \`kubectl exec\` start inside the pod, where no policy applies.
* Images are pulled by the nodes, not by pods.

What the words mean:

* **anyone**: any address, inside of the cluster or outside. Clients of a node port come from addresses that no label
  matches, so that the port alone decides; so do those of an Ingress where the environment does not say which pods its
  controller has.
* **the API server**: any address on these ports. It is not a pod, so that a policy can restrict only the ports.
* **the internet**: any address that is not private, with HTTPS. Pods that download weights or data have it.
* **a host name**: any address on its port. A policy cannot name hosts.

The network plug-in has to enforce policies: that of kind does from v0.24 on, and the VPC CNI of EKS does if its policy
agent is on. Without such a plug-in, policies have no effect. A stack with \`network: 'any'\` has none.`;

/** Pods of the workloads of a stack have it; those of helm charts and operators do not. */
const WRITTEN = 'app.kubernetes.io/instance';

function stackSection({ stack, namespace, isolated, connections, pods }: StackReachability): string {
  const rows = connections.map(({ from, to, ports }) => [from, to, ports.length === 0 ? 'all' : ports.join(', ')]);
  const created = pods.filter(({ selector }) => selector[WRITTEN] === undefined);
  const groups = created.map((group) => [podsText(group), labelsText(group.selector)]);
  const rest = isolated ? '' : '\n\nEverything else is reached, too: this stack has no policies.';
  return [
    `### Stack \`${stack}\`, namespace \`${namespace}\`${rest}`,
    markdownTable(['From', 'To', 'Ports'], rows),
    ...(groups.length === 0
      ? []
      : [markdownTable(['Pods that others create', 'Labels that they are found by'], groups)]),
  ].join('\n\n');
}

function connection({ from, to, ports }: Edge): ReachabilityRow {
  return { from: peerText(from), to: peerText(to), ports: portNumbers(to, ports) };
}

function peerText(peer: Peer): string {
  switch (peer.type) {
    case 'pods':
      return podsText(peer.pods);
    case 'externalPods':
      return `pods of \`${peer.pods.namespace}\`${peer.pods.selector ? ` with ${labelsText(peer.pods.selector)}` : ''}`;
    case 'host':
      return `host \`${peer.host}\``;
    default:
      return { anywhere: 'anyone', apiServer: 'the API server', internet: 'the internet' }[peer.type];
  }
}

function podsText({ scope, name }: Pods): string {
  return `\`${namespaceOf(scope)}/${name}\``;
}

function labelsText(labels: Pods['selector']): string {
  return Object.entries(labels)
    .map(([key, value]) => `\`${key}=${value}\``)
    .join(' ');
}

function podsIn(chart: Chart, all: readonly Edge[]): Pods[] {
  const pods = all
    .flatMap(({ from, to }) => [from, to])
    .flatMap((peer) => (peer.type === 'pods' && inChart(chart, peer.pods) ? peer.pods : []));
  return pods.filter((one, index) => pods.findIndex((other) => samePods(one, other)) === index);
}

function inChart(chart: Chart, { scope }: Pods): boolean {
  return Chart.of(scope) === chart;
}
