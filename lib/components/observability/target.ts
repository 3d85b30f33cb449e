import type { MetricsConnection } from '../../kube/network/connections';

/** The Service that names the pods of a target. */
export interface TargetService {
  readonly service: string;
  /** @default - that of Prometheus */
  readonly namespace?: string;
}

/** The Service in the DNS name of a target: `service.namespace.svc`. */
export function targetService({ host }: Pick<MetricsConnection, 'host'>): TargetService {
  const [service = host, namespace] = host.split('.');
  return { service, namespace };
}

/** The labels that tell the series of a target from those of all others. */
export function targetMatchers(target: Pick<MetricsConnection, 'job' | 'host'>) {
  return { namespace: targetService(target).namespace, job: target.job };
}
