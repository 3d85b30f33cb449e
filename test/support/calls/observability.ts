import { type Chart, Duration, Size } from 'cdk8s';
import * as door from '../../../lib/observability';
import { type Call, construct } from './call';
import type { Taste } from './taste';
import * as values from './values';

const metrics = (t: Taste) => ({
  job: t.text('server'),
  host: t.text('server-metrics.other.svc'),
  port: t.number(9090),
  portName: t.text('metrics'),
  path: t.text('/metrics'),
  labels: values.labels(t),
});
const metric = (t: Taste) => ({ name: t.text('a_total'), type: 'counter', labels: t.list('code'), help: t.text('It') });
const matchers = { code: /5../ };
const ruleGroup = (t: Taste): door.RuleGroup => ({
  name: t.text('server'),
  rules: t.list<door.AlertRule | door.RecordingRule>(
    {
      alert: t.text('ServerDown'),
      expr: t.text('up == 0'),
      for: values.seconds(t, 600),
      severity: t.one('critical', 'warning'),
      summary: t.text('It is down.'),
    },
    { record: door.gauge('job:up:sum', 'It'), expr: t.text('sum(up)') },
  ),
});
const panels = () => [door.statPanel('One', 'none', 'up'), door.seriesPanel('Two', 's', { all: 'up' })];
const dashboards = () => [
  door.dashboard({ uid: 'a', title: 'A', description: 'It', rows: [{ title: 'Row', panels: panels() }] }),
];
const fixed = (name: string): Call => ({
  args: (_, t) => ({ name: t.text(name), help: t.text('It'), labels: t.list('code') }),
});
const series: Call = { args: (_, t) => ({ metric: metric(t), matchers }) };

/** Constructors and functions of the door of observability, by their names there. */
export const observability: Readonly<Record<string, Call>> = {
  Grafana: construct((t) => ({
    name: t.maybe(t.text('grafana')),
    image: t.maybe(values.image(t)),
    admin: { user: values.secretKey(t), password: values.secretKey(t) },
    prometheus: { host: t.text('prometheus.other.svc'), port: t.number(9090), url: t.text('http://a:9090') },
    scrapeInterval: t.maybe(values.seconds(t, 15)),
    dashboards: dashboards(),
    storage: t.maybe(values.size(t, 1024)),
    storageClassName: t.maybe(t.text('fast')),
    url: t.maybe(t.text('https://grafana.example.org')),
    resources: t.maybe(values.resources(t)),
    exposure: t.maybe(values.exposure(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  KafkaExporter: construct((t) => ({
    name: t.maybe(t.text('exporter')),
    image: t.maybe(values.image(t)),
    kafka: { bootstrapServers: t.text('kafka.other.svc:9092') },
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  Prometheus: construct((t) => ({
    name: t.maybe(t.text('prometheus')),
    image: t.maybe(values.image(t)),
    targets: t.list(metrics(t)),
    rules: t.maybe([ruleGroup(t)]),
    interval: t.maybe(values.seconds(t, 15)),
    retention: t.maybe(Duration.days(7)),
    storage: t.maybe({ type: t.one('claim' as const, 'scratch' as const), size: Size.gibibytes(2) }),
    storageClassName: t.maybe(t.text('fast')),
    resources: t.maybe(values.resources(t)),
    nodePool: t.maybe(values.nodePool(t)),
  })),
  PrometheusRule: construct((t) => ({
    name: t.text('rules'),
    rules: [ruleGroup(t)],
    labels: t.maybe(values.labels(t)),
  })),
  ServiceMonitor: construct((t) => ({
    name: t.maybe(t.text('server')),
    target: metrics(t),
    interval: t.maybe(values.seconds(t, 15)),
    labels: t.maybe(values.labels(t)),
    prometheus: t.maybe({ namespace: t.text('monitoring'), selector: t.maybe(values.labels(t)) }),
  })),
  inferenceRules: {
    args: (_, t) => ({
      props: {
        servers: metrics(t),
        latency: Duration.seconds(2),
        failures: t.number(0.05),
        utilization: t.number(0.9),
        traffic: t.number(1),
        for: values.seconds(t, 600),
      },
    }),
    after: ruled,
  },
  balancerRules: {
    args: (_, t) => ({
      props: {
        balancer: metrics(t),
        frontend: t.text('http'),
        backend: t.text('servers'),
        latency: values.seconds(t, 2),
        failures: t.number(0.05),
        saturation: t.number(0.8),
        for: values.seconds(t, 600),
      },
    }),
    after: ruled,
  },
  pipelineRules: {
    args: (_, t) => ({
      props: {
        exporter: metrics(t),
        brokers: t.number(3),
        groups: t.list(t.text('training')),
        failedTopics: t.maybe(t.list(t.text('DLQ-a'))),
        lag: t.number(100),
        stuckAfter: values.seconds(t, 7200),
        for: values.seconds(t, 600),
      },
    }),
    after: ruled,
  },
  storeRules: {
    args: (_, t) => ({ props: { store: metrics(t), free: t.number(0.1), for: values.seconds(t, 600) } }),
    after: ruled,
  },
  targetRules: { args: (_, t) => ({ props: { targets: [metrics(t)], for: values.seconds(t, 600) } }), after: ruled },
  dashboard: {
    args: (_, t) => ({
      props: {
        uid: t.text('a'),
        title: t.text('A'),
        description: t.text('It'),
        tags: t.list(t.text('a')),
        variables: t.list({ name: t.text('instance'), label: t.text('Pod'), series: t.text('up') }),
        rows: [{ title: t.text('Row'), panels: panels() }],
        from: t.text('now-1h'),
        dataSourceUid: t.text('prometheus'),
      },
    }),
  },
  pipelineDashboard: {
    args: (_, t) => ({
      props: {
        uid: t.text('a'),
        title: t.text('A'),
        exporter: metrics(t),
        brokers: t.number(1),
        failedTopics: /DLQ-.+/,
        store: metrics(t),
      },
    }),
  },
  servingDashboard: {
    args: (_, t) => ({
      props: {
        uid: t.text('a'),
        title: t.text('A'),
        servers: metrics(t),
        balancer: metrics(t),
        frontend: t.text('http'),
        backend: t.text('servers'),
      },
    }),
  },
  statPanel: {
    args: (_, t) => ({
      title: t.text('One'),
      unit: t.one('none', 's'),
      expr: t.text('up'),
      options: {
        description: t.text('It'),
        thresholds: ['green', [1, 'red']],
        max: t.number(1),
        width: t.number(4),
      },
    }),
  },
  seriesPanel: {
    args: (_, t) => ({
      title: t.text('One'),
      unit: t.one('none', 's'),
      queries: { all: t.text('up') },
      options: { stacked: true },
    }),
  },
  dashboardRate: { args: (_, t) => ({ series: t.text('a_total') }) },
  selector: series,
  bucketSelector: series,
  countSelector: series,
  sumSelector: series,
  counter: fixed('a_total'),
  gauge: fixed('a'),
  histogram: fixed('a_seconds'),
};

function ruled(rules: readonly door.RuleGroup[], chart: Chart) {
  new door.PrometheusRule(chart, 'after', { name: 'after', rules });
}
