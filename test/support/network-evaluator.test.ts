import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cluster, type Endpoint, lets } from './network-evaluator';
import type { Manifest } from './synth';

const namespaces = { a: { team: 'a' }, b: { team: 'b' } };
const pod = (namespace: string, app: string, ip = '10.0.0.1'): Endpoint => ({
  ip,
  namespace,
  labels: { app },
  ports: { http: app === 'x' ? 80 : 8080 },
});
const policy = (spec: Manifest, namespace = 'a'): Manifest => ({
  kind: 'NetworkPolicy',
  metadata: { namespace },
  spec,
});
const cluster = (...policies: Manifest[]): Cluster => ({ namespaces, policies });
const everyPod = { podSelector: {} };

const [x, y, far] = [pod('a', 'x'), pod('a', 'y'), pod('b', 'x')];
const outside: Endpoint = { ip: '203.0.113.7' };

describe('the evaluator of network policies', () => {
  it.each<[string, Manifest, Endpoint, Endpoint, number, boolean]>([
    ['a policy without rules refuses ingress', everyPod, far, x, 80, false],
    ['and leaves egress alone', everyPod, x, far, 80, true],
    ['unless it says so', { ...everyPod, policyTypes: ['Egress'] }, x, far, 80, false],
    [
      'rules for egress are enough to refuse the rest',
      { ...everyPod, egress: [{ ports: [{ port: 1 }] }] },
      x,
      far,
      80,
      false,
    ],
    ['a selector decides whom it is about', { podSelector: { matchLabels: { app: 'y' } } }, far, x, 80, true],
    ['an empty rule opens everything', { ...everyPod, ingress: [{}] }, far, x, 80, true],
    ['an empty list of peers does, too', { ...everyPod, ingress: [{ from: [] }] }, outside, x, 80, true],
    [
      'pods alone are of the same namespace',
      { ...everyPod, ingress: [{ from: [{ podSelector: {} }] }] },
      far,
      x,
      80,
      false,
    ],
    ['and there they are', { ...everyPod, ingress: [{ from: [{ podSelector: {} }] }] }, y, x, 80, true],
    [
      'an empty namespace selector is every namespace',
      { ...everyPod, ingress: [{ from: [{ namespaceSelector: {} }] }] },
      far,
      x,
      80,
      true,
    ],
    ['but nothing outside', { ...everyPod, ingress: [{ from: [{ namespaceSelector: {} }] }] }, outside, x, 80, false],
    [
      'both selectors of one peer have to match',
      {
        ...everyPod,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchLabels: { app: 'y' } } }] },
        ],
      },
      far,
      x,
      80,
      false,
    ],
    [
      'a name is that of a port of the destination',
      { ...everyPod, ingress: [{ ports: [{ port: 'http' }] }] },
      far,
      x,
      80,
      true,
    ],
    ['and of no other', { ...everyPod, ingress: [{ ports: [{ port: 'http' }] }] }, far, y, 80, false],
    [
      'a range has both of its ends',
      { ...everyPod, ingress: [{ ports: [{ port: 70, endPort: 80 }] }] },
      far,
      x,
      80,
      true,
    ],
    [
      'the protocol is TCP unless it is another',
      { ...everyPod, ingress: [{ ports: [{ port: 80, protocol: 'UDP' }] }] },
      far,
      x,
      80,
      false,
    ],
    [
      'a block has addresses',
      { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] },
      outside,
      x,
      80,
      true,
    ],
    [
      'but for its exceptions',
      { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.0/28'] } }] }] },
      outside,
      x,
      80,
      false,
    ],
    [
      'an address of another family is in no block',
      { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] },
      outside,
      x,
      80,
      false,
    ],
    [
      'expressions select, too',
      { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['x'] }] } },
      far,
      x,
      80,
      true,
    ],
  ])('%s', (_, spec, from, to, port, expected) => {
    expect(lets(cluster(policy(spec)), from, to, { port })).toBe(expected);
  });

  const endpoints = [x, y, far, pod('b', 'y'), outside];
  const selector = fc.constantFrom<Manifest>({}, { matchLabels: { app: 'x' } }, { matchLabels: { app: 'y' } });
  const peer = fc.oneof(
    selector.map((podSelector) => ({ podSelector })),
    fc.constantFrom('a', 'b').map((team) => ({ namespaceSelector: { matchLabels: { team } } })),
    fc.constant({ ipBlock: { cidr: '203.0.113.0/24' } }),
  );
  const ports = fc.array(fc.constantFrom<Manifest>({ port: 80 }, { port: 'http' }, { port: 8080 }), { maxLength: 2 });
  const peers = fc.array(peer, { maxLength: 2 });
  const spec = fc.record({
    podSelector: selector,
    policyTypes: fc.subarray(['Ingress', 'Egress'], { minLength: 1 }),
    ingress: fc.array(fc.record({ from: peers, ports }), { maxLength: 2 }),
    egress: fc.array(fc.record({ to: peers, ports }), { maxLength: 2 }),
  });
  const policies = fc.array(
    fc.tuple(spec, fc.constantFrom('a', 'b')).map(([given, namespace]) => policy(given, namespace)),
    { maxLength: 4 },
  );
  const deny = ['a', 'b'].map((namespace) => policy({ ...everyPod, policyTypes: ['Ingress', 'Egress'] }, namespace));
  const question = fc.record({
    from: fc.constantFrom(...endpoints),
    to: fc.constantFrom(...endpoints),
    port: fc.constantFrom({ port: 80 }, { port: 8080 }),
  });

  it('does not care about the order of policies', () => {
    fc.assert(
      fc.property(policies, question, (given, { from, to, port }) => {
        const reversed = cluster(...[...given].reverse());
        expect(lets(reversed, from, to, port)).toBe(lets(cluster(...given), from, to, port));
      }),
    );
  });

  it('lets more through with each policy that is added to those that refuse everything', () => {
    fc.assert(
      fc.property(policies, policies, question, (given, more, { from, to, port }) => {
        if (!lets(cluster(...deny, ...given), from, to, port)) return;
        expect(lets(cluster(...deny, ...given, ...more), from, to, port)).toBe(true);
      }),
    );
  });

  it('lets no more through where policies also refuse everything', () => {
    fc.assert(
      fc.property(policies, question, (given, { from, to, port }) => {
        if (!lets(cluster(...deny, ...given), from, to, port)) return;
        expect(lets(cluster(...given), from, to, port)).toBe(true);
      }),
    );
  });

  it('never looks at policies of namespaces that neither end is in', () => {
    fc.assert(
      fc.property(policies, question, (given, { from, to, port }) => {
        const concerned = given.filter(({ metadata }) => [from.namespace, to.namespace].includes(metadata.namespace));
        expect(lets(cluster(...concerned), from, to, port)).toBe(lets(cluster(...given), from, to, port));
      }),
    );
  });
});
