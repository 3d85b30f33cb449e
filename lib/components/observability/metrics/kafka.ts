import { gauge } from '../metric';

const GROUP_PARTITION = ['consumergroup', 'topic', 'partition'] as const;
const GROUP_TOPIC = ['consumergroup', 'topic'] as const;
const PARTITION = ['topic', 'partition'] as const;

/** Metrics of kafka_exporter 1.9.0; brokers themselves have none in the format of Prometheus. */
export const kafkaMetrics = {
  brokers: gauge('kafka_brokers', 'Brokers of the cluster'),
  partitions: gauge('kafka_topic_partitions', 'Partitions of a topic', ['topic']),
  /** The exporter calls it a gauge, but it only grows: `rate` of it is messages a second. */
  offset: gauge('kafka_topic_partition_current_offset', 'Messages that were ever written to a partition', PARTITION),
  oldestOffset: gauge('kafka_topic_partition_oldest_offset', 'Offset of the oldest message that is stored', PARTITION),
  underReplicated: gauge(
    'kafka_topic_partition_under_replicated_partition',
    '1 for a partition with fewer copies in sync than it should have',
    PARTITION,
  ),
  inSync: gauge('kafka_topic_partition_in_sync_replica', 'Copies of a partition that are in sync', PARTITION),
  /** Of every group that ever committed an offset, its members alive or not. */
  lag: gauge('kafka_consumergroup_lag', 'Messages that a group has not read yet', GROUP_PARTITION),
  lagSum: gauge('kafka_consumergroup_lag_sum', 'Messages of a topic that a group has not read yet', GROUP_TOPIC),
  /** A gauge that only grows, too. */
  committed: gauge('kafka_consumergroup_current_offset', 'Messages that a group has read', GROUP_PARTITION),
  committedSum: gauge(
    'kafka_consumergroup_current_offset_sum',
    'Messages of a topic that a group has read',
    GROUP_TOPIC,
  ),
  members: gauge('kafka_consumergroup_members', 'Members of a group', ['consumergroup']),
} as const;
