/**
 * The kit: components, the workloads that they are made of, and the values that both are described with. It knows no
 * system: those are behind the doors `cdk8s-ml-platform/stacks/…`.
 * @module kit
 * @packageDocumentation
 */

// Data: databases, object stores and brokers.

export type { BucketJob, BucketJobProps } from './components/data/bucket-job';
export { BackupStore, type BackupStoreConnection, type BackupStoreProps } from './components/data/cnpg/backup-store';
export { PostgresCluster } from './components/data/cnpg/cluster';
export type { PostgresClusterProps } from './components/data/cnpg/cluster-props';
export type { DatabaseObject, DatabaseObjectProps } from './components/data/cnpg/database-object';
export type { DatabaseProps } from './components/data/database';
export type {
  DatabaseJob,
  DatabaseJobProps,
  PostgresDatabase,
  PostgresSuperuser,
} from './components/data/database-job';
export { Kafka, type KafkaProps } from './components/data/kafka';
export type { BrokerCount } from './components/data/kafka-broker';
export type { KafkaTopicJob, KafkaTopicJobProps } from './components/data/kafka-topic-job';
export type { ConsumerGroupProps, KafkaTopic } from './components/data/kafka-topics';
export { Minio, type MinioProps, type S3Engine } from './components/data/minio';
export { Postgres, type PostgresProps } from './components/data/postgres';
export { StorageClass, type StorageClassProps } from './components/data/storage-class';

// Connections: what a component hands to its users.

export {
  type BucketConnection,
  type BucketCredentials,
  bucketUri,
  type ConsumerConnection,
  type DatabaseConnection,
  type HttpConnection,
  type KafkaConnection,
  type MetricsConnection,
  type ServersConnection,
} from './kube/network/connections';

// Uses: what pods connect to, declared once.

export { KAFKA_VARIABLES, type TopicConnection, type TopicValue, topic } from './components/data/topic';
export {
  AWS_VARIABLES,
  type BucketValue,
  bucket,
  type DatabaseUseOptions,
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

// Serving: a model behind an HTTP port, where models are logged, and load to see how they hold it.

export { Locust, type LocustProps, type LocustResources, type LocustRun } from './components/load-test/locust';
export { MlflowServer, type MlflowServerProps, type PoolSize } from './components/registry/mlflow';
export type { Health } from './components/serving/health';
export { type Autoscaling, InferenceService, type InferenceServiceProps } from './components/serving/inference-service';
export type { ClaimCache, ModelCache, ScratchCache } from './components/serving/model-cache';

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
export { type ClusterSettings, setClusterSettings } from './kube/network/cluster-settings';
export {
  allowApiServer,
  allowEverything,
  allowIngress,
  allowIngressFromAnywhere,
  allowIngressFromRoute,
  allowInternetEgress,
  connect,
  recordExternalServer,
  recordServer,
} from './kube/network/network';
export type { ExternalPods, ExternalServer, PodPort, Pods, Server } from './kube/network/peers';
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
export type { SecretRevisions } from './components/secrets/revisions';
export {
  SealedSecret,
  type SealedSecretProps,
  type SealedSecretsOptions,
  type SealingScope,
  sealedSecrets,
} from './components/secrets/sealed-secret';
export { LocalSecret, type LocalSecretProps } from './components/secrets/secret';
export { existingSecrets, localCredentials } from './components/secrets/sources';
export { allowLiteral } from './kube/credentials/check';
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
export { type AdmissionRule, type PodGrants, podAdmission } from './kube/objects/admission';

// Nodes: the pools that pods are placed on, and their GPUs.

export { RuntimeClass, type RuntimeClassProps } from './components/gpu/runtime-class';
export {
  type CapacityType,
  KarpenterNodePool,
  type KarpenterNodePoolProps,
} from './components/nodes/karpenter-node-pool';
export {
  type GpuSharing,
  MIG_PROFILES,
  type MigGpu,
  type MigLayout,
  type MigProfile,
  type TimeSlicing,
} from './kube/nodes/gpu-sharing';
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

// Workloads: the shapes that components are made of, for components of one's own.

export { ConfigMap, type ConfigMapProps } from './workloads/config-map';
export { CronJob, type CronJobProps } from './workloads/cron-job';
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
export { setKubernetesVersion } from './kube/objects/kubernetes-version';
export type { Identity, Labels } from './kube/objects/labels';
export type { ContainerProps, PullPolicy } from './kube/pods/containers';
export type { Env, EnvFrom } from './kube/pods/env';
export { type ImageSettings, setImageSettings } from './kube/pods/images';
export { PodCount } from './kube/pods/pod-count';
export type { PodProps } from './kube/pods/pod-template';
export type { PreStop } from './kube/pods/pre-stop';
export { execProbe, httpProbe, type Probes, type ProbeTiming, tcpProbe } from './kube/pods/probes';
export type { RollingUpdate, UpdateStrategy } from './kube/pods/rollout';
export type { PodUser } from './kube/pods/security';
export { type ConfigSource, type ConfigVolumeOptions, type Mount, Volume, type VolumeItem } from './kube/pods/volumes';
export type { ComputeLimits, ComputeRequests, ResourceAmounts, Resources } from './kube/resources/quantities';

// Whatever else an object needs: any field of it, what is wrong or worth knowing, and the versions of what runs.

export { type ErrorLocation, InvalidPropError } from './kube/objects/errors';
export { notes } from './kube/objects/notes';
export { type PatchOperation, patch } from './kube/objects/patch';
export type { Manifest } from './kube/objects/serialization';
export { applyServerSide } from './kube/objects/size-limits';
export { charts, images } from './versions';
