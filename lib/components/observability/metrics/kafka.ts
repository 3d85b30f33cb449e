import { gauge } from '../metric';

/** What kafka_exporter 1.9.0 serves; brokers themselves serve nothing that Prometheus reads. */
export const kafkaMetrics = {
  brokers: gauge('kafka_brokers', 'Brokers of the cluster'),
  partitions: gauge('kafka_topic_partitions', 'Partitions of a topic', ['topic']),
  /** The exporter calls it a gauge, but it only grows: `rate` of it is messages a second. */
  offset: gauge('kafka_topic_partition_current_offset', 'Messages that a partition ever got', ['topic', 'partition']),
  oldestOffset: gauge('kafka_topic_partition_oldest_offset', 'First message that is still there', [
    'topic',
    'partition',
  ]),
  underReplicated: gauge(
    'kafka_topic_partition_under_replicated_partition',
    '1 for a partition with fewer copies in sync than it should have',
    ['topic', 'partition'],
  ),
  inSync: gauge('kafka_topic_partition_in_sync_replica', 'Copies of a partition that are in sync', [
    'topic',
    'partition',
  ]),
  /** Of every group that ever committed an offset, its members alive or not. */
  lag: gauge('kafka_consumergroup_lag', 'Messages that a group has still to read', [
    'consumergroup',
    'topic',
    'partition',
  ]),
  lagSum: gauge('kafka_consumergroup_lag_sum', 'Messages of a topic that a group has still to read', [
    'consumergroup',
    'topic',
  ]),
  /** A gauge that only grows, too. */
  committed: gauge('kafka_consumergroup_current_offset', 'Messages that a group has read', [
    'consumergroup',
    'topic',
    'partition',
  ]),
  committedSum: gauge('kafka_consumergroup_current_offset_sum', 'Messages of a topic that a group has read', [
    'consumergroup',
    'topic',
  ]),
  members: gauge('kafka_consumergroup_members', 'Members of a group', ['consumergroup']),
} as const;
