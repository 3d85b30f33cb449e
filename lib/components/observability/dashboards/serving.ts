import type { MetricsConnection } from '../../../kube/connections';
import { type DashboardRow, dashboard, type GrafanaDashboard } from '../dashboard';
import { buckets, count, selector, sum } from '../metric';
import { haproxyMetrics as haproxy } from '../metrics/haproxy';
import { INFERENCE_FAILURES, inferenceMetrics as inference } from '../metrics/inference';
import { processMetrics, targetMetrics } from '../metrics/process';
import { curves, rate, stat, type Thresholds, WANTED } from '../panels';

export interface ServingDashboardProps {
  /** @default 'serving' */
  readonly uid?: string;
  /** @default 'Serving' */
  readonly title?: string;
  /** The servers. */
  readonly servers: MetricsConnection;
  /** The HAProxy before them. */
  readonly balancer: MetricsConnection;
  /** Name of its frontend for clients. @default 'http' */
  readonly frontend?: string;
  /** Name of its backend. @default 'servers' */
  readonly backend?: string;
}

/** The labels of what is shown. */
interface Shown {
  readonly servers: { readonly job: string };
  readonly frontend: { readonly job: string; readonly proxy: string };
  readonly backend: { readonly job: string; readonly proxy: string };
}

/** From 1 % and 5 % of the requests on. */
const ERRORS: Thresholds = ['green', [0.01, 'orange'], [0.05, 'red']];
/** From 1 s and 5 s on. */
const SLOW: Thresholds = ['green', [1, 'orange'], [5, 'red']];
/** From 80 % and 95 % on. */
const FULL: Thresholds = ['green', [0.8, 'orange'], [0.95, 'red']];

/**
 * The four golden signals of the forecasts: how many, how many fail, how long they take, how full the servers are; as
 * clients see them at the load balancer, and as each pod does.
 */
export function servingDashboard(props: ServingDashboardProps): GrafanaDashboard {
  const { uid = 'serving', title = 'Serving', servers, balancer, frontend = 'http', backend = 'servers' } = props;
  const shown: Shown = {
    servers: { job: servers.job },
    frontend: { job: balancer.job, proxy: frontend },
    backend: { job: balancer.job, proxy: backend },
  };
  return dashboard({
    uid,
    title,
    description: 'Forecasts: rate, errors, latency and saturation, at the load balancer and in each pod.',
    tags: ['golden signals'],
    variables: [{ name: 'instance', label: 'Pod', series: selector(targetMetrics.up, shown.servers) }],
    rows: [now(shown), traffic(shown), latency(shown), saturation(shown), pods(shown)],
  });
}

