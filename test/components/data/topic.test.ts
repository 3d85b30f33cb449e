import { describe, expect, it } from 'vitest';
import { topic } from '../../../lib/components/data/topic';
import { images } from '../../../lib/versions';

const group = { bootstrapServers: 'kafka.demo.svc:9092', groupId: 'taggers', topics: ['pictures', 'masks'] };

describe('topics', () => {
  it('are their brokers, the group and the names, and a way to the brokers', () => {
    expect(topic(group)).toEqual({
      env: {
        KAFKA_BOOTSTRAP_SERVERS: 'kafka.demo.svc:9092',
        KAFKA_GROUP_ID: 'taggers',
        KAFKA_TOPICS: 'pictures,masks',
      },
      addresses: [{ host: 'kafka.demo.svc', port: 9092 }],
      wait: undefined,
    });
  });

  it('of a producer have no group', () => {
    const { bootstrapServers } = group;
    expect(topic({ bootstrapServers, topics: ['pictures'] }).env).toEqual({
      KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
      KAFKA_TOPICS: 'pictures',
    });
    expect(topic({ bootstrapServers }, { variables: { brokers: 'BROKERS', topics: 'T' } }).env).toEqual({
      BROKERS: bootstrapServers,
    });
  });

  it('are waited for until they are there, and the brokers alone where no topic is named', () => {
    const { command } = topic(group, { wait: true }).wait ?? {};
    expect(command?.slice(-2)).toEqual(['pictures', 'masks']);
    const wait = { name: 'wait-for-kafka' };
    expect(topic({ bootstrapServers: 'kafka.demo.svc:9092' }, { wait }).wait).toMatchObject({
      name: 'wait-for-kafka',
      image: images.kafka,
      env: { SERVER_HOST: 'kafka.demo.svc', SERVER_PORT: '9092' },
    });
  });

  it('fail for an unknown option', () => {
    expect(() => topic(group, { wiat: true } as object)).toThrow(
      "topic(): 'options.wiat' must be a known property (variables, wait), got true",
    );
    expect(() => topic(group, { wait: { nmae: 'a' } as object })).toThrow(
      "topic(): 'wait.nmae' must be a known property",
    );
  });
});
