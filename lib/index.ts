/**
 * cdk8s constructs for self-hosted machine-learning platforms.
 * @packageDocumentation
 */

// The whole platform: one typed configuration, every stack, and what the other tools read.

export { buildPlatform, Platform, type PlatformConfig, type PlatformKind } from './platform/platform';
export {
  type HelmChart,
  type HelmValues,
  mergedValues,
  type Release,
  type ReleaseId,
  type ReleaseOptions,
  type ReleaseStage,
} from './platform/releases/release';
export { cloudNativePgReady, postgresReady, type WaitTarget } from './platform/releases/wait-target';
export type {
  ConfiguredStack,
  StackContext,
  StackDefinition,
  StackEntry,
  StackOutputs,
} from './platform/stack-definition';
export { failure } from './platform/summary';
export { charts, images } from './versions';

// Reports: what is in an app, for people and for programs. Each works on a finished tree of any app.

export { type DeclaredDifference, USUAL_DIFFERENCES } from './platform/reports/delta/declared';
export { type Delta, type Difference, delta, type RenamedNamespace } from './platform/reports/delta/delta';
export { deltaMarkdown } from './platform/reports/delta/markdown';
export {
  type OutputThing,
  type PlatformOutput,
  type PlatformOutputOptions,
  platformOutput,
} from './platform/reports/delta/output';
export {
  type Footprint,
  type FootprintAmounts,
  type FootprintKey,
  footprintShortages,
  footprints,
  footprintTable,
} from './platform/reports/footprint';
export type { KubectlOptions } from './platform/reports/kubectl';
export {
  type ForwardedPort,
  localUrl,
  portForwardArguments,
  portTable,
  requireForwardedPorts,
} from './platform/reports/ports';
export {
  type ReachabilityPage,
  type ReachabilityRow,
  reachability,
  reachabilityMarkdown,
  type StackReachability,
} from './platform/reports/reachability';
export { createSecretCommand } from './platform/reports/secret-command';
export {
  type SecretEntry,
  type SecretKeyEntry,
  type SecretsReport,
  type SecretsReportOptions,
  secretsReport,
} from './platform/reports/secrets';
export { secretsMarkdown } from './platform/reports/secrets-markdown';

// Stacks: one system, one chart, one namespace, one file.

export { ClusterStack, type ClusterStackProps } from './platform/cluster/cluster-stack';
export { Stack, type StackNetwork, type StackProps } from './platform/stack';
export type {
  CloudNativePgDatabases,
  DatabaseClient,
  FairCluster,
  FairDatabaseBackend,
  StatefulSetDatabases,
} from './stacks/fair/databases';
export { type FairConfig, type FairPipelines, fair } from './stacks/fair/fair';
export type {
  BucketName,
  FairObjectStoreBackend,
  MinioObjectStore,
  S3Bucket,
  S3ObjectStore,
} from './stacks/fair/object-store';
export { PipelineStack, type PipelineStackProps } from './stacks/fair/pipelines';
export { FairStack, type FairStackProps } from './stacks/fair/stack';
export { type FltsConfig, flts } from './stacks/flts/flts';
export { type InferenceConfig, inference } from './stacks/inference/inference';
export { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stacks/inference/stack';
export { type ModelPlatformConfig, modelPlatform } from './stacks/model-platform/model-platform';
export {
  type ModelPlatformImages,
  type ModelPlatformNodePorts,
  ModelPlatformStack,
  type ModelPlatformStackProps,
  type ModelServing,
  modelPlatformNodePorts,
  type ServedModel,
} from './stacks/model-platform/stack';

// Pipelines: programs that hand work to each other through Kafka, and where they log it.

export { Kafka, type KafkaProps } from './components/data/kafka';
export type { BrokerCount } from './components/data/kafka-broker';
export type { ConsumerGroupProps, KafkaTopic } from './components/data/kafka-topics';
export { KAFKA_VARIABLES, type TopicConnection, type TopicValue, topic } from './components/data/topic';
export { MlflowServer, type MlflowServerProps } from './components/registry/mlflow';
export type { ConsumerConnection, KafkaConnection, MetricsConnection } from './kube/network/connections';
export type { FltsExposure, FltsExposures } from './stacks/flts/exposure';
export type { FltsImages } from './stacks/flts/images';
export { FLTS_PRODUCTION, FLTS_SMALL, type FltsProfile } from './stacks/flts/profiles';
export { Eda, type EdaProps } from './stacks/flts/programs/eda';
export { Evaluator, type EvaluatorProps } from './stacks/flts/programs/evaluator';
export type { InferenceProgram } from './stacks/flts/programs/inference-env';
export { InferenceWorker, type InferenceWorkerProps } from './stacks/flts/programs/inference-worker';
export { PIPELINE_LOCUSTFILE, POINTER_URL } from './stacks/flts/programs/locustfile';
export type { ProphetModel, RecurrentModel, TrainedModel } from './stacks/flts/programs/models';
export type { PipelineImage } from './stacks/flts/programs/pipeline-app';
export { Preprocess, type PreprocessProps, type Sample } from './stacks/flts/programs/preprocess';
export {
  PromotionRollout,
  type PromotionRolloutProps,
  promotionPointer,
} from './stacks/flts/programs/promotion-rollout';
export { S3Gateway, type S3GatewayProps } from './stacks/flts/programs/s3-gateway';
export type { Tracking } from './stacks/flts/programs/stores';
export { Trainer, type TrainerProps } from './stacks/flts/programs/trainer';
export { FltsStack, type FltsStackProps } from './stacks/flts/stack';

// Observability: what is measured, who scrapes it, and what is wrong.

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
export type { FltsObservability } from './stacks/flts/observability';

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
} from './kube/network/connections';

