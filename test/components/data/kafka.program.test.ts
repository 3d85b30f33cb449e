import { afterAll, beforeAll, expect, onTestFailed, test, vi } from 'vitest';
import { Kafka, type KafkaProps } from '../../../lib/components/data/kafka';
import { findKafka, KafkaCluster, type Run } from '../../support/kafka';
import { describeProgram } from '../../support/programs';
import { find, synth, testChart } from '../../support/synth';

const topics = [
  { name: 'training-data', partitions: 3 },
  { name: 'model-selected', config: { 'retention.ms': '86400000', 'cleanup.policy': 'compact,delete' } },
];

function rendered(props: KafkaProps) {
  const chart = testChart();
  new Kafka(chart, 'kafka', props);
  return synth(chart);
}

function cluster(jars: string, props: KafkaProps): KafkaCluster {
  const objects = rendered(props);
  return new KafkaCluster(jars, { server: find(objects, 'StatefulSet'), config: find(objects, 'ConfigMap') });
}

/** Runs the Job of the topics. */
function job(brokers: KafkaCluster, props: KafkaProps): Promise<Run> {
  const [container] = find(rendered(props), 'Job').spec.template.spec.containers;
  const env = container.env.map(({ name, value }: { name: string; value: string }) => [name, value]);
  return brokers.run(container.command, Object.fromEntries(env));
}

/** What the brokers say of each topic: partitions, copies, settings of its own. */
async function described(brokers: KafkaCluster): Promise<string[]> {
  const args = ['--bootstrap-server', 'kafka.demo.svc:9092', '--describe'];
  const { stdout } = await brokers.run(['kafka-topics.sh', ...args]);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('Topic: '))
    .map((line) =>
      line
        .replace(/\tTopicId: \S+/, '')
        .trim()
        .split(/[\t,] ?(?=[a-zA-Z.]+[:=])/),
    )
    .map(([name, partitions, copies, ...configs]) => [name, partitions, copies, ...configs.sort()].join(' '))
    .sort();
}

describeProgram(findKafka(), 'one broker of a real Kafka', (kafka) => {
  let brokers: KafkaCluster;
  beforeAll(() => {
    brokers = cluster(kafka().jars, { topics });
    brokers.start(0);
  });
  afterAll(() => brokers?.destroy());

  test('starts with the generated properties, and the Job creates the topics', async () => {
    onTestFailed(() => console.error(brokers.log));
    expect(await brokers.accepts(0, 60)).toBe(true);
    const { code, stderr } = await job(brokers, { topics });
    expect(code, stderr).toBe(0);
    expect(await described(brokers)).toEqual([
      'Topic: model-selected PartitionCount: 1 ReplicationFactor: 1 Configs: min.insync.replicas=1 cleanup.policy=compact,delete retention.ms=86400000',
      'Topic: training-data PartitionCount: 3 ReplicationFactor: 1 Configs: min.insync.replicas=1',
    ]);
    expect(brokers.log).not.toMatch(/unknown|was supplied but|Invalid/i);
  });

  test('keeps what it has when it starts again, and the Job adds partitions to it', async () => {
    onTestFailed(() => console.error(brokers.log));
    await brokers.stop(0);
    brokers.start(0);
    expect(await brokers.accepts(0, 60)).toBe(true);
    const [one = topics[1], two = topics[1]] = topics;
    const more = [{ ...one, partitions: 4 }, two];
    const { code, stderr } = await job(brokers, { topics: more as KafkaProps['topics'] });
    expect(code, stderr).toBe(0);
    expect((await described(brokers))[1]).toContain('PartitionCount: 4');
  });

  test('fails with a message where partitions would have to be removed', async () => {
    const { code, stderr } = await job(brokers, { topics: [{ name: 'training-data' }] });
    expect(code).toBe(1);
    expect(stderr).toContain('topic training-data has 4 partitions; none can be taken away, so 1 cannot be had');
  });
});

describeProgram(findKafka(), 'three brokers of a real Kafka', (kafka) => {
  const props = { brokers: 3, topics: [{ name: 'training-data', partitions: 2 }] } as const;
  let brokers: KafkaCluster;
  beforeAll(() => {
    brokers = cluster(kafka().jars, props);
  });
  afterAll(() => brokers?.destroy());

  test('the first to start is ready without a quorum, so that a rollout replaces the others, which wait for it', async () => {
    onTestFailed(() => console.error(brokers.log));
    brokers.start(2);
    await vi.waitUntil(() => brokers.ready(2), { timeout: 60_000, interval: 500 });
    expect(await brokers.accepts(2, 1)).toBe(false);
    brokers.start(1);
    // Ready is now only who serves: the two are a quorum.
    await vi.waitUntil(async () => (await brokers.ready(1)) && (await brokers.ready(2)), { timeout: 60_000 });
    expect([await brokers.accepts(1, 1), await brokers.accepts(2, 1)]).toEqual([true, true]);
    expect(await brokers.ready(0)).toBe(false);
  });

  test('they find each other by the names of their pods, and lose nothing and keep going without one of them', async () => {
    onTestFailed(() => console.error(brokers.log));
    brokers.start(0);
    for (const ordinal of [0, 1, 2]) expect(await brokers.accepts(ordinal, 60)).toBe(true);
    const { code, stderr } = await job(brokers, props);
    expect(code, stderr).toBe(0);
    expect(await described(brokers)).toEqual([
      'Topic: training-data PartitionCount: 2 ReplicationFactor: 3 Configs: min.insync.replicas=2',
    ]);
    // Each knows its zone, so that the copies of a partition are in different ones.
    const { stdout } = await brokers.run(['kafka-broker-api-versions.sh', '--bootstrap-server', 'kafka.demo.svc:9092']);
    expect(stdout.match(/id: \d rack: [\w-]+/g)?.sort()).toEqual([0, 1, 2].map((id) => `id: ${id} rack: zone-${id}`));
    await brokers.stop(2);
    const again = await job(brokers, { ...props, topics: [{ name: 'training-data', partitions: 3 }] });
    expect(again.code, again.stderr).toBe(0);
    expect((await described(brokers))[0]).toContain('PartitionCount: 3 ReplicationFactor: 3');
  });
});
