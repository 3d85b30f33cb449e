import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { edges } from '../../lib/kube/network/network';
import type { Edge, ExternalPods, Peer, Pods } from '../../lib/kube/network/peers';
import { portNumbers } from '../../lib/kube/network/pod-ports';
import { namespaceOf, selects } from '../../lib/kube/objects/inventory';
import { list } from '../cluster/stage';
import { run, waitFor } from './machine';
import { DNS_ADDRESS } from './nodes';
import { type End, POD_NETWORK, quietPod, runningEnds, STAND_IN, standIn } from './pod-ends';
import type { Stage } from './stage';

/** A namespace without policies that nobody knows. */
const FOREIGN = 'foreign';

/** Every pair of pods is as docs/reference/reachability.md says: it is made of the same connections. */
export function policiesHold(stage: Stage): void {
  describe('network policies', () => checks(stage));
}

function checks(stage: Stage): void {
  const all = edges(stage.app);
  const namespaces = [...stage.namespaces, 'kube-system', FOREIGN];
  const stop = new AbortController();
  let standIns: readonly object[] = [];
  let ends: readonly End[] = [];

  beforeAll(async () => {
    const { kubectl } = stage.cluster;
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
        (end) => !(STAND_IN in end.labels) || portsOf(end, all).every((port) => end.ports.includes(port)),
      );
    });
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
        ends.map((from) =>
          ask(
            from,
            ends.filter((to) => to !== from),
            all,
            stage,
          ),
        ),
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

/** Asks from a pod for all ports of the others, DNS and the API server. @returns what is not as declared */
async function ask(from: End, others: readonly End[], all: readonly Edge[], { cluster, namespaces }: Stage) {
  const isolated = ({ namespace }: End) => namespaces.includes(namespace);
  const pairs = others.flatMap((to) =>
    to.ports
      .filter((port) => !all.some((edge) => isAmongItself(edge, from, to, port)))
      .map((port) => {
        const leaves = !isolated(from) || isDns(to, port) || all.some((edge) => leads(edge, from, to, port));
        const enters = !isolated(to) || all.some((edge) => lets(edge, from, to, port));
        return { what: `${to.name}:${port}`, host: to.ip, port, expected: leaves && enters };
      }),
  );
  const { port: apiPort } = new URL(cluster.plane.server);
  const api = all.some(
    (edge) => edge.from.type === 'pods' && isOne(from, edge.from.pods) && edge.to.type === 'apiServer',
  );
  const asked = [
    ...pairs,
    { what: 'the API server', host: '10.96.0.1', port: 443, expected: api || !isolated(from) },
    {
      what: 'the API server by its node',
      host: cluster.first.address,
      port: Number(apiPort),
      expected: api || !isolated(from),
    },
  ];
  const input = JSON.stringify({ addresses: asked.map(({ host, port }) => ({ host, port })), dns: DNS_ADDRESS });
  const { names, open } = JSON.parse(await run([...from.enter, process.execPath, POD_NETWORK, 'connect'], input));
  const wrong = asked.flatMap(({ what, expected }, index) =>
    open[index] === expected
      ? []
      : [`${from.name} → ${what}: ${open[index] ? 'open, not declared' : 'declared, not open'}`],
  );
  return { asked: asked.length + 1, wrong: names ? wrong : [...wrong, `${from.name}: finds no names`] };
}

function isDns({ namespace }: End, port: number): boolean {
  return namespace === 'kube-system' && port === 53;
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
    isPort(to, ports, port)
  );
}

/** Whether a connection opens the way out of the pods where it begins. */
function leads({ from, to, ports }: Edge, source: End, target: End, port: number): boolean {
  return from.type === 'pods' && isOne(source, from.pods) && isPeer(target, to) && isPort(to, ports, port);
}

/** Whether a connection opens the way into the pods where it ends. */
function lets({ from, to, ports }: Edge, source: End, target: End, port: number): boolean {
  return to.type === 'pods' && isOne(target, to.pods) && isPeer(source, from) && isPort(to, ports, port);
}

function isPort(to: Peer, ports: Edge['ports'], port: number): boolean {
  return ports.length === 0 || portNumbers(to, ports).includes(port);
}

/** Whether a pod is among those that an end of a connection stands for; some stand for any address. */
function isPeer(end: End, peer: Peer): boolean {
  switch (peer.type) {
    case 'pods':
      return isOne(end, peer.pods);
    case 'externalPods':
      return isExternal(end, peer.pods);
    default:
      return peer.type !== 'internet';
  }
}

function isOne(end: End, { scope, selector }: Pods): boolean {
  return end.namespace === namespaceOf(scope) && selects(selector, end.labels);
}

function isExternal(end: End, { namespace, selector = {} }: ExternalPods): boolean {
  return end.namespace === namespace && selects(selector, end.labels);
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
