import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { selects } from '../objects/inventory';
import type { Labels } from '../objects/labels';
import { type Address, clusterName } from './addresses';
import { edgesOf, isIsolated, samePods, serverAt } from './network';
import type { Peer, PodPort, Pods } from './peers';
import { portNumbers } from './pod-ports';

/** A text in the configuration of pods: a variable, an argument, a value of a ConfigMap. */
export interface GivenText {
  /** Where it stands, for errors. */
  readonly prop: string;
  readonly text: string;
}

/** What may be the name of a server: after `//` or `@`, before a port, or as a DNS name of the cluster. */
const NAME = /(\/\/|@)?([a-z0-9][-a-z0-9.]*)(?::(\d+))?/gi;

/**
 * Adds a validation: in an isolated network, variables and arguments of pods may name only servers of the cluster that a
 * declared connection leads to. Otherwise the pods would start, and reach nothing.
 * @param mentions - servers that are named, and that the pods do not connect to
 */
export function requireDeclaredServers(
  client: Pods,
  template: k8s.PodTemplateSpec,
  texts: readonly GivenText[],
  mentions: readonly Address[],
): void {
  const { scope } = client;
  const named = texts.flatMap(({ prop, text }) => namesIn(text).map((name) => ({ prop, ...name })));
  if (named.length === 0) return;
  const labels = template.metadata?.labels;
  scope.node.addValidation({
    validate: () =>
      named.flatMap(({ prop, host, port, certain }) => {
        const at = hostAt(scope, host, port, certain);
        if (at === undefined || mentions.some((mention) => hostAt(scope, mention.host, mention.port, true) === at))
          return [];
        return isReached(client, labels, at, port)
          ? []
          : [
              `'${prop}' must come from 'uses' (database(…), bucket(…), topic(…), http(…)), or from connect() or mention(): no declared connection leads to it, got '${host}'`,
            ];
      }),
  });
}

interface Name {
  readonly host: string;
  readonly port?: number;
  /** Whether it is the host of a URL, and no word before a colon. */
  readonly certain: boolean;
}

function namesIn(text: string): Name[] {
  // Most texts name none, and many are long scripts.
  if (!/[:@]|\/\/|\.svc/i.test(text)) return [];
  return [...text.matchAll(NAME)].flatMap(([, before, name = '', port]) => {
    const host = name.toLowerCase().replace(/[-.]+$/, '');
    const certain = before !== undefined || clusterName(host) !== undefined;
    return certain || port !== undefined ? { host, port: port === undefined ? undefined : Number(port), certain } : [];
  });
}

/** `service.namespace.svc` of a name that is one of the cluster. */
function hostAt(scope: Construct, host: string, port: number | undefined, certain: boolean): string | undefined {
  const server = serverAt(scope, host);
  // A word before a number is most often no server: `postgres:17` is an image.
  if (server !== undefined)
    return certain || server.ports.some((entry) => entry.port === port) ? server.host : undefined;
  return clusterName(host)?.host;
}

function isReached(client: Pods, labels: Labels | undefined, host: string, port: number | undefined): boolean {
  const chart = Chart.of(client.scope);
  const server = serverAt(client.scope, host);
  const pods = server !== undefined && 'scope' in server.pods ? server.pods : undefined;
  if (!isIsolated(chart) && !(pods !== undefined && isIsolated(Chart.of(pods.scope)))) return true;
  // The pods themselves, which have their own name in a list of hosts or of members.
  if (pods !== undefined && Chart.of(pods.scope) === chart && selects(pods.selector, labels)) return true;
  const podPort = server?.ports.find((one) => one.port === port)?.podPort;
  return edgesOf(chart).some(({ from, to, ports }) => {
    if (from.type !== 'pods' || Chart.of(from.pods.scope) !== chart || !selects(from.pods.selector, labels))
      return false;
    if (host === 'kubernetes.default.svc') return to.type === 'apiServer';
    if (pods === undefined) return to.type === 'externalPods' && to.pods.namespace === clusterName(host)?.namespace;
    if (to.type !== 'pods' || !samePods(to.pods, pods)) return false;
    return podPort === undefined || ports.length === 0 || opens(to, ports, podPort);
  });
}

function opens(to: Peer, ports: readonly PodPort[], podPort: PodPort): boolean {
  const open = portNumbers(to, ports);
  return portNumbers(to, [podPort]).every((number) => open.includes(number));
}
