/**
 * fAIr: its databases and buckets, the accounts of its pipelines, and where a model's metadata places it.
 * May change in minor versions.
 * @packageDocumentation
 */

export type { EoapiChart } from './charts/eoapi-versions';
export type { MlflowOptions, MlflowProps, MlflowUsers } from './charts/mlflow';
export type { StacAutoscaling, StacOptions, StacProps } from './charts/stac';
export type { ZenmlChart, ZenmlOptions, ZenmlProps } from './charts/zenml';
export type { ZenmlVersion } from './charts/zenml-versions';
export type {
  CloudNativePgDatabases,
  DatabaseClient,
  FairCluster,
  FairDatabaseBackend,
  StatefulSetDatabases,
} from './databases';
export { type FairConfig, type FairPipelines, fair, LOCAL_PORTS } from './fair';
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
export { type FairCharts, type FairDatabaseName, FairStack, type FairStackProps, type ZenmlKeys } from './stack';
export type { ContainerRegistry, ContainerRegistryFlavor } from './zenml/stack';
