import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edges } from '../../lib/kube/network/network';
import type { Edge, Pods } from '../../lib/kube/network/peers';
import { portNumbers } from '../../lib/kube/network/pod-ports';
import { namespaceOf, selects } from '../../lib/kube/objects/inventory';
import { list } from '../cluster/stage';
import { type Cluster, lets } from '../support/network-evaluator';
import { run, waitFor } from './machine';
import { DNS_ADDRESS } from './nodes';
import { type End, POD_NETWORK, quietPod, runningEnds, STAND_IN, standIn } from './pod-ends';
import type { Stage } from './stage';

/** A namespace without policies that nobody knows. */
const FOREIGN = 'foreign';

/** Every pair of pods is as the NetworkPolicies say, of which docs/reference/reachability.md is a table. */
export function policiesHold(stage: Stage): void {
  describe('network policies', () => checks(stage));
}

function checks(stage: Stage): void {
  const all = edges(stage.app);
  const namespaces = [...stage.namespaces, 'kube-system', FOREIGN];
  const stop = new AbortController();
  let standIns: readonly object[] = [];
  let ends: readonly End[] = [];
  let rules: Cluster = { namespaces: {}, policies: [] };

  beforeAll(async () => {
    const { kubectl, api } = stage.cluster;
    const there = await runningEnds(stage, stage.namespaces);
    const absent = groups(all).filter((pods) => !there.some((end) => isOne(end, pods)));
    standIns = [...absent.map(standIn), quietPod(FOREIGN, 'stranger', { [STAND_IN]: 'true' })];
    await kubectl.run(['create', 'namespace', FOREIGN]);
    await kubectl.run(['apply', '-f', '-'], list(standIns));
    await kubectl.run(['wait', '--for=condition=Ready', '--timeout=300s', '-f', '-'], list(standIns));
    for (const end of await runningEnds(stage, namespaces)) {
      if (STAND_IN in end.labels) listen(end, portsOf(end, all), stop.signal);
    }
    await waitFor('the stand-ins', async () => {
      ends = await runningEnds(stage, namespaces);
      return ends.every(
        (end) => !(STAND_IN in end.labels) || portsOf(end, all).every((port) => end.listens.includes(port)),
      );
    });
    const named = (await api.list('/api/v1/namespaces')).map(({ metadata }) => [metadata.name, metadata.labels]);
    const policies = await api.list('/apis/networking.k8s.io/v1/networkpolicies');
    rules = { namespaces: Object.fromEntries(named), policies };
  });

  afterAll(async () => {
    stop.abort();
    await stage.cluster.kubectl.run(['delete', '--ignore-not-found', '-f', '-'], list(standIns));
    await stage.cluster.kubectl.run(['delete', 'namespace', FOREIGN, '--ignore-not-found']);
  });

  it('lets every declared connection through, and no other between any two pods', async () => {
    let wrong: readonly string[] = [];
    let asked = 0;
    // The firewall learns of a pod somewhat later than the kubelet.
    await waitFor('the policies', async () => {
      const results = await Promise.all(
        ends.map((from) => {
          const asked = ends.flatMap((to) => (to === from ? [] : questions(from, to, all)));
          return ask(from, [...asked, ...apiServers(stage)], rules);
        }),
      );
      wrong = results.flatMap(({ wrong }) => wrong);
      asked = results.reduce((sum, { asked }) => sum + asked, 0);
      return wrong.length === 0;
    }).catch(() => {});
    expect(wrong).toEqual([]);
    console.log(`${asked} connections between ${ends.length} pods are as declared`);
  });
}

/** The groups of pods that connections name. */
function groups(all: readonly Edge[]): readonly Pods[] {
  const pods = all.flatMap(({ from, to }) => [from, to]).flatMap((peer) => (peer.type === 'pods' ? [peer.pods] : []));
  const key = (one: Pods) => `${namespaceOf(one.scope)} ${JSON.stringify(one.selector)}`;
  return [...new Map(pods.map((one) => [key(one), one])).values()];
}

/** What a pod is asked to connect to. */
interface Question {
  readonly what: string;
  readonly to: Pick<End, 'ip'> & Partial<End>;
  readonly port: number;
}

/** The ports of another pod. */
function questions(from: End, to: End, all: readonly Edge[]): readonly Question[] {
  const ports = to.listens.filter((port) => !all.some((edge) => isAmongItself(edge, from, to, port)));
  return ports.map((port) => ({ what: `${to.name}:${port}`, to, port }));
}

/** By its Service, and by its node. */
function apiServers({ cluster }: Stage): readonly Question[] {
  const { hostname, port } = new URL(cluster.plane.server);
  return [
    { what: 'the API server', to: { ip: '10.96.0.1' }, port: 443 },
    { what: 'the API server by its node', to: { ip: hostname }, port: Number(port) },
  ];
}

/** Asks from a pod, for DNS, too. @returns what is not as the policies say */
async function ask(from: End, asked: readonly Question[], rules: Cluster) {
  const input = JSON.stringify({ addresses: asked.map(({ to, port }) => ({ host: to.ip, port })), dns: DNS_ADDRESS });
  const { names, open } = JSON.parse(await run([...from.enter, process.execPath, POD_NETWORK, 'connect'], input));
  const wrong = asked.flatMap(({ what, to, port }, index) =>
    open[index] === lets(rules, from, to, { port })
      ? []
      : [`${from.name} → ${what}: ${open[index] ? 'open, not declared' : 'declared, not open'}`],
  );
  return { asked: asked.length + 1, wrong: names ? wrong : [...wrong, `${from.name}: finds no names`] };
}

/**
 * Whether both pods are of a group that anyone may reach. kube-router lets such pods reach each other: it holds a packet
 * that leaves one of them against the rules for what enters the group, too.
 */
function isAmongItself({ from, to, ports }: Edge, source: End, target: End, port: number): boolean {
  return (
    from.type === 'anywhere' &&
    to.type === 'pods' &&
    isOne(source, to.pods) &&
    isOne(target, to.pods) &&
    (ports.length === 0 || portNumbers(to, ports).includes(port))
  );
}

function isOne(end: End, { scope, selector }: Pods): boolean {
  return end.namespace === namespaceOf(scope) && selects(selector, end.labels);
}

/** The ports on which connections end at a pod. */
function portsOf(end: End, all: readonly Edge[]): readonly number[] {
  const ends = all.filter(({ to }) => to.type === 'pods' && isOne(end, to.pods));
  return [...new Set(ends.flatMap(({ to, ports }) => portNumbers(to, ports)))];
}

/** Takes connections in the network of a pod. */
function listen({ enter }: End, ports: readonly number[], signal: AbortSignal): void {
  if (ports.length === 0) return;
  const [program = '', ...args] = [...enter, process.execPath, POD_NETWORK, 'listen', ...ports.map(String)];
  spawn(program, args, { stdio: 'ignore', signal }).once('error', () => {});
}
