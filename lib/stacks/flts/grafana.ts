import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { GrafanaDashboard } from '../../components/observability/dashboard';
import { pipelineDashboard } from '../../components/observability/dashboards/pipeline';
import { servingDashboard } from '../../components/observability/dashboards/serving';
import { Grafana } from '../../components/observability/grafana';
import type { HttpConnection, MetricsConnection } from '../../kube/network/connections';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { exposed, exposedUrl, type FltsExposure } from './exposure';
import type { FltsProfile } from './profiles';
import { grafanaSecret } from './secrets';

export interface FltsGrafanaProps {
  readonly credentials: CredentialSource;
  readonly size: FltsProfile['grafana'];
  readonly prometheus: HttpConnection;
  readonly scrapeInterval: Duration;
  readonly dashboards: readonly GrafanaDashboard[];
  readonly exposure: FltsExposure | undefined;
  readonly storageClassName: string | undefined;
  readonly nodePool: NodePool | undefined;
}

/** Where people see how the pipeline does. */
export function fltsGrafana(scope: Construct, props: FltsGrafanaProps): Grafana {
  const { credentials, size, exposure, ...others } = props;
  const secret = credentials.provide(scope, grafanaSecret());
  return new Grafana(scope, 'grafana', {
    ...size,
    ...others,
    admin: { user: secret.key('username'), password: secret.key('password') },
    exposure: exposed(exposure),
    url: exposedUrl(exposure),
  });
}

/** Where the parts of the pipeline serve their metrics. */
export interface FltsMetrics {
  readonly exporter: MetricsConnection;
  /** How many brokers there are meant to be. */
  readonly brokers: number;
  readonly inference?: MetricsConnection;
  readonly store?: MetricsConnection;
  readonly balancer?: MetricsConnection;
}

/** The dashboards of what there is. */
export function fltsDashboards({ exporter, brokers, inference, store, balancer }: FltsMetrics): GrafanaDashboard[] {
  const pipeline = pipelineDashboard({ uid: 'flts-pipeline', title: 'FLTS: pipeline', exporter, brokers, store });
  if (inference === undefined) return [pipeline];
  return [servingDashboard({ uid: 'flts-serving', title: 'FLTS: serving', servers: inference, balancer }), pipeline];
}
