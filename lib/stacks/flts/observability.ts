import type { Construct } from 'constructs';
import type { Kafka } from '../../components/data/kafka';
import { dashboardFiles, type GrafanaDashboard } from '../../components/observability/dashboard';
import type { Grafana } from '../../components/observability/grafana';
import { KafkaExporter } from '../../components/observability/kafka-exporter';
import { Prometheus } from '../../components/observability/prometheus';
import { inferenceRules } from '../../components/observability/rules/inference';
import { balancerRules } from '../../components/observability/rules/load-balancer';
import { pipelineRules, storeRules } from '../../components/observability/rules/pipeline';
import { targetRules } from '../../components/observability/rules/targets';
import { PrometheusRule, ServiceMonitor } from '../../components/observability/service-monitor';
import type { MetricsConnection } from '../../kube/network/connections';
import type { ExternalPods } from '../../kube/network/peers';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { Labels } from '../../kube/objects/labels';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { ConfigMap } from '../../workloads/config-map';
import type { FltsExposures } from './exposure';
import { fltsDashboards, fltsGrafana } from './grafana';
import type { FltsProfile } from './profiles';
import { FAILED } from './topics';

/** Who scrapes the pipeline, evaluates its rules and shows it. */
export type FltsObservability =
  /** A Prometheus and a Grafana of its own. */
  | {
      readonly type: 'prometheus';
      /** Beside those of the stack. @default - none */
      readonly dashboards?: readonly GrafanaDashboard[];
    }
  /** An operator, whose CRDs must be there, is given `ServiceMonitor` and `PrometheusRule` objects. */
  | {
      readonly type: 'operator';
      /** By which its Prometheus selects them: `{ release: 'kube-prometheus-stack' }`. @default - none */
      readonly labels?: Labels;
      /** Its Prometheus, where the network is isolated. @default - `monitoring` of the cluster settings */
      readonly prometheus?: ExternalPods;
      /**
       * By which a Grafana finds the ConfigMap of the dashboards; the uid of its data source has to be `prometheus`.
       * @default { grafana_dashboard: '1' }, which kube-prometheus-stack looks for
       */
      readonly dashboardLabels?: Labels;
      /** Beside those of the stack. @default - none */
      readonly dashboards?: readonly GrafanaDashboard[];
    };

/** What the stack has where no operator has it. */
export interface FltsMonitoring {
  readonly prometheus: Prometheus;
  readonly grafana: Grafana;
}

export interface FltsObservabilityProps {
  /** @default { type: 'prometheus' } */
  readonly observability?: FltsObservability;
  readonly profile: Pick<FltsProfile, 'prometheus' | 'grafana' | 'kafkaExporter'>;
  readonly credentials: CredentialSource;
  readonly exposure?: FltsExposures;
  readonly kafka: Kafka;
  /** Where servers, object store and load balancer serve their metrics. */
  readonly inference?: MetricsConnection;
  readonly store?: MetricsConnection;
  readonly balancer?: MetricsConnection;
  readonly storageClassName?: string;
  readonly nodePool?: NodePool;
}

/**
 * What the pipeline says of itself, and what is wrong with it. Gateway, evaluation, trainers and MLflow serve nothing
 * that Prometheus reads.
 * @returns the Prometheus and the Grafana of its own, where there are any
 */
export function fltsObservability(scope: Construct, props: FltsObservabilityProps): FltsMonitoring | undefined {
  const { observability = { type: 'prometheus' }, profile, kafka, inference, store, balancer } = props;
  const { storageClassName, nodePool } = props;
  const { metrics: exporter } = new KafkaExporter(scope, 'kafka-exporter', {
    ...profile.kafkaExporter,
    kafka: kafka.connection,
    nodePool,
  });
  const targets = [inference, balancer, exporter, store].filter((target) => target !== undefined);
  const brokers = kafka.server.replicas.maxReplicas;
  const rules = [
    ...targetRules({ targets }),
    ...(inference ? inferenceRules({ servers: inference }) : []),
    ...(balancer ? balancerRules({ balancer }) : []),
    ...pipelineRules({ exporter, brokers, groups: kafka.consumerGroups, failedTopics: Object.values(FAILED) }),
    ...(store ? storeRules({ store }) : []),
  ];
  const { dashboards: others = [] } = observability;
  const dashboards = [...fltsDashboards({ exporter, brokers, inference, store, balancer }), ...others];
  if (observability.type === 'prometheus') {
    const prometheus = new Prometheus(scope, 'prometheus', {
      ...profile.prometheus,
      targets,
      rules,
      storageClassName,
      nodePool,
    });
    const grafana = fltsGrafana(scope, {
      credentials: props.credentials,
      size: profile.grafana,
      prometheus: prometheus.connection,
      scrapeInterval: prometheus.interval,
      dashboards,
      exposure: props.exposure?.grafana,
      storageClassName,
      nodePool,
    });
    return { prometheus, grafana };
  }
  const { labels, prometheus, dashboardLabels = { grafana_dashboard: '1' } } = observability;
  for (const target of targets) new ServiceMonitor(scope, `monitor-${target.job}`, { target, labels, prometheus });
  new PrometheusRule(scope, 'rules', { name: 'flts', rules, labels });
  new ConfigMap(scope, 'dashboards', {
    name: 'flts-dashboards',
    labels: dashboardLabels,
    data: dashboardFiles(scope, dashboards),
  });
  return undefined;
}
