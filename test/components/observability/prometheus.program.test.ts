import { createServer, type Server } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { Duration } from 'cdk8s';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { Prometheus } from '../../../lib/components/observability/prometheus';
import { targetRules } from '../../../lib/components/observability/rules/targets';
import { Deployment } from '../../../lib/workloads/deployment';
import { MetricsService } from '../../../lib/workloads/metrics-service';
import { DnsServer } from '../../support/dns-server';
import { freePort } from '../../support/free-port';
import { describeProgram } from '../../support/programs';
import { findPrometheusServer, PrometheusServer } from '../../support/prometheus';
import { identity, pod } from '../../support/samples';
import { find, synth, testChart } from '../../support/synth';

const NAME = 'api-metrics.demo.svc.cluster.local';
const [FIRST, BROKEN, LATER, SIX] = ['127.77.0.1', '127.77.0.2', '127.77.0.3', '::1'];

/** A pod: it serves one metric, or nothing but an error. */
function serve(host: string, port: number, works: boolean): Promise<Server> {
  const server = createServer(({ url }, response) => {
    if (url !== '/stats' || !works) response.writeHead(500).end();
    else response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end('answers_total 42\n');
  });
  return new Promise((done) => server.listen(port, host, () => done(server)));
}

describeProgram(findPrometheusServer(), 'a real Prometheus with the generated files', (installation) => {
  const name = new DnsServer(`127.77.${Math.floor(Math.random() * 256)}.53`);
  const pods: Server[] = [];
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    const port = await freePort();
    for (const [host, works] of [
      [FIRST, true] as const,
      [BROKEN, false] as const,
      [LATER, true] as const,
      [SIX, true] as const,
    ]) {
      pods.push(await serve(host, port, works));
    }
    name.set(NAME, [FIRST, BROKEN]);
    await name.start(53);

    const chart = testChart();
    const [main] = pod.containers;
    const containers = [{ ...main, ports: { metrics: port } }] as const;
    new Deployment(chart, 'api', { identity, pod: { ...pod, containers } });
    const target = new MetricsService(chart, 'metrics', { name: 'api', identity, port, path: '/stats' }).connection;
    new Prometheus(chart, 'prometheus', {
      targets: [target],
      rules: targetRules({ targets: [target], for: Duration.seconds(1) }),
      interval: Duration.seconds(1),
    });
    const objects = synth(chart);
    const { template } = find(objects, 'Deployment', 'prometheus').spec;
    const { data } = find(objects, 'ConfigMap', 'prometheus-config');
    prometheus = new PrometheusServer(installation());
    // As the kubelet writes it for a pod of the namespace `demo`.
    const search = 'search demo.svc.cluster.local svc.cluster.local cluster.local';
    await prometheus.start(template, data, `nameserver ${name.host}\n${search}\noptions ndots:5\n`);
  });
  afterAll(async () => {
    await prometheus?.destroy();
    await name.stop();
    for (const server of pods) server.close();
  });

  /** The value of a series for each address. */
  const values = async (metric: string) =>
    Object.fromEntries(
      (await prometheus.query(metric)).map(({ labels, value }) => [labels.instance.replace(/:\d+$/, ''), value]),
    );

  test('scrapes each pod of a target, and itself', async () => {
    onTestFailed(() => console.error(prometheus.log));
    // Where others use the processors, a scrape may take longer than the second that it has.
    const all = { [FIRST]: 1, [BROKEN]: 0, localhost: 1 };
    await prometheus.until('all are scraped', async () => isDeepStrictEqual(await values('up'), all));
    const [{ labels, value } = {}] = await prometheus.query('answers_total');
    expect(value).toBe(42);
    expect(labels).toMatchObject({ job: 'api', namespace: 'demo', service: 'api-metrics' });
    expect(name.questions).toContain(NAME);
  });

  test('finds a pod that comes later', async () => {
    name.set(NAME, [FIRST, BROKEN, LATER]);
    await prometheus.until('it is scraped', async () => (await values('up{job="api"}'))[LATER] === 1);
  });

  test('finds a pod by its IPv6 address, where the Service has no other', async () => {
    name.set(NAME, [SIX]);
    await prometheus.until('it is scraped', async () => (await values('up{job="api"}'))[`[${SIX}]`] === 1);
    name.set(NAME, [FIRST, BROKEN, LATER]);
  });

  test('evaluates the rules: who cannot be scraped has an alert', async () => {
    const { groups } = await prometheus.api('rules');
    expect(groups.flatMap(({ rules }: { rules: { name: string }[] }) => rules.map((rule) => rule.name))).toEqual([
      'TargetDown',
      'TargetAbsent',
    ]);
    const firing = async () =>
      (await prometheus.query('ALERTS{alertstate="firing"}')).map(({ labels }) => [
        labels.alertname,
        labels.instance.split(':')[0],
      ]);
    const expected = [['TargetDown', BROKEN]];
    await prometheus.until('the alert fires', async () => isDeepStrictEqual(await firing(), expected));
  });
});
