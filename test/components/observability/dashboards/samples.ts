import { pipelineDashboard } from '../../../../lib/components/observability/dashboards/pipeline';
import { servingDashboard } from '../../../../lib/components/observability/dashboards/serving';
import type { MetricsConnection } from '../../../../lib/kube/network/connections';

/** Where a component of the namespace `demo` serves its metrics. */
export function metricsOf(job: string): MetricsConnection {
  const host = `${job}-metrics.demo.svc`;
  return { job, host, port: 9100, portName: 'metrics', path: '/metrics', labels: {} };
}

export const targets = {
  servers: metricsOf('inference'),
  balancer: metricsOf('inference-lb'),
  exporter: metricsOf('kafka-exporter'),
  store: metricsOf('minio'),
};

/** The dashboards that there are, with everything that they can show. */
export const dashboards = [
  servingDashboard({ servers: targets.servers, balancer: targets.balancer }),
  pipelineDashboard({ exporter: targets.exporter, store: targets.store }),
];

export interface Query {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

/** Each query of the dashboards. */
export const queries: readonly Query[] = dashboards.flatMap(({ title, panels }) =>
  (panels as { title: string; targets?: { expr: string }[] }[]).flatMap((panel) =>
    (panel.targets ?? []).map(({ expr }) => ({ dashboard: title, panel: panel.title, expr })),
  ),
);

/** A query as Grafana sends it: everything chosen, scraped every 15 s. */
export function sent({ expr }: Query): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll(/"\$[a-z]+"/g, '".+"');
}
