import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  allowApiServer,
  allowIngress,
  allowIngressFromAnywhere,
  allowInternetEgress,
  connect,
  recordServer,
} from '../../lib/kube/network/network';
import type { Pods } from '../../lib/kube/network/peers';
import { isolate, isolateOperators } from '../../lib/workloads/network-policy';
import { type Endpoint, lets } from '../support/network-evaluator';
import { schemaError } from '../support/schema';
import { find, policiesOf, synth } from '../support/synth';

/** Pods of a namespace, behind a Service of their name. */
function server(scope: Chart, name: string): Pods {
  const pods: Pods = { scope, name, selector: { app: name } };
  recordServer({ host: `${name}.${scope.namespace}.svc`, pods, ports: [{ port: 80, podPort: 8080 }] });
  return pods;
}

function namespaces() {
  const app = new App();
  const chart = (name: string) => new Chart(app, name, { namespace: name });
  return { one: chart('one'), two: chart('two') };
}

describe('a namespace of operators', () => {
  const chart = new Chart(new App(), 'cluster');
  isolateOperators(chart, 'cnpg-system', [9443]);
  isolateOperators(chart, 'nvidia', []);
  const cluster = { namespaces: { 'cnpg-system': {}, nvidia: {}, fair: {} }, policies: synth(chart) };
  const pod = (namespace: string): Endpoint => ({ ip: '10.244.0.7', namespace, labels: { app: 'any' } });
  const [operator, plugin, stranger] = [pod('cnpg-system'), pod('nvidia'), pod('fair')] as const;
  const apiServer: Endpoint = { ip: '172.18.0.2' };

  it('is reached at its webhooks by the API server, by its own pods, and by no others', () => {
    expect(lets(cluster, apiServer, operator, { port: 9443 })).toBe(true);
    expect(lets(cluster, operator, operator, { port: 9090 })).toBe(true);
    for (const from of [stranger, apiServer, plugin]) expect(lets(cluster, from, operator, { port: 8080 })).toBe(false);
  });

  it('without a webhook is reached by nobody', () => {
    for (const from of [stranger, apiServer]) expect(lets(cluster, from, plugin, { port: 9443 })).toBe(false);
  });

  it('reaches everything: its release knows what it needs', () => {
    expect(lets(cluster, operator, stranger, { port: 8000 })).toBe(true);
  });
});

describe('an isolated namespace', () => {
  it('refuses everything but DNS', () => {
    const { one } = namespaces();
    isolate(one);
    expect(synth(one).map(({ metadata, spec }) => [metadata.name, metadata.namespace, spec])).toEqual([
      ['default-deny', 'one', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }],
      [
        'allow-dns',
        'one',
        {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [
            {
              to: [
                { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
                { ipBlock: { cidr: '169.254.20.10/32' } },
              ],
              ports: [
                { protocol: 'UDP', port: 53 },
                { protocol: 'TCP', port: 53 },
              ],
            },
          ],
        },
      ],
    ]);
  });

  it('is the same whichever of its clients was made first', () => {
    const policy = (clients: readonly string[]) => {
      const app = new App();
      const chart = (name: string) => new Chart(app, name, { namespace: name });
      const data = chart('data');
      isolate(data);
      server(data, 'db');
      for (const client of clients) connect(server(chart(client), 'web'), { host: 'db.data.svc', port: 80 });
      return find(synth(data), 'NetworkPolicy', 'db').spec;
    };
    expect(policy(['b', 'a', 'c'])).toEqual(policy(['a', 'b', 'c']));
    expect(policy(['a', 'b', 'c']).ingress).toHaveLength(3);
  });

  it('opens a connection at both ends, on the port of the pods', () => {
    const { one } = namespaces();
    isolate(one);
    const client = server(one, 'web');
    server(one, 'db');
    connect(client, { host: 'db.one.svc', port: 80 });
    const ports = [{ protocol: 'TCP', port: 8080 }];
    const objects = synth(one);
    expect(find(objects, 'NetworkPolicy', 'web').spec).toEqual({
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'db' } } }], ports }],
    });
    expect(find(objects, 'NetworkPolicy', 'db').spec).toEqual({
      podSelector: { matchLabels: { app: 'db' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports }],
    });
  });

  it('names the namespace of pods elsewhere, and writes the policy of each end where it is', () => {
    const { one, two } = namespaces();
    isolate(one);
    isolate(two);
    const client = server(one, 'web');
    server(two, 'db');
    connect(client, { host: 'db.two.svc', port: 80 });
    const objects = synth(one);
    const peer = (namespace: string, app: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      podSelector: { matchLabels: { app } },
    });
    expect(find(objects, 'NetworkPolicy', 'web')).toMatchObject({
      metadata: { namespace: 'one' },
      spec: { egress: [{ to: [peer('two', 'db')] }] },
    });
    expect(find(objects, 'NetworkPolicy', 'db')).toMatchObject({
      metadata: { namespace: 'two' },
      spec: { ingress: [{ from: [peer('one', 'web')] }] },
    });
  });

  it('leaves the other end alone where that is not isolated', () => {
    const { one, two } = namespaces();
    isolate(one);
    connect(server(one, 'web'), { host: 'elsewhere.three.svc', port: 80 });
    allowIngress(server(two, 'db'), [80], server(one, 'job'));
    expect(policiesOf(synth(one))).toEqual(['default-deny', 'allow-dns', 'web', 'job']);
  });

  it('knows clients and servers without labels by their ports', () => {
    const { one } = namespaces();
    isolate(one);
    const pods = server(one, 'web');
    allowApiServer(pods);
    allowInternetEgress(pods);
    allowIngressFromAnywhere(pods, [8080]);
    connect(pods, { host: 'db.example.org', port: 5432 });
    const { spec } = find(synth(one), 'NetworkPolicy', 'web');
    const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port }));
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(spec.ingress).toEqual([{ ports: tcp(8080) }]);
    expect(spec.egress).toEqual([
      { ports: tcp(443, 6443) },
      {
        to: [{ ipBlock: expect.objectContaining({ cidr: '0.0.0.0/0' }) }, { ipBlock: expect.anything() }],
        ports: tcp(443),
      },
      { ports: tcp(5432) },
    ]);
    expect(spec.egress[1].to[0].ipBlock.except).toEqual(expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']));
  });

  it('writes what the schemas of Kubernetes allow', () => {
    const { one } = namespaces();
    isolate(one);
    const pods = server(one, 'web');
    allowInternetEgress(pods);
    connect(pods, { host: 'db.three.svc', port: 80 });
    expect(synth(one).flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('fails for two groups of pods of one name', () => {
    const { one } = namespaces();
    isolate(one);
    allowApiServer(server(one, 'web'));
    expect(() => allowInternetEgress({ scope: one, name: 'web', selector: { app: 'other' } })).toThrow(
      "one: 'pods.name' must be that of one selector in its chart, got 'web'",
    );
  });
});

it('a namespace that is not isolated has no policies, whatever its pods connect to', () => {
  const { one } = namespaces();
  allowApiServer(server(one, 'web'));
  expect(synth(one)).toEqual([]);
});
