import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Yaml } from 'cdk8s';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { count, type Matchers, type Metric, selector, sum } from '../../../../lib/components/observability/metric';
import { haproxyMetrics } from '../../../../lib/components/observability/metrics/haproxy';
import { inferenceMetrics } from '../../../../lib/components/observability/metrics/inference';
import { kafkaMetrics } from '../../../../lib/components/observability/metrics/kafka';
import { minioMetrics } from '../../../../lib/components/observability/metrics/minio';
import { processMetrics } from '../../../../lib/components/observability/metrics/process';
import { Prometheus } from '../../../../lib/components/observability/prometheus';
import { CONFIG } from '../../../../lib/components/observability/prometheus-config';
import { describeProgram } from '../../../support/programs';
import { findPrometheusServer, PrometheusServer, promtool } from '../../../support/prometheus';
import { find, synth, testChart } from '../../../support/synth';
import { dashboards, queries, sent, targets } from './samples';

/** Values of the labels of metrics, each once. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  bucket: ['mlflow'],
  code: ['2xx', '5xx'],
  consumergroup: ['train-gru'],
  outcome: ['success', 'exception'],
  partition: ['0'],
  proxy: ['http', 'servers'],
  server: ['pod1'],
  state: ['UP', 'DOWN'],
  topic: ['training-data', 'DLQ-preprocess'],
};

/** Each metric of a component with each value of its labels, as text that grows from scrape to scrape. */
function exposition(groups: readonly Readonly<Record<string, Metric>>[], value: number): string {
  const lines = groups
    .flatMap((group) => Object.values(group))
    .flatMap((metric) =>
      labelled(metric.labels).flatMap((labels) => {
        if (metric.type !== 'histogram') return `${selector<string>(metric, labels)} ${value}`;
        const bucket = (le: string) =>
          selector<string>({ ...metric, name: `${metric.name}_bucket` }, { ...labels, le });
        const series = [bucket('0.5'), bucket('+Inf'), sum<string>(metric, labels), count<string>(metric, labels)];
        return series.map((name) => `${name} ${value}`);
      }),
    );
  return `${lines.join('\n')}\n`;
}

function labelled(labels: readonly string[]): Matchers<string>[] {
  return labels.reduce<Matchers<string>[]>(
    (sets, label) => sets.flatMap((set) => (VALUES[label] ?? ['']).map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
}

const SERVED = {
  [targets.servers.job]: [inferenceMetrics, processMetrics],
  [targets.balancer.job]: [haproxyMetrics],
  [targets.exporter.job]: [kafkaMetrics],
  [targets.store.job]: [minioMetrics],
};

describeProgram(findPrometheusServer(), 'the queries of the dashboards in a real Prometheus', (installation) => {
  let prometheus: PrometheusServer;
  let pods: Server;

  beforeAll(async () => {
    let scrapes = 0;
    pods = createServer(({ url = '' }, response) => {
      scrapes += 1;
      const groups = SERVED[url.slice(1)] ?? [];
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(exposition(groups, scrapes));
    });
    await new Promise<void>((listening) => pods.listen(0, '127.0.0.1', listening));
    const address = `127.0.0.1:${(pods.address() as AddressInfo).port}`;
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
      rule_files: ['rules.yml'],
      scrape_configs: Object.keys(SERVED).map((job) => ({
        job_name: job,
        metrics_path: `/${job}`,
        static_configs: [{ targets: [address], labels: { namespace: 'demo' } }],
      })),
    };
    const rules = { groups: [{ name: 'demo', rules: [{ alert: 'Answers', expr: 'up == 1' }] }] };
    const chart = testChart();
    new Prometheus(chart, 'prometheus', { targets: [] });
    const { template } = find(synth(chart), 'Deployment').spec;
    prometheus = new PrometheusServer(installation());
    const files = { [CONFIG]: Yaml.stringify(config), 'rules.yml': Yaml.stringify(rules) };
    await prometheus.start(template, files, 'nameserver 127.0.0.1\n');
    const seen = async (query: string) => (await prometheus.query(query)).length > 0;
    await prometheus.until('an alert fires', () => seen('ALERTS{alertstate="firing"}'));
  });
  afterAll(async () => {
    await prometheus?.destroy();
    pods?.close();
  });

  test('are read by promtool', () => {
    const rules = queries.map((query, index) => ({ record: `query${index}`, expr: sent(query) }));
    const file = Yaml.stringify({ groups: [{ name: 'queries', rules }] });
    const { status, output } = promtool(installation(), { 'rules.yml': file }, ['check', 'rules', '{}/rules.yml']);
    expect(output).toContain(`SUCCESS: ${queries.length} rules found`);
    expect(status).toBe(0);
  });

  test('find something, each of them, where the metrics are there', async () => {
    let empty: typeof queries = queries;
    // A rate wants two scrapes, and a scrape that took too long leaves nothing behind.
    const all = async () => {
      const results = await Promise.all(
        queries.map(async (query) => ({ ...query, found: await prometheus.query(sent(query)) })),
      );
      empty = results.filter(({ found }) => !found.some(({ value }) => Number.isFinite(value)));
      return empty.length === 0;
    };
    await prometheus.until('each finds something', all).catch(() => {});
    expect(empty.map(({ dashboard, panel, expr }) => `${dashboard}, ${panel}: ${expr}`)).toEqual([]);
  });

  test('leave no label of a legend without a value', async () => {
    for (const { panels } of dashboards) {
      for (const { targets: asked = [] } of panels as { targets?: { expr: string; legendFormat: string }[] }[]) {
        for (const { expr, legendFormat } of asked) {
          const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
          const [series] = await prometheus.query(sent({ dashboard: '', panel: '', expr }));
          expect(Object.keys(series?.labels ?? {}), expr).toEqual(expect.arrayContaining(labels));
        }
      }
    }
  });

  test('offer values for each variable', async () => {
    for (const { templating } of dashboards) {
      for (const { query } of (templating as { list: { query: { query: string } }[] }).list) {
        const [, series = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query.query) ?? [];
        const values = await prometheus.api(`label/${label}/values?match[]=${encodeURIComponent(series)}`);
        expect(values, query.query).not.toEqual([]);
      }
    }
  });
});
