import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { localCredentials } from '../../lib/components/secrets/sources';
import { allowLocalCredentials } from '../../lib/kube/secrets/secrets';
import type { StackClient } from '../../lib/platform/clients';
import { FairStack } from '../../lib/stacks/fair/stack';
import { type Cluster, type Endpoint, lets } from '../support/network-evaluator';
import { find, synth, synthError } from '../support/synth';

function stackOf(clients: readonly StackClient[]): FairStack {
  const app = new App();
  allowLocalCredentials(app);
  return new FairStack(app, 'fair', {
    namespace: 'fair-prod',
    credentials: localCredentials(),
    charts: { mlflow: {} },
    clients,
  });
}

const pod = (namespace: string, labels: Record<string, string>): Endpoint => ({ ip: '10.1.2.3', namespace, labels });
const backend = pod('fair-prod', { 'app.kubernetes.io/name': 'fair', 'pod-template-hash': '1' });
const stranger = pod('fair-prod', { app: 'stranger' });
const api = pod('web', { app: 'api' });
const outside: Endpoint = { ip: '203.0.113.7' };
const service = { 'app.kubernetes.io/name': 'fair' };

/** Who reaches whom, by the policies that are written. */
function reaches(clients: readonly StackClient[]) {
  const objects = synth(stackOf(clients));
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  const names = ['fair-prod', 'web', 'kube-system'].map((name) => [name, { 'kubernetes.io/metadata.name': name }]);
  const cluster: Cluster = { namespaces: Object.fromEntries(names), policies };
  const server = (name: string) => pod('fair-prod', find(objects, 'StatefulSet', name).spec.template.metadata.labels);
  return { lets: (from: Endpoint, to: Endpoint, port: number) => lets(cluster, from, to, { port }), server };
}

describe('clients of a stack', () => {
  it('in its namespace are cut off without being named, as every pod there', () => {
    const network = reaches([]);
    expect(network.lets(backend, network.server('postgres'), 5432)).toBe(false);
    expect(network.lets(backend, outside, 443)).toBe(false);
    expect(network.lets(outside, backend, 8000)).toBe(false);
  });

  it('in its namespace keep their own connections, and reach the servers that are named, alone', () => {
    const network = reaches([{ name: 'backend', selector: service, servers: ['postgres'] }]);
    expect(network.lets(backend, network.server('postgres'), 5432)).toBe(true);
    expect(network.lets(backend, network.server('minio'), 9000)).toBe(false);
    expect(network.lets(backend, outside, 587)).toBe(true);
    expect(network.lets(outside, backend, 8000)).toBe(true);
    expect(network.lets(stranger, network.server('postgres'), 5432)).toBe(false);
    expect(network.lets(stranger, outside, 443)).toBe(false);
  });

  it('in another namespace reach the servers that are named', () => {
    const network = reaches([
      { name: 'web', namespace: 'web', selector: { app: 'api' }, servers: ['minio', 'mlflow'] },
    ]);
    expect(network.lets(api, network.server('minio'), 9000)).toBe(true);
    expect(network.lets(api, pod('fair-prod', { app: 'mlflow' }), 5000)).toBe(true);
    expect(network.lets(api, network.server('postgres'), 5432)).toBe(false);
    expect(network.lets(pod('web', { app: 'other' }), network.server('minio'), 9000)).toBe(false);
  });

  it('fail for a server that the stack does not have', () => {
    expect(() => stackOf([{ name: 'web', namespace: 'web', servers: ['redis'] }])).toThrow(
      /^fair: 'clients.servers' must be one of .*'postgres', .*'minio', .*'mlflow'.*, got 'redis'$/,
    );
  });

  it('fail in the namespace of the stack without labels, which would open it to everybody', () => {
    expect(() => stackOf([{ name: 'all' }])).toThrow(
      "'pods.selector' must have labels: without them it selects every pod",
    );
  });

  it('fail where they are pods of the stack, whose connections would all be open', () => {
    const selector = { 'app.kubernetes.io/name': 'postgres' };
    expect(synthError(stackOf([{ name: 'all', selector }]))).toContain(
      "'clients.selector' must select no pods of the stack, whose connections it would open, got 'postgres'",
    );
  });

  it('fail where two have one name, or one has an unknown property', () => {
    const one = { name: 'a', namespace: 'web' };
    expect(() => stackOf([one, one])).toThrow("fair: 'clients.name' must have no duplicates, got 'a'");
    expect(() => stackOf([{ ...one, uses: [] } as never])).toThrow("fair: 'clients.uses' must be a known property");
  });
});
