import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      { name: 'KAFKA_JVM_PERFORMANCE_OPTS' },
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

  it('asks for short answers until there are brokers, and gives them all the time that they need for a topic', () => {
    const folder = mkdtempSync(join(tmpdir(), 'topic-job-'));
    const asked = join(folder, 'asked');
    for (const name of ['kafka-topics.sh', 'kafka-configs.sh', 'sleep']) {
      // There are brokers at the second try.
      const script = `#!/bin/sh\necho "\${0##*/} $*" >>${asked}\n[ "$(wc -l <${asked})" -gt 1 ]\n`;
      writeFileSync(join(folder, name), script, { mode: 0o755 });
    }
    execFileSync('/bin/sh', ['-euc', TOPIC_SCRIPT, 'create-topics', 'data:2:retention.ms=1'], {
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        TMPDIR: folder,
        BOOTSTRAP_SERVERS: 'kafka:9092',
        REPLICATION_FACTOR: '1',
      },
    });
    const find = `kafka-topics.sh --bootstrap-server kafka:9092 --command-config ${folder}/short.properties --describe`;
    expect(readFileSync(asked, 'utf8').trim().split('\n')).toEqual([
      find,
      'sleep 2',
      find,
      'kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic data --partitions 2 --replication-factor 1',
      'kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name data --add-config retention.ms=1',
    ]);
    rmSync(folder, { recursive: true });
  });
});

function render(props: KafkaTopicJobProps) {
  const chart = testChart();
  new KafkaTopicJob(chart, 'topics', props);
  return objectOf(chart, 'Job');
}
