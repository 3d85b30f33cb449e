import { describe, expect, it } from 'vitest';
import {
  KafkaTopicJob,
  type KafkaTopicJobProps,
  TOPIC_SCRIPT,
  topicArguments,
} from '../../../lib/components/data/kafka-topic-job';
import { nodePool } from '../../support/samples';
import { itIsPosix } from '../../support/shell';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const all: Required<KafkaTopicJobProps> = {
  name: 'kafka-topics',
  image: 'docker.io/apache/kafka:3.9.1',
  bootstrapServers: 'kafka.data.svc:9092',
  topics: [{ name: 'training-data', partitions: 2 }],
  replicationFactor: 3,
  user: 1000,
  nodePool: nodePool(),
};

describe('the Job of the topics', () => {
  it('gets the topics as arguments, not as a part of the script', () => {
    const [container] = render(all).spec.template.spec.containers;
    expect(container.command).toEqual(['/bin/sh', '-euc', TOPIC_SCRIPT, 'create-topics', 'training-data:2']);
    expect(container.env).toMatchObject([
      { name: 'BOOTSTRAP_SERVERS', value: 'kafka.data.svc:9092' },
      { name: 'REPLICATION_FACTOR', value: '3' },
      { name: 'KAFKA_HEAP_OPTS' },
      { name: 'LOG_DIR', value: '/tmp' },
    ]);
  });

  it('writes the settings of a topic as the tool reads them, lists in brackets', () => {
    const config = { 'retention.ms': '1000', 'cleanup.policy': 'compact,delete' };
    expect(
      topicArguments([
        { name: 'a', config },
        { name: 'b', partitions: 2 },
      ]),
    ).toEqual(['a:1:retention.ms=1000,cleanup.policy=[compact,delete]', 'b:2']);
  });

  it('has each of its props', () => {
    expectEachPropToMatter<KafkaTopicJobProps>(render, all, {
      name: 'other',
      image: 'docker.io/apache/kafka:other',
      bootstrapServers: 'other:9092',
      topics: [{ name: 'training-data', partitions: 3 }],
      replicationFactor: 1,
      user: 1001,
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('hands out its name', () => {
    const chart = testChart();
    expect(new KafkaTopicJob(chart, 'topics', all).name).toBe(objectOf(chart, 'Job').metadata.name);
  });
});

describe('the script of the topics', () => {
  itIsPosix(TOPIC_SCRIPT);
});

function render(props: KafkaTopicJobProps) {
  const chart = testChart();
  new KafkaTopicJob(chart, 'topics', props);
  return objectOf(chart, 'Job');
}
