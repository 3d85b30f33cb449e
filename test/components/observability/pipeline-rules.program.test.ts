import { test } from 'vitest';
import { describeRules } from './rule-checks';
import { pipeline } from './rule-samples';

const kafka = (name: string, labels = '') =>
  `${name}{job="kafka-exporter",namespace="flts",instance="10.0.0.8:9308"${labels}}`;
const read = ',consumergroup="train-gru",topic="training-data"';
const flowing = {
  [kafka('kafka_brokers')]: '3x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="train-gru"')]: '2x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="eval.r5"')]: '1x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="console"')]: '0x200',
  [kafka('kafka_consumergroup_lag', `${read},partition="0"`)]: '60x200',
  [kafka('kafka_consumergroup_lag', `${read},partition="1"`)]: '-1x200',
  [kafka('kafka_consumergroup_current_offset_sum', read)]: '0+1x200',
  [kafka('kafka_topic_partition_under_replicated_partition', ',topic="training-data",partition="0"')]: '0x200',
  [kafka('kafka_topic_partition_current_offset', ',topic="DLQ-preprocess",partition="0"')]: '7x200',
};
const group = { job: 'kafka-exporter', namespace: 'flts', consumergroup: 'train-gru', topic: 'training-data' };

describeRules('the rules of a pipeline', ({ expectAlerts }) => {
  test('say nothing while messages are read, whatever other groups do', () => {
    expectAlerts(pipeline, flowing, 180);
  });

  test('a group has more before it than it may', () => {
    const summary = 'train-gru has 130 unread messages of training-data.';
    const behind = { ...flowing, [kafka('kafka_consumergroup_lag', `${read},partition="1"`)]: '70x200' };
    expectAlerts(pipeline, behind, 30, { ConsumerGroupBehind: [{ labels: group, summary }] });
    expectAlerts(pipeline, behind, 5);
  });

  test('a group is stuck, once it takes longer than a message may', () => {
    const summary = 'train-gru has unread messages of training-data and reads none of them.';
    const stuck = { ...flowing, [kafka('kafka_consumergroup_current_offset_sum', read)]: '5x200' };
    expectAlerts(pipeline, stuck, 110);
    expectAlerts(pipeline, stuck, 180, { ConsumerGroupStuck: [{ labels: group, summary }] });
    const idle = { ...stuck, [kafka('kafka_consumergroup_lag', `${read},partition="0"`)]: '0x200' };
    expectAlerts(pipeline, idle, 180);
  });

  test('a group lost its members, or never had any', () => {
    const lost = { ...flowing, [kafka('kafka_consumergroup_members', ',consumergroup="train-gru"')]: '0x200' };
    const seen = { job: 'kafka-exporter', namespace: 'flts', instance: '10.0.0.8:9308', consumergroup: 'train-gru' };
    expectAlerts(pipeline, lost, 30, {
      ConsumerGroupWithoutMembers: [{ labels: seen, summary: 'The consumer group train-gru has no members.' }],
    });
    const { [kafka('kafka_consumergroup_members', ',consumergroup="eval.r5"')]: _, ...never } = flowing;
    const absent = { job: 'kafka-exporter', namespace: 'flts', consumergroup: 'eval.r5' };
    expectAlerts(pipeline, never, 30, {
      ConsumerGroupWithoutMembers: [{ labels: absent, summary: 'The consumer group eval.r5 has no members.' }],
    });
  });

  test('a broker is missing, and copies with it', () => {
    const labels = { job: 'kafka-exporter', namespace: 'flts' };
    const broken = {
      ...flowing,
      [kafka('kafka_brokers')]: '2x200',
      [kafka('kafka_topic_partition_under_replicated_partition', ',topic="training-data",partition="0"')]: '1x200',
    };
    const summary = '1 partitions of training-data have too few replicas in sync.';
    expectAlerts(pipeline, broken, 30, {
      KafkaBrokerMissing: [{ labels: { ...labels, instance: '10.0.0.8:9308' }, summary: 'Kafka has 2 of 3 brokers.' }],
      KafkaPartitionsUnderReplicated: [{ labels: { ...labels, topic: 'training-data' }, summary }],
    });
  });

  test('something could not be handled, for half an hour after it', () => {
    const failed = {
      ...flowing,
      [kafka('kafka_topic_partition_current_offset', ',topic="DLQ-preprocess",partition="0"')]: '7x30 8x200',
    };
    const labels = { job: 'kafka-exporter', namespace: 'flts', topic: 'DLQ-preprocess' };
    const summary = 'Programs could not handle some messages, which are now in DLQ-preprocess.';
    expectAlerts(pipeline, failed, 40, { MessagesFailed: [{ labels, summary }] });
    expectAlerts(pipeline, failed, 80);
  });
});
