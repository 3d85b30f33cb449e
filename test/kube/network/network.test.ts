import { Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { brokerAddress, bucketAddress } from '../../../lib/kube/network/addresses';
import {
  allowApiServer,
  allowIngress,
  allowIngressFromAnywhere,
  allowInternetEgress,
  connect,
  connectExternal,
  edges,
  isIsolated,
  recordIsolation,
  recordServer,
} from '../../../lib/kube/network/network';
import type { Pods } from '../../../lib/kube/network/peers';
import { portNumbers } from '../../../lib/kube/network/pod-ports';
import { Deployment } from '../../../lib/workloads/deployment';
import { Service } from '../../../lib/workloads/service';
import { identity, webPod } from '../../support/samples';
import { testChart } from '../../support/synth';

const podsIn = (scope: Chart, name: string): Pods => ({ scope, name, selector: { app: name } });

describe('a connection', () => {
  it('leads to the pods of a Service that the app has, on their own port', () => {
    const chart = testChart();
    const server = new Deployment(chart, 'server', { identity, pod: webPod });
    const { host } = new Service(chart, 'service', {
      name: 'api',
      identity,
      ports: [{ name: 'web', port: 80, targetPort: 'http' }],
    });
    connect(podsIn(chart, 'client'), { host, port: 80 });
    const [edge] = edges(chart);
    expect(edge?.to).toMatchObject({ type: 'pods', pods: { name: 'api', selector: server.selector } });
    expect(edge && portNumbers(edge.to, edge.ports)).toEqual([8080]);
  });

  it('leads from external pods to the pods of a Service', () => {
    const chart = testChart();
    recordServer({ host: 'api.demo.svc', pods: podsIn(chart, 'api'), ports: [{ port: 80, podPort: 8080 }] });
    connectExternal(chart, { namespace: 'monitoring' }, { host: 'api.demo.svc', port: 80 });
    expect(edges(chart)).toMatchObject([
      {
        from: { type: 'externalPods', pods: { namespace: 'monitoring' } },
        to: { pods: { name: 'api' } },
        ports: [8080],
      },
    ]);
  });

  it('fails for a port that the Service does not have', () => {
    const chart = testChart();
    recordServer({ host: 'api.demo.svc', pods: podsIn(chart, 'api'), ports: [{ port: 80, podPort: 8080 }] });
    expect(() => connect(podsIn(chart, 'client'), { host: 'api.demo.svc', port: 8080 })).toThrow(
      "demo: 'port' must be a port of the Service api.demo.svc (80), got 8080",
    );
  });

  it.each([Number.NaN, 0, 65_536])('fails for the port %d, of a server or of pods', (port) => {
    const chart = testChart();
    const pods = podsIn(chart, 'client');
    const message = `demo: 'port' must be a port from 1 to 65535, got ${port}`;
    expect(() => connect(pods, { host: 'db.example.org', port })).toThrow(message);
    expect(() => allowIngress(pods, ['http', port], pods)).toThrow(message);
  });

  it('leads to a whole namespace where the Service is of another app, for the port of its pods is not known', () => {
    const chart = testChart();
    connect(podsIn(chart, 'client'), { host: 'postgres.shared.svc', port: 5432 });
    connect(podsIn(chart, 'client'), { host: 'minio.shared.svc.cluster.local', port: 9000 });
    expect(edges(chart).map(({ to, ports }) => ({ to, ports }))).toEqual([
      { to: { type: 'externalPods', pods: { namespace: 'shared' } }, ports: [] },
    ]);
  });

  it('leads to any address on the port of a host outside of the cluster', () => {
    const chart = testChart();
    connect(podsIn(chart, 'client'), { host: 'db.example.org', port: 5432 });
    expect(edges(chart)).toMatchObject([{ to: { type: 'host', host: 'db.example.org' }, ports: [5432] }]);
  });

  it('leads to each of several addresses, the brokers of a Kafka cluster among them', () => {
    const chart = testChart();
    const kafka = brokerAddress({ bootstrapServers: 'kafka.shared.svc:9092' });
    expect(kafka).toEqual({ host: 'kafka.shared.svc', port: 9092 });
    connect(podsIn(chart, 'client'), kafka, { host: 'db.example.org', port: 5432 });
    expect(edges(chart).map(({ to }) => to)).toEqual([
      { type: 'externalPods', pods: { namespace: 'shared' } },
      { type: 'host', host: 'db.example.org' },
    ]);
  });

  it('is there once, however often it is declared', () => {
    const chart = testChart();
    const client = podsIn(chart, 'client');
    for (const _ of [1, 2]) {
      allowApiServer(client);
      allowInternetEgress(client);
      allowIngressFromAnywhere(client, ['http']);
      allowIngress(client, [80], podsIn(chart, 'other'));
      allowIngress(client, [80], { namespace: 'other' });
    }
    expect(edges(chart).map(({ from, to, ports }) => `${from.type} ${to.type} ${ports}`)).toEqual([
      'pods apiServer 443,6443',
      'pods internet 443',
      'anywhere pods http',
      'pods pods 80',
      'externalPods pods 80',
    ]);
  });

  it('is of one app', () => {
    allowApiServer(podsIn(testChart(), 'client'));
    expect(edges(testChart())).toEqual([]);
  });
});

describe('a bucket', () => {
  it.each([
    [undefined, { host: 's3.amazonaws.com', port: 443 }],
    ['http://minio.demo.svc:9000', { host: 'minio.demo.svc', port: 9000 }],
    ['http://minio.demo.svc', { host: 'minio.demo.svc', port: 80 }],
  ])('at %s is served by %j', (endpoint, address) => {
    expect(bucketAddress({ bucket: 'models', endpoint })).toEqual(address);
  });
});

describe('an isolated chart', () => {
  it('has the policies of its own pods written, for what was declared before and for what comes after', () => {
    const chart = testChart();
    const other = new Chart(chart.node.root, 'other', { namespace: 'other' });
    const written: string[] = [];
    allowIngress(podsIn(chart, 'early'), [80], podsIn(other, 'client'));
    recordIsolation(chart, ({ name }) => written.push(name));
    expect(written).toEqual(['early']);
    allowIngress(podsIn(chart, 'late'), [80], podsIn(other, 'client'));
    expect(written).toEqual(['early', 'late']);
    expect([chart, other].map(isIsolated)).toEqual([true, false]);
  });
});
