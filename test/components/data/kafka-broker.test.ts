import { describe, expect, it } from 'vitest';
import {
  type BrokerCount,
  brokerProperties,
  clusterId,
  propertiesFile,
  replication,
  START_SCRIPT,
} from '../../../lib/components/data/kafka-broker';
import { itIsPosix } from '../../support/shell';

const hosts = (brokers: number) =>
  Array.from({ length: brokers }, (_, ordinal) => `kafka-${ordinal}.kafka-headless.demo.svc`);

/** Keys of the broker, as the documentation of Kafka 3.9 lists them (Broker Configs). */
const DOCUMENTED = [
  'process.roles',
  'controller.quorum.voters',
  'controller.listener.names',
  'listeners',
  'listener.security.protocol.map',
  'inter.broker.listener.name',
  'log.dirs',
  'auto.create.topics.enable',
  'default.replication.factor',
  'min.insync.replicas',
  'offsets.topic.replication.factor',
  'transaction.state.log.replication.factor',
  'transaction.state.log.min.isr',
  'group.initial.rebalance.delay.ms',
];

describe('the properties of brokers', () => {
  it.each<BrokerCount>([1, 3, 5])('are documented ones, with %d brokers', (brokers) => {
    expect(Object.keys(brokerProperties(brokers, hosts(brokers)))).toEqual(DOCUMENTED);
  });

  it('name every broker as a voter, by the name of its pod', () => {
    expect(brokerProperties(3, hosts(3))['controller.quorum.voters']).toBe(
      '0@kafka-0.kafka-headless.demo.svc:9093,1@kafka-1.kafka-headless.demo.svc:9093,2@kafka-2.kafka-headless.demo.svc:9093',
    );
  });

  it.each<[BrokerCount, number, number]>([
    [1, 1, 1],
    [3, 3, 2],
    [5, 3, 2],
  ])('keep, with %d brokers, %d copies, of which %d must have a message', (brokers, factor, minInSyncReplicas) => {
    expect(replication(brokers)).toEqual({ factor, minInSyncReplicas });
    expect(brokerProperties(brokers, hosts(brokers))).toMatchObject({
      'default.replication.factor': String(factor),
      'offsets.topic.replication.factor': String(factor),
      'transaction.state.log.replication.factor': String(factor),
      'min.insync.replicas': String(minInSyncReplicas),
      'transaction.state.log.min.isr': String(minInSyncReplicas),
    });
  });

  it('listen on all addresses of the pod, the controller too', () => {
    expect(brokerProperties(1, hosts(1)).listeners).toBe('PLAINTEXT://:9092,CONTROLLER://:9093');
  });

  it('are written one a line, with backslashes escaped', () => {
    expect(propertiesFile({ a: '1', b: 'x\\y' })).toBe('a=1\nb=x\\\\y\n');
  });
});

describe('the id of a cluster', () => {
  it('has 22 characters, is the same each time, and begins like no option', () => {
    const ids = Array.from({ length: 300 }, (_, index) => clusterId(`kafka-${index}`));
    expect(new Set(ids).size).toBe(300);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    expect(clusterId('kafka-headless.flts.svc')).toBe(clusterId('kafka-headless.flts.svc'));
  });
});

describe('the start script of a broker', () => {
  itIsPosix(START_SCRIPT);
});
