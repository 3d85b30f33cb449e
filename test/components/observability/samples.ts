import type { MetricsConnection } from '../../../lib/kube/network/connections';

/** A target in the namespace `flts`. */
export function target(job: string, changes: Partial<MetricsConnection> = {}): MetricsConnection {
  return {
    job,
    host: `${job}-metrics.flts.svc`,
    port: 9091,
    portName: 'metrics',
    path: '/metrics',
    labels: { 'app.kubernetes.io/name': job },
    ...changes,
  };
}
