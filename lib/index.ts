/**
 * cdk8s constructs for self-hosted machine-learning platforms.
 * @packageDocumentation
 */

// Stacks: one system, one chart, one namespace, one file.
export { ClusterStack, type ClusterStackProps } from './charts/cluster';
export { type DatabaseClient, FairStack, type FairStackProps } from './charts/fair';
export { InferenceStack, type InferenceStackProps } from './charts/inference';
export { Stack, type StackProps } from './charts/stack';
// Data: databases and object stores, and how their clients reach them.
export type { DatabaseProps } from './components/data/database';
export type { PostgresDatabase, PostgresSuperuser } from './components/data/database-job';
export { Minio, type MinioProps } from './components/data/minio';
export { Postgres, type PostgresProps } from './components/data/postgres';
// Nodes: the pools that pods are placed on, and their GPUs.
export { RuntimeClass, type RuntimeClassProps } from './components/gpu/runtime-class';
// Secrets: who reads which key, and where the values come from.
export { LocalSecret, type LocalSecretProps } from './components/secrets/secret';
export { existingSecrets, localCredentials } from './components/secrets/sources';
// Tenancy: what a namespace is, what its pods get and what they may do.
export { LimitRange, type LimitRangeProps } from './components/tenancy/limit-range';
export { Namespace, type NamespaceProps, type PodSecurityLevel } from './components/tenancy/namespace';
export {
  type AccessRule,
  ServiceAccount,
  type ServiceAccountProps,
  type Verb,
} from './components/tenancy/service-account';
export { type BucketConnection, type BucketCredentials, bucketUri, type DatabaseConnection } from './kube/connections';
// Workloads: the shapes that components are made of, for components of one's own.
export type { ContainerProps, PullPolicy } from './kube/containers';
export type { Env, EnvFrom } from './kube/env';
// Whatever else an object needs: any field of it, and the errors that say what is wrong.
export { InvalidPropError } from './kube/errors';
export { type ImageSettings, setImageSettings } from './kube/images';
export { DEFAULT_LABEL_DOMAIN, type MlWorkload, workloadLabel } from './kube/label-domain';
export type { Identity, Labels } from './kube/labels';
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
export { type PatchOperation, patch } from './kube/patch';
export type { PodProps } from './kube/pod-template';
export { execProbe, httpProbe, type Probes, type ProbeTiming, tcpProbe } from './kube/probes';
export type { ComputeLimits, ComputeRequests, Resources } from './kube/quantities';
export {
  allowLocalCredentials,
  type CredentialSource,
  type SecretKey,
  type SecretKeySpec,
  SecretRef,
  type SecretSpec,
} from './kube/secrets';
export type { PodUser } from './kube/security';
export { type ConfigSource, type ConfigVolumeOptions, type Mount, Volume, type VolumeItem } from './kube/volumes';
// The whole platform: one typed configuration, every stack, and what the other tools read.
export { buildPlatform, type FairConfig, Platform, type PlatformConfig, type StackConfigs } from './platform';
export { charts, images } from './versions';
export { ConfigMap, type ConfigMapProps } from './workloads/config-map';
export { Job, type JobProps } from './workloads/job';
export { Service, type ServicePort, type ServiceProps } from './workloads/service';
export { type ClaimTemplate, StatefulSet, type StatefulSetProps } from './workloads/stateful-set';
