/**
 * cdk8s constructs for self-hosted machine-learning platforms.
 * @packageDocumentation
 */

// The whole platform: one typed configuration, every stack, and what the other tools read.

export type { DeclaredDifference } from './deploy/delta/declared';
export type { DeltaGroup } from './deploy/delta/rules';
export { failure } from './deploy/summary';
export { buildPlatform, type FairConfig, Platform, type PlatformConfig, type StackConfigs } from './platform';
export { charts, images } from './versions';

// Stacks: one system, one chart, one namespace, one file.

export { ClusterStack, type ClusterStackProps } from './charts/cluster';
export type {
  CloudNativePgDatabases,
  DatabaseClient,
  FairCluster,
  FairDatabaseBackend,
  StatefulSetDatabases,
} from './charts/fair/databases';
export type {
  BucketName,
  FairObjectStoreBackend,
  MinioObjectStore,
  S3Bucket,
  S3ObjectStore,
} from './charts/fair/object-store';
export { PipelineStack, type PipelineStackProps } from './charts/fair/pipelines';
export { FairStack, type FairStackProps } from './charts/fair/stack';
export { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './charts/inference';
export {
  type ModelPlatformImages,
  type ModelPlatformNodePorts,
  ModelPlatformStack,
  type ModelPlatformStackProps,
  type ModelServing,
  modelPlatformNodePorts,
  type ServedModel,
} from './charts/model-platform/stack';
export { Stack, type StackNetwork, type StackProps } from './charts/stack';
export type { FairChartPods } from './kube/chart-pods';

// Pipelines: programs that hand work to each other through Kafka, and where they log it.

export type { FltsExposure, FltsExposures } from './charts/flts/exposure';
export type { FltsImages } from './charts/flts/images';
export { FLTS_PRODUCTION, FLTS_SMALL, type FltsProfile } from './charts/flts/profiles';
export { FltsStack, type FltsStackProps } from './charts/flts/stack';
export { Kafka, type KafkaProps } from './components/data/kafka';
export type { BrokerCount } from './components/data/kafka-broker';
export type { ConsumerGroupProps, KafkaTopic } from './components/data/kafka-topics';
export { Eda, type EdaProps } from './components/pipeline/eda';
export { Evaluator, type EvaluatorProps } from './components/pipeline/evaluator';
export type { InferenceProgram } from './components/pipeline/inference-env';
export { InferenceWorker, type InferenceWorkerProps } from './components/pipeline/inference-worker';
export { PIPELINE_LOCUSTFILE, POINTER_URL } from './components/pipeline/locustfile';
export type { ProphetModel, RecurrentModel, TrainedModel } from './components/pipeline/models';
export type { PipelineImage } from './components/pipeline/pipeline-app';
export { Preprocess, type PreprocessProps, type Sample } from './components/pipeline/preprocess';
export {
  PromotionRollout,
  type PromotionRolloutProps,
  promotionPointer,
} from './components/pipeline/promotion-rollout';
export { S3Gateway, type S3GatewayProps } from './components/pipeline/s3-gateway';
export type { Tracking } from './components/pipeline/stores';
export { Trainer, type TrainerProps } from './components/pipeline/trainer';
export { MlflowServer, type MlflowServerProps } from './components/registry/mlflow';
export type { ConsumerConnection, KafkaConnection, MetricsConnection } from './kube/connections';

// Observability: what is measured, who scrapes it, and what is wrong.

export type { FltsObservability } from './charts/flts/observability';
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

// Dashboards, and load to see in them.

export { Locust, type LocustProps, type LocustResources, type LocustRun } from './components/load-test/locust';
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
export {
  type Color as DashboardColor,
  curves as seriesPanel,
  type DashboardPanel,
  type DashboardQuery,
  type DashboardUnit,
  rate as dashboardRate,
  type SeriesPanel,
  type StatPanel,
  stat as statPanel,
  type Thresholds,
} from './components/observability/panels';

// Data: databases and object stores.

export { BackupStore, type BackupStoreConnection, type BackupStoreProps } from './components/data/cnpg/backup-store';
export { PostgresCluster } from './components/data/cnpg/cluster';
export type { PostgresClusterProps } from './components/data/cnpg/cluster-props';
export type { DatabaseProps } from './components/data/database';
export type { PostgresDatabase, PostgresSuperuser } from './components/data/database-job';
export { Minio, type MinioProps } from './components/data/minio';
export { Postgres, type PostgresProps } from './components/data/postgres';
export { StorageClass, type StorageClassProps } from './components/data/storage-class';

// Connections: what a component hands to its users.

export {
  type BucketConnection,
  type BucketCredentials,
  bucketUri,
  type DatabaseConnection,
  type HttpConnection,
  type ServersConnection,
} from './kube/connections';

// Serving: a model behind an HTTP port, and where its metadata puts it.

export type { Health } from './components/serving/health';
export { type Autoscaling, InferenceService, type InferenceServiceProps } from './components/serving/inference-service';
export type { ClaimCache, ModelCache, ScratchCache } from './components/serving/model-cache';
export { type ModelScheduling, type ModelSchedulingProps, schedulingFromStacItem } from './kube/model-scheduling';

// Models of a registry: as custom resources for an operator, or as what an operator would make of them.

export { MlOperator, type MlOperatorProps } from './components/operator/ml-operator';
export { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from './components/operator/operator-calls';
export { ModelRegistry, type ModelRegistryProps } from './components/registry/model-registry';
export { ModelDeployment, type ModelDeploymentProps } from './components/serving/model-deployment';
export { ModelDeploymentCrd } from './components/serving/model-deployment-crd';
export { modelDeploymentObjects } from './components/serving/model-deployment-objects';
export type { ModelDeploymentResource } from './components/serving/model-deployment-resource';
export type {
  ModelAutoscaling,
  ModelDeploymentSpec,
  ModelEnvironment,
  ModelResources,
} from './components/serving/model-deployment-spec';
export {
  ModelDeploymentWorkload,
  type ModelDeploymentWorkloadProps,
} from './components/serving/model-deployment-workload';
export type { ModelServer } from './components/serving/model-server';

// Edge: how a Service is reached from outside of the cluster.

export { Haproxy, type HaproxyProps } from './components/edge/haproxy';
export {
  type GatewayRef,
  HttpRoute,
  type HttpRouteOptions,
  type HttpRouteProps,
  httpRoute,
} from './components/edge/http-route';
export { Ingress, type IngressOptions, type IngressProps, ingress } from './components/edge/ingress';
export {
  type Exposure,
  type HostNodePort,
  type NodePortExposure,
  nodePort,
  type RouteBackend,
  type RouteExposure,
} from './kube/exposure';

// Network: who reaches whom. What a construct declares is opened at both ends, in namespaces that are isolated.

export {
  type Address,
  accept,
  acceptAnyone,
  brokerAddress,
  bucketAddress,
  callApiServer,
  connect,
  download,
  type ForeignPods,
  type PodPort,
  type Pods,
  recordServer,
  type Server,
} from './kube/network';
export { isolate } from './workloads/network-policy';

// Secrets: who reads which key, and where the values come from.

export {
  ExternalSecret,
  type ExternalSecretProps,
  type ExternalSecretsOptions,
  externalSecrets,
  type SecretStoreRef,
  type StoredKey,
} from './components/secrets/external-secret';
export {
  SealedSecret,
  type SealedSecretProps,
  type SealedSecretsOptions,
  type SealingScope,
  sealedSecrets,
} from './components/secrets/sealed-secret';
export { LocalSecret, type LocalSecretProps } from './components/secrets/secret';
export { existingSecrets, localCredentials } from './components/secrets/sources';
export { forbidCredentials } from './deploy/credentials/forbid';
export {
  type RequiredSecret,
  recordRequiredSecret,
  requiredSecrets,
  type SecretStoreEntries,
  type StoreEntry,
} from './kube/required-secrets';
export {
  allowLocalCredentials,
  type CredentialSource,
  type FileValue,
  type RandomValue,
  type SecretKey,
  type SecretKeySpec,
  type SecretOrigin,
  SecretRef,
  type SecretSpec,
  type SharedValue,
} from './kube/secrets';

// Tenancy: what a namespace is, what its pods get and what they may do.

export { LimitRange, type LimitRangeProps } from './components/tenancy/limit-range';
export { Namespace, type NamespaceProps, type PodSecurityLevel } from './components/tenancy/namespace';
export {
  type OtherPods,
  type QuotaResources,
  ResourceQuota,
  type ResourceQuotaProps,
} from './components/tenancy/resource-quota';
export { ServiceAccount, type ServiceAccountProps } from './components/tenancy/service-account';
export { type AccessRule, type ApiCalls, accessRules, type Verb } from './kube/access';

// Nodes: the pools that pods are placed on, and their GPUs.

export { RuntimeClass, type RuntimeClassProps } from './components/gpu/runtime-class';
export {
  type CapacityType,
  KarpenterNodePool,
  type KarpenterNodePoolProps,
} from './components/nodes/karpenter-node-pool';
export type { GpuSharing, MigGpu, MigLayout, MigProfile, TimeSlicing } from './kube/gpu-sharing';
export type { GpuAllocation, GpuRequest, GpuShare, GpuSlices, WholeGpus } from './kube/gpus';
export { DEFAULT_LABEL_DOMAIN, type MlWorkload, workloadLabel } from './kube/label-domain';
export {
  type NodeCapacity,
  type NodeCount,
  type NodeGpus,
  NodePool,
  type NodePoolProps,
  setNodePools,
  type Taint,
  type Toleration,
} from './kube/node-pools';

// Workloads: the shapes that components are made of, for components of one's own.

export { ConfigMap, type ConfigMapProps } from './workloads/config-map';
export { Deployment, type DeploymentProps } from './workloads/deployment';
export {
  HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerProps,
  type PodsMetric,
  type ResourceMetric,
  type ScalingBehavior,
  type ScalingMetric,
  type ScalingPolicy,
  type ScalingRules,
} from './workloads/horizontal-pod-autoscaler';
export { Job, type JobProps } from './workloads/job';
export { MetricsService, type MetricsServiceProps } from './workloads/metrics-service';
export {
  type DisruptionBudget,
  PodDisruptionBudget,
  type PodDisruptionBudgetProps,
} from './workloads/pod-disruption-budget';
export { Service, type ServicePort, type ServiceProps } from './workloads/service';
export { type ClaimTemplate, StatefulSet, type StatefulSetProps } from './workloads/stateful-set';

// Vocabulary: the values that workloads are described with.

export type { ContainerProps, PullPolicy } from './kube/containers';
export type { Env, EnvFrom } from './kube/env';
export { type ImageSettings, setImageSettings } from './kube/images';
export type { ReplicaRange } from './kube/inventory';
export type { Identity, Labels } from './kube/labels';
export { PodCount } from './kube/pod-count';
export type { PodProps } from './kube/pod-template';
export { execProbe, httpProbe, type Probes, type ProbeTiming, tcpProbe } from './kube/probes';
export type { ComputeLimits, ComputeRequests, Resources } from './kube/quantities';
export type { RollingUpdate, UpdateStrategy } from './kube/rollout';
export type { PodUser } from './kube/security';
export { type ConfigSource, type ConfigVolumeOptions, type Mount, Volume, type VolumeItem } from './kube/volumes';

// Whatever else an object needs: any field of it, and what is wrong or worth knowing.

export { InvalidPropError } from './kube/errors';
export { notes } from './kube/notes';
export { type PatchOperation, patch } from './kube/patch';