function now({ servers, frontend, backend }: Shown): DashboardRow {
  return {
    title: 'Now',
    panels: [
      stat('Servers in rotation', 'none', `min(${selector(haproxy.activeServers, backend)})`, {
        description: 'Pods that the load balancer sends requests to; the fewest, where its replicas disagree.',
        thresholds: WANTED,
      }),
      stat('Pods that answer Prometheus', 'percentunit', `avg(${selector(targetMetrics.up, servers)})`, {
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
      stat('Pods with a model', 'none', `sum(${selector(inference.modelReady, servers)})`, {
        description: 'As each pod said when it loaded one, or after its last forecast.',
        thresholds: WANTED,
      }),
      stat('Requests', 'reqps', `sum(${rate(selector(haproxy.frontendRequests, frontend))})`),
      stat('Errors', 'percentunit', errorShare(frontend), {
        description: 'Share of the answers to clients that are 5xx.',
        thresholds: ERRORS,
        max: 1,
      }),
      stat('95 % are done within', 's', quantile(0.95, servers), {
        description: 'Time that the model takes for a forecast.',
        thresholds: SLOW,
      }),
    ],
  };
}

function traffic({ servers, frontend, backend }: Shown): DashboardRow {
  const outcomes = rate(selector(inference.outcomes, servers));
  const failures = rate(selector(inference.outcomes, { ...servers, outcome: INFERENCE_FAILURES }));
  return {
    title: 'Requests and errors',
    panels: [
      curves(
        'Answers by status',
        'reqps',
        { '{{code}}': `sum by (code) (${rate(selector(haproxy.frontendResponses, frontend))})` },
        { description: 'To clients, those of the load balancer itself included.', stacked: true },
      ),
      curves(
        'Forecasts by outcome',
        'cps',
        { '{{outcome}}': `sum by (outcome) (${outcomes})` },
        { description: 'Requests that reached the model.', stacked: true },
      ),
      curves(
        'Share of errors',
        'percentunit',
        {
          'answers 5xx': errorShare(frontend),
          // No series of a failure before the first: nothing, and not nothing known.
          'failed forecasts': `(sum(${failures}) or vector(0)) / sum(${outcomes})`,
        },
        { thresholds: ERRORS },
      ),
      curves('Errors between the load balancer and the servers', 'cps', {
        'connections that failed': `sum(${rate(selector(haproxy.backendConnectionErrors, backend))})`,
        'answers that broke off': `sum(${rate(selector(haproxy.backendResponseErrors, backend))})`,
        'tried again': `sum(${rate(selector(haproxy.backendRetries, backend))})`,
      }),
    ].map((panel) => ({ ...panel, width: 6 })),
  };
}

function latency({ servers, backend }: Shown): DashboardRow {
  const total = (series: string) => `sum(${rate(series)})`;
  const { latency: time } = inference;
  return {
    title: 'Latency',
    panels: [
      curves(
        'Time of a forecast',
        's',
        {
          '99 %': quantile(0.99, servers),
          '95 %': quantile(0.95, servers),
          '50 %': quantile(0.5, servers),
          mean: `${total(sum(time, servers))} / ${total(count(time, servers))}`,
        },
        {
          description: 'In the model. Failures, and the time before a place is free, are not in it.',
          thresholds: SLOW,
        },
      ),
      curves(
        'Time of a request',
        's',
        {
          'first to last byte': `max(${selector(haproxy.backendTotalTime, backend)})`,
          'until a server answers': `max(${selector(haproxy.backendResponseTime, backend)})`,
          'in the queue': `max(${selector(haproxy.backendQueueTime, backend)})`,
        },
        { description: 'At the load balancer: means of the last 1024 requests, however long ago; the slower replica.' },
      ),
    ].map((panel) => ({ ...panel, width: 12 })),
  };
}

function saturation({ servers, frontend, backend }: Shown): DashboardRow {
  const { busy, places } = inference;
  const sessions = selector(haproxy.frontendSessions, frontend);
  const limit = selector(haproxy.frontendSessionLimit, frontend);
  return {
    title: 'Saturation',
    panels: [
      curves(
        'How full',
        'percentunit',
        {
          'places for forecasts': `sum(${selector(busy, servers)}) / sum(${selector(places, servers)})`,
          'connections of clients': `max(${sessions} / ${limit})`,
        },
        { description: 'Places as each pod left them after its last forecast.', thresholds: FULL },
      ),
      curves('Requests that wait for a server', 'none', {
        waiting: `sum(${selector(haproxy.backendQueue, backend)})`,
        'being served': `sum(${selector(haproxy.backendSessions, backend)})`,
      }),
      curves(
        'Servers by state',
        'none',
        { '{{state}}': `max by (state) (${selector(haproxy.servers, { ...backend, state: /UP|DOWN|DRAIN|NOLB/ })})` },
        { description: 'As the load balancer sees them.', stacked: true },
      ),
    ],
  };
}

function pods({ servers: { job } }: Shown): DashboardRow {
  const chosen = { job, instance: /$instance/ };
  return {
    title: 'Each pod',
    panels: [
      curves('Forecasts of a pod', 'cps', { '{{instance}}': rate(selector(inference.processed, chosen)) }),
      curves('Mean time of a forecast of a pod', 's', {
        '{{instance}}': `${rate(sum(inference.latency, chosen))} / ${rate(count(inference.latency, chosen))}`,
      }),
      curves('Busy places of a pod', 'percentunit', { '{{instance}}': selector(inference.utilization, chosen) }),
      curves(
        'Processor of a pod',
        'none',
        { '{{instance}}': rate(selector(processMetrics.cpu, chosen)) },
        {
          description: 'Cores.',
        },
      ),
      curves('Memory of a pod', 'bytes', { '{{instance}}': selector(processMetrics.memory, chosen) }),
      curves(
        'Whether a pod has a model',
        'none',
        { '{{instance}}': selector(inference.modelReady, chosen) },
        { max: 1 },
      ),
    ],
  };
}

function errorShare(frontend: Shown['frontend']): string {
  const failed = rate(selector(haproxy.frontendResponses, { ...frontend, code: '5xx' }));
  return `sum(${failed}) / sum(${rate(selector(haproxy.frontendResponses, frontend))})`;
}

function quantile(share: number, servers: Shown['servers']): string {
  return `histogram_quantile(${share}, sum by (le) (${rate(buckets(inference.latency, servers))}))`;
}
