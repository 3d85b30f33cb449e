/**
 * fAIr: its databases and buckets, the accounts of its pipelines, and where a model's metadata places it.
 * May change in minor versions.
 * @packageDocumentation
 */

export type { FairChartPods } from './chart-pods';
export type { MlflowProps } from './charts/mlflow';
export type { StacAutoscaling, StacProps } from './charts/stac';
export type { ZenmlProps } from './charts/zenml';
export type { ZenmlVersion } from './charts/zenml-values';
export type {
  CloudNativePgDatabases,
  DatabaseClient,
  DatabaseReadiness,
  FairCluster,
  FairDatabaseBackend,
  StatefulSetDatabases,
} from './databases';
export type { FairCharts, FairPipelines, PipelinePlace } from './fair';
export { DEFAULT_LABEL_DOMAIN, type MlWorkload, workloadLabel } from './label-domain';
export {
  type ModelScheduling,
  type ModelSchedulingProps,
  schedulingFromStacItem,
} from './mlm/model-scheduling';
export type { PipelineConnections } from './network';
export type {
  BucketName,
  FairObjectStoreBackend,
  MinioObjectStore,
  S3Bucket,
  S3ObjectStore,
} from './object-store';
export { PipelineStack, type PipelineStackProps } from './pipelines';
export { type FairDatabaseName, FairStack, type FairStackProps, type MlflowUsers, type ZenmlKeys } from './stack';
export type { ContainerRegistry, ContainerRegistryFlavor } from './zenml/stack';
