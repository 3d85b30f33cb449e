import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { Kafka, type KafkaProps } from '../../../lib/components/data/kafka';
import { brokerAddress } from '../../../lib/kube/network/addresses';
import { connect } from '../../../lib/kube/network/network';
import type { Pods } from '../../../lib/kube/network/peers';
import { images } from '../../../lib/versions';
import { isolate } from '../../../lib/workloads/network-policy';
import { nodePool } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, objectOf, synth, testChart } from '../../support/synth';

const minimal: KafkaProps = { topics: [{ name: 'training-data', partitions: 2 }] };
const all: Required<KafkaProps> = {
  name: 'kafka',
  image: images.kafka,
  brokers: 3,
  topics: [{ name: 'training-data', partitions: 2 }],
  properties: { 'log.retention.hours': '48' },
  storage: Size.gibibytes(5),
  storageClassName: 'ssd',
  resources: {
    requests: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
    limits: { cpu: Cpu.units(2), memory: Size.gibibytes(4) },
  },
  nodePool: nodePool({ nodes: { min: 3 }, zones: 3 }),
};

function render(props: KafkaProps) {
  const chart = testChart();
  new Kafka(chart, 'kafka', props);
  return synth(chart);
}

function kafka(props: KafkaProps = minimal): Kafka {
  return new Kafka(testChart(), 'kafka', props);
}

describe('Kafka with minimal props', () => {
  const objects = render(minimal);
  const { spec } = find(objects, 'StatefulSet');
  const [broker] = spec.template.spec.containers;

  it('is one broker, its two Services, its configuration and a Job', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap kafka-config',
      'Service kafka-headless',
      'StatefulSet kafka',
      'Service kafka',
      expect.stringMatching(/^Job kafka-topics-[0-9a-f]{8}$/),
    ]);
  });

  it('writes what the schemas of Kubernetes allow', () => {
    expect([...objects, ...render(all)].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('keeps its messages in a claim', () => {
    expect(spec.volumeClaimTemplates).toMatchObject([
      { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '5Gi' } } } },
    ]);
    expect(broker.volumeMounts).toContainEqual({ name: 'data', mountPath: '/var/lib/kafka' });
    expect(find(objects, 'ConfigMap').data['server.properties']).toContain('log.dirs=/var/lib/kafka/logs\n');
  });

  it('takes its id and its advertised name from the name of its pod', () => {
    const env = Object.fromEntries(
      broker.env.map((entry: { name: string; value?: string }) => [entry.name, entry.value]),
    );
    expect(env).toMatchObject({ DOMAIN: 'kafka-headless.demo.svc', CLUSTER_ID: expect.stringMatching(/^[\w-]{22}$/) });
    const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.name' };
    expect(broker.env[0]).toEqual({ name: 'POD_NAME', valueFrom: { fieldRef } });
    expect(broker.command[2]).toMatch(/node\.id=.*POD_NAME##\*-/);
  });

  it('names brokers that are not ready, because controllers look for each other before they are', () => {
    expect(find(objects, 'Service', 'kafka-headless').spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ port: 9092 }, { port: 9093 }],
    });
    expect(find(objects, 'Service', 'kafka').spec.ports).toMatchObject([{ port: 9092 }]);
    expect(spec.podManagementPolicy).toBe('Parallel');
  });

  it('gives half of its memory to the heap', () => {
    expect(broker.env).toContainEqual({ name: 'KAFKA_HEAP_OPTS', value: '-Xms512m -Xmx512m' });
  });

  it('has no budget, which would keep every drain waiting', () => {
    expect(objects.filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  });
});

