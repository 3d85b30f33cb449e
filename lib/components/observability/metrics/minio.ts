import { gauge } from '../metric';

/** Metrics of MinIO at `/minio/metrics/v3/cluster`. A metric that is 0 has no series. */
export const minioMetrics = {
  usableBytes: gauge('minio_cluster_health_capacity_usable_total_bytes', 'Capacity for objects, in bytes'),
  freeBytes: gauge('minio_cluster_health_capacity_usable_free_bytes', 'Free capacity, in bytes'),
  drivesOffline: gauge('minio_cluster_health_drives_offline_count', 'Offline drives'),
  /** Counted every few minutes, as is what follows. */
  bucketBytes: gauge('minio_cluster_usage_buckets_total_bytes', 'Size of a bucket, in bytes', ['bucket']),
  bucketObjects: gauge('minio_cluster_usage_buckets_objects_count', 'Objects in a bucket', ['bucket']),
} as const;
