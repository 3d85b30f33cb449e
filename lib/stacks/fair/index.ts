/**
 * fAIr: its databases and buckets, the accounts of its pipelines, and where a model's metadata places it.
 * May change in minor versions.
 * @packageDocumentation
 */

export type { FairChartPods } from './chart-pods';
export type {
  CloudNativePgDatabases,
  DatabaseClient,
  FairCluster,
  FairDatabaseBackend,
  StatefulSetDatabases,
} from './databases';
export { DEFAULT_LABEL_DOMAIN, type MlWorkload, workloadLabel } from './label-domain';
export {
  type ModelScheduling,
  type ModelSchedulingProps,
  schedulingFromStacItem,
} from './mlm/model-scheduling';
export type {
  BucketName,
  FairObjectStoreBackend,
  MinioObjectStore,
  S3Bucket,
  S3ObjectStore,
} from './object-store';
export { PipelineStack, type PipelineStackProps } from './pipelines';
export { FairStack, type FairStackProps } from './stack';