// Uses: what pods connect to, declared once.

export {
  AWS_VARIABLES,
  type BucketValue,
  bucket,
  type DatabaseValue,
  database,
  envOf,
  http,
  mention,
  PG_VARIABLES,
  type Use,
  type UseOptions,
  type UseVariables,
  type UseWait,
} from './kube/pods/uses';

// Serving: a model behind an HTTP port, and where its metadata puts it.

export type { Health } from './components/serving/health';
export { type Autoscaling, InferenceService, type InferenceServiceProps } from './components/serving/inference-service';
export type { ClaimCache, ModelCache, ScratchCache } from './components/serving/model-cache';
export {
  type ModelScheduling,
  type ModelSchedulingProps,
  schedulingFromStacItem,
} from './stacks/fair/mlm/model-scheduling';

// Models of a registry: as custom resources for an operator, or as what an operator would make of them.

export { ModelDeployment, type ModelDeploymentProps } from './stacks/model-platform/model-deployment';
export { ModelDeploymentCrd } from './stacks/model-platform/model-deployment-crd';
export { modelDeploymentObjects } from './stacks/model-platform/model-deployment-objects';
export type { ModelDeploymentResource } from './stacks/model-platform/model-deployment-resource';
export type {
  ModelAutoscaling,
  ModelDeploymentSpec,
  ModelEnvironment,
  ModelResources,
} from './stacks/model-platform/model-deployment-spec';
export {
  ModelDeploymentWorkload,
  type ModelDeploymentWorkloadProps,
} from './stacks/model-platform/model-deployment-workload';
export { ModelRegistry, type ModelRegistryProps } from './stacks/model-platform/model-registry';
export type { ModelServer } from './stacks/model-platform/model-server';
export { MlOperator, type MlOperatorProps } from './stacks/model-platform/operator/ml-operator';
export { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from './stacks/model-platform/operator/operator-calls';

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
} from './kube/network/exposure';

// Network: who reaches whom. What a construct declares is opened at both ends, in namespaces that are isolated.

export { type Address, brokerAddress, bucketAddress } from './kube/network/addresses';
export {
  accept,
  acceptAnyone,
  callApiServer,
  connect,
  download,
  type ForeignPods,
  type ForeignServer,
  type PodPort,
  type Pods,
  recordForeignServer,
  recordServer,
  type Server,
} from './kube/network/network';
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
export {
  type RequiredSecret,
  recordRequiredSecret,
  requiredSecrets,
  type SecretStoreEntries,
  type StoreEntry,
} from './kube/secrets/required-secrets';
export {
  allowLocalCredentials,
  type CredentialSource,
  type FileValue,
  type KnownSecret,
  type RandomValue,
  type SecretKey,
  type SecretKeySpec,
  type SecretOrigin,
  SecretRef,
  type SecretSpec,
  type SharedValue,
} from './kube/secrets/secrets';
export { forbidCredentials } from './platform/credentials/forbid';

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
export { type AccessRule, type ApiCalls, accessRules, type Verb } from './kube/objects/access';

// Nodes: the pools that pods are placed on, and their GPUs.

export { RuntimeClass, type RuntimeClassProps } from './components/gpu/runtime-class';
export {
  type CapacityType,
  KarpenterNodePool,
  type KarpenterNodePoolProps,
} from './components/nodes/karpenter-node-pool';
export type { GpuSharing, MigGpu, MigLayout, MigProfile, TimeSlicing } from './kube/nodes/gpu-sharing';
export type { GpuAllocation, GpuRequest, GpuShare, GpuSlices, WholeGpus } from './kube/nodes/gpus';
export {
  type NodeCapacity,
  type NodeCount,
  type NodeGpus,
  NodePool,
  type NodePoolProps,
  setNodePools,
  type Taint,
  type Toleration,
} from './kube/nodes/node-pools';
export { DEFAULT_LABEL_DOMAIN, type MlWorkload, workloadLabel } from './stacks/fair/label-domain';

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

export type { ReplicaRange } from './kube/objects/inventory';
export type { Identity, Labels } from './kube/objects/labels';
export type { ContainerProps, PullPolicy } from './kube/pods/containers';
export type { Env, EnvFrom } from './kube/pods/env';
export { type ImageSettings, setImageSettings } from './kube/pods/images';
export { PodCount } from './kube/pods/pod-count';
export type { PodProps } from './kube/pods/pod-template';
export { execProbe, httpProbe, type Probes, type ProbeTiming, tcpProbe } from './kube/pods/probes';
export type { RollingUpdate, UpdateStrategy } from './kube/pods/rollout';
export type { PodUser } from './kube/pods/security';
export { type ConfigSource, type ConfigVolumeOptions, type Mount, Volume, type VolumeItem } from './kube/pods/volumes';
export type { ComputeLimits, ComputeRequests, Resources } from './kube/resources/quantities';

// Whatever else an object needs: any field of it, and what is wrong or worth knowing.

export { InvalidPropError } from './kube/objects/errors';
export { notes } from './kube/objects/notes';
export { type PatchOperation, patch } from './kube/objects/patch';
