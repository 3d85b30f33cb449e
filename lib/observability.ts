/**
 * Observability: what is measured, who scrapes it, what is wrong, and the dashboards that show it.
 * @packageDocumentation
 */

export {
  type DashboardProps,
  type DashboardRow,
  type DashboardVariable,
  dashboard,
  type GrafanaDashboard,
  PROMETHEUS_UID,
} from './components/observability/dashboard';
export { type PipelineDashboardProps, pipelineDashboard } from './components/observability/dashboards/pipeline';
export { type ServingDashboardProps, servingDashboard } from './components/observability/dashboards/serving';
export { Grafana, type GrafanaAdmin, type GrafanaProps } from './components/observability/grafana';
export { KafkaExporter, type KafkaExporterProps } from './components/observability/kafka-exporter';
export {
  buckets as bucketSelector,
  count as countSelector,
  counter,
  gauge,
  histogram,
  type Matcher,
  type Matchers,
  type Metric,
  type MetricType,
  selector,
  sum as sumSelector,
  type TargetLabel,
} from './components/observability/metric';
export { haproxyMetrics } from './components/observability/metrics/haproxy';
export {
  INFERENCE_FAILURES,
  INFERENCE_OUTCOMES,
  inferenceMetrics,
} from './components/observability/metrics/inference';
export { kafkaMetrics } from './components/observability/metrics/kafka';
export { minioMetrics } from './components/observability/metrics/minio';
export {
  processMetrics,
  prometheusMetrics,
  pythonMetrics,
  targetMetrics,
} from './components/observability/metrics/process';
export { balancerRecords, inferenceRecords, pipelineRecords } from './components/observability/metrics/recorded';
export {
  type Color as DashboardColor,
  type DashboardPanel,
  type DashboardQuery,
  type DashboardUnit,
  type Panel,
  type PanelOptions,
  rate as dashboardRate,
  type SeriesPanel,
  type StatPanel,
  stat as statPanel,
  type Thresholds,
  timeSeries as seriesPanel,
} from './components/observability/panels';
export { Prometheus, type PrometheusProps, type PrometheusStorage } from './components/observability/prometheus';
export type { AlertRule, RecordingRule, RuleGroup, Severity } from './components/observability/rule-groups';
export { type InferenceRulesProps, inferenceRules } from './components/observability/rules/inference';
export { type BalancerRulesProps, balancerRules } from './components/observability/rules/load-balancer';
export {
  type PipelineRulesProps,
  pipelineRules,
  type StoreRulesProps,
  storeRules,
} from './components/observability/rules/pipeline';
export { type TargetRulesProps, targetRules } from './components/observability/rules/targets';
export {
  PrometheusRule,
  type PrometheusRuleProps,
  ServiceMonitor,
  type ServiceMonitorProps,
} from './components/observability/service-monitor';
