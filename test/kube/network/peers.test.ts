import { App, Chart } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as network from '../../../lib/kube/network/network';
import type { Pods } from '../../../lib/kube/network/peers';
import { InferenceStack } from '../../../lib/stacks/inference/stack';
import { Deployment } from '../../../lib/workloads/deployment';
import { isolate } from '../../../lib/workloads/network-policy';
import { identity, webPod } from '../../support/samples';
import { type Manifest, synth, synthError } from '../../support/synth';

/** An isolated chart with a workload that has the container ports `http` and `metrics`. */
function isolated() {
  const app = new App();
  const chart = new Chart(app, 'demo', { namespace: 'demo' });
  isolate(chart);
  const { pods } = new Deployment(chart, 'server', { identity, pod: webPod });
  return { app, chart, pods };
}

/** Rules that open more than was named: an empty list of ports or peers, and selectors of everything. */
function openDoors(objects: readonly Manifest[]): string[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    if (kind !== 'NetworkPolicy' || metadata.name === 'default-deny' || metadata.name === 'allow-dns') return [];
    const rules = [...(spec.ingress ?? []), ...(spec.egress ?? [])];
    const peers = rules.flatMap(({ from, to }) => from ?? to ?? []);
    const empty = (selector: Manifest | undefined) =>
      selector !== undefined && Object.keys(selector.matchLabels ?? {}).length === 0;
    return [
      ...rules.filter(({ ports, from, to }) => ports?.length === 0 || from?.length === 0 || to?.length === 0),
      ...rules.filter(({ ports, from, to }) => ports === undefined && from === undefined && to === undefined),
      ...peers.filter(
        (peer) => Object.keys(peer).length === 0 || empty(peer.podSelector) || empty(peer.namespaceSelector),
      ),
      ...[spec.podSelector].filter(empty),
    ].map((rule) => `${metadata.name}: ${JSON.stringify(rule)}`);
  });
}

describe('pods and ports, as JavaScript may give them', () => {
  it.each<[string, (pods: Pods) => void, string]>([
    ['no ports', (pods) => network.allowIngressFromAnywhere(pods, []), "'ports' must have a port, got []"],
    ['no ports of a route', (pods) => network.allowIngressFromRoute(pods, [], 'Ingress'), "'ports' must have a port"],
    [
      'an unknown port',
      (pods) => network.allowIngress(pods, [0], pods),
      "'port' must be a port from 1 to 65535, got 0",
    ],
    [
      'a namespace that is undefined',
      (pods) => network.allowIngress(pods, [80], { namespace: undefined as never }),
      "'from.namespace' must be a string, got undefined",
    ],
    [
      'a misspelt selector of external pods',
      (pods) => network.allowIngress(pods, [80], { namespace: 'web', selectors: { app: 'a' } } as never),
      "'from.selectors' must be a known property (namespace, selector)",
    ],
    [
      'a label that is undefined',
      (pods) => network.allowIngress(pods, [80], { namespace: 'web', selector: { app: undefined as never } }),
      "'from.selector.app' must be a string, got undefined",
    ],
    [
      'pods without labels',
      ({ scope }) => network.allowApiServer({ scope, name: 'all', selector: {} }),
      "'client.selector' must have labels: without them it selects every pod, got {}",
    ],
    [
      'no pods',
      () => network.allowInternetEgress(undefined as never),
      "'client.scope' must be a Construct, got undefined",
    ],
    ['nobody', (pods) => network.allowIngress(pods, [80], undefined as never), "'from.namespace' must be a string"],
    ['no host', (pods) => network.connect(pods, {} as never), "'host' must be a host name or an address"],
    [
      'pods of another app',
      (pods) => network.allowIngress(pods, [80], isolated().pods),
      "'pods' must be of this app (those of others are { namespace, selector }), got 'api'",
    ],
  ])('fails for %s', (_, call, message) => {
    const { pods } = isolated();
    expect(() => call(pods)).toThrow(message);
  });

  it('fails for the name of a port that no container has', () => {
    const { chart, pods } = isolated();
    network.allowIngressFromAnywhere(pods, ['no-such-port']);
    expect(synthError(chart)).toContain(
      "'ports' must be one of 'http', 'metrics', as its containers call them, or a number, got 'no-such-port'",
    );
  });

  it('fails for the name of a port of pods that a chart creates, whose containers are not known', () => {
    const { chart } = isolated();
    network.allowIngressFromAnywhere({ scope: chart, name: 'chart', selector: { app: 'chart' } }, ['http']);
    expect(synthError(chart)).toContain("'ports' must be one of (none), as its containers call them, or a number");
  });

  it('fails for a network of a stack that is no network', () => {
    expect(() => new InferenceStack(new App(), 'inference', { network: 'none' as never })).toThrow(
      "inference: 'network' must be one of 'declared', 'any', got 'none'",
    );
  });

  it('never become a policy that opens more than they name, whatever is given', () => {
    const port = fc.oneof(
      fc.integer({ min: -1, max: 70_000 }),
      fc.constantFrom('http', 'metrics', 'no-such', '', undefined, null),
    );
    const ports = fc.oneof(fc.array(port, { maxLength: 2 }), fc.constantFrom(undefined, null, 'http', 80, {}));
    const labels = fc.oneof(
      fc.constantFrom({}, undefined, null, { app: undefined }, { app: null }, { app: 'a' }, { '': 'a' }, []),
      fc.constant({ app: 'b', tier: 'c' }),
    );
    const external = fc.record(
      { namespace: fc.constantFrom('web', '', undefined, null, 7), selector: labels },
      { requiredKeys: [] },
    );
    const address = fc.record(
      { host: fc.constantFrom('api.web.svc', 'example.org', '', undefined, null), port },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('connect', 'connectExternal', 'ingress', 'anywhere', 'route', 'apiServer', 'internet'),
        fc.constantFrom('own', 'labels', 'none'),
        ports,
        labels,
        fc.oneof(external, fc.constantFrom(undefined, null, 'web')),
        address,
        (call, whose, given, selector, from, to) => {
          const { chart, pods } = isolated();
          const some = { own: pods, labels: { scope: chart, name: 'some', selector }, none: undefined }[whose] as Pods;
          const calls = {
            connect: () => network.connect(some, to as never),
            connectExternal: () => network.connectExternal(chart, from as never, to as never),
            ingress: () => network.allowIngress(some, given as never, from as never),
            anywhere: () => network.allowIngressFromAnywhere(some, given as never),
            route: () => network.allowIngressFromRoute(some, given as never, 'Ingress'),
            apiServer: () => network.allowApiServer(some),
            internet: () => network.allowInternetEgress(some),
          };
          let written: Manifest[] = [];
          try {
            calls[call]();
            written = synth(chart);
          } catch (error) {
            expect((error as Error).message).toMatch(/'.+' must /);
          }
          expect(openDoors(written)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