describe('Kafka with all props', () => {
  const objects = render(all);

  it('has three brokers, of which a drain takes one at a time, on different nodes where there are any', () => {
    const { replicas, template } = find(objects, 'StatefulSet').spec;
    expect(replicas).toBe(3);
    expect(find(objects, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: 1 });
    const spread = template.spec.topologySpreadConstraints;
    expect(spread.map(({ topologyKey }: { topologyKey: string }) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    // Pods of a StatefulSet have no label `pod-template-hash`.
    for (const constraint of spread) expect(constraint).not.toHaveProperty('matchLabelKeys');
    expect(template.spec.containers[0].env).toContainEqual({
      name: 'ZONE',
      valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['topology.kubernetes.io/zone']" } },
    });
  });

  it('adds properties to those of its own', () => {
    const file = find(objects, 'ConfigMap').data['server.properties'];
    expect(file).toContain('log.retention.hours=48\n');
    expect(file).toContain('min.insync.replicas=2\n');
  });

  it('has each of its props', () => {
    expectEachPropToMatter<KafkaProps>(render, all, {
      name: 'other',
      image: 'docker.io/apache/kafka:3.9.0',
      brokers: 1,
      topics: [],
      properties: {},
      storage: Size.gibibytes(6),
      storageClassName: 'other',
      resources: { ...all.resources, limits: { memory: Size.gibibytes(3) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });
});

describe('the users of Kafka', () => {
  it('reach every broker, and the brokers each other', () => {
    const chart = testChart();
    isolate(chart);
    const brokers = new Kafka(chart, 'kafka', { brokers: 3, topics: [{ name: 'orders' }] });
    const client: Pods = { scope: chart, name: 'client', selector: { app: 'client' } };
    connect(client, brokerAddress(brokers.connection));
    const policy = synth(chart).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'kafka');
    const broker = { podSelector: { matchLabels: brokers.server.selector } };
    const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port }));
    expect(policy?.spec).toMatchObject({
      ingress: [
        { from: [{ podSelector: { matchLabels: client.selector } }], ports: tcp(9092) },
        { from: [broker], ports: tcp(9092, 9093) },
        {
          from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'kafka-topics' } } }],
          ports: tcp(9092),
        },
      ],
      egress: [{ to: [broker], ports: tcp(9092, 9093) }],
    });
  });

  it('are given its brokers, topics that exist, and groups that fit', () => {
    const brokers = kafka();
    expect(brokers.connection).toEqual({ bootstrapServers: 'kafka.demo.svc:9092' });
    expect(brokers.topic('training-data')).toBe('training-data');
    expect(brokers.consumers({ groupId: 'train-gru', topics: ['training-data'], members: 2 })).toEqual({
      bootstrapServers: 'kafka.demo.svc:9092',
      groupId: 'train-gru',
      topics: ['training-data'],
      members: 2,
    });
  });

  it('fails for a topic that is not there', () => {
    expect(() => kafka().topic('training')).toThrow(
      "demo/kafka: 'topic' must be one of 'training-data', got 'training'",
    );
  });

  it('fails for a second program in one group: each would see a part of the messages', () => {
    const brokers = kafka();
    const group = { groupId: 'batch', topics: ['training-data'], members: 1 } as const;
    brokers.consumers(group);
    expect(() => brokers.consumers(group)).toThrow("demo/kafka: 'groupId' must belong to one program, got 'batch'");
  });

  it('fails for more members than partitions', () => {
    expect(() => kafka().consumers({ groupId: 'a', topics: ['training-data'], members: 3 })).toThrow(
      "demo/kafka: 'consumers 'a' members' must be at most 2",
    );
  });
});

describe('the memory of Kafka', () => {
  const limited = (memory: Size) => {
    const requests = { cpu: Cpu.millis(100), memory: Size.mebibytes(512) };
    return kafka({ ...minimal, resources: { requests, limits: { memory } } });
  };

  it('may be any number of KiB, of which the heap gets half in whole MiB', () => {
    const { env } = objectOf(limited(Size.kibibytes(1_500_000)), 'StatefulSet').spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: 'KAFKA_HEAP_OPTS', value: '-Xms732m -Xmx732m' });
  });

  it('fails for a part of a KiB', () => {
    expect(() => limited(Size.gibibytes(0.7))).toThrow(
      "demo/kafka: 'resources.limits.memory' must be a positive whole number of KiB, got '0.7Gi'",
    );
  });
});

describe('the properties of Kafka', () => {
  it.each([
    ["leave alone what follows from the other props, got 'min.insync.replicas'", { 'min.insync.replicas': '1' }],
    ["leave alone what follows from the other props, got 'node.id'", { 'node.id': '1' }],
    ["have keys such as log.retention.hours, got 'a b'", { 'a b': '1' }],
  ])('fails: must %s', (message, properties) => {
    expect(() => kafka({ ...minimal, properties })).toThrow(`demo/kafka: 'properties' must ${message}`);
  });

  it('fails for a value of two lines', () => {
    expect(() => kafka({ ...minimal, properties: { a: '1\nb=2' } })).toThrow(
      "demo/kafka: 'properties.a' must be one line",
    );
  });
});
