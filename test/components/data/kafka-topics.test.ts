import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConsumerGroupProps,
  type KafkaTopic,
  partitionsOf,
  requireConsumers,
  requireTopics,
} from '../../../lib/components/data/kafka-topics';

const topics: readonly KafkaTopic[] = [{ name: 'training-data', partitions: 3 }, { name: 'model-selected' }];
const group: ConsumerGroupProps = { groupId: 'train-gru', topics: ['training-data'], members: 3 };

describe('topics', () => {
  it('have one partition unless they say otherwise', () => {
    expect(topics.map(partitionsOf)).toEqual([3, 1]);
  });

  it.each<[string, KafkaTopic[]]>([
    [
      "'topics.name' must be 1 to 249 letters, digits, '.', '_' and '-', other than '.' and '..', got 'a b'",
      [{ name: 'a b' }],
    ],
    [
      "'topics.name' must be 1 to 249 letters, digits, '.', '_' and '-', other than '.' and '..', got '..'",
      [{ name: '..' }],
    ],
    [
      "'topics.name' must be a name of its own, '.' and '_' being the same (there is 'a.b'), got 'a_b'",
      [{ name: 'a.b' }, { name: 'a_b' }],
    ],
    ["'topics.a.partitions' must be a whole number from 1, got 0", [{ name: 'a', partitions: 0 }]],
    [
      "'topics.a.config' must have keys such as retention.ms, got 'Retention'",
      [{ name: 'a', config: { Retention: '1' } }],
    ],
    [
      "'topics.a.config.cleanup.policy' must have no brackets and no blanks, got '[compact]'",
      [{ name: 'a', config: { 'cleanup.policy': '[compact]' } }],
    ],
  ])('fails: %s', (message, wrong) => {
    expect(() => requireTopics('kafka', wrong)).toThrow(`kafka: ${message}`);
  });
});

describe('a consumer group', () => {
  it('may have as many members as each of its topics has partitions, and no more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (partitions, members) => {
          const all = partitions.map((count, index) => ({ name: `t${index}`, partitions: count }));
          const [first = 't0', ...rest] = all.map(({ name }) => name);
          const check = () => requireConsumers('kafka', all, { groupId: 'g', topics: [first, ...rest], members });
          if (members <= Math.min(...partitions)) expect(check).not.toThrow();
          else expect(check).toThrow('for every member to see every message, each needs a group of its own');
        },
      ),
    );
  });

  it('fails with a member more than there are partitions', () => {
    expect(() => requireConsumers('kafka', topics, { ...group, members: 4 })).toThrow(
      "kafka: 'consumers 'train-gru' members' must be at most 3, the partitions of topic 'training-data' (each goes to one member of a group; for every member to see every message, each needs a group of its own), got 4",
    );
  });

  it('fails for a topic that is not there, without a name, and without members', () => {
    expect(() => requireConsumers('kafka', topics, { ...group, topics: ['trainin-data'] })).toThrow(
      "kafka: 'topic' must be one of 'training-data', 'model-selected', got 'trainin-data'",
    );
    expect(() => requireConsumers('kafka', topics, { ...group, groupId: '' })).toThrow(
      "kafka: 'groupId' must be a name without blanks, got ''",
    );
    expect(() => requireConsumers('kafka', topics, { ...group, members: 0 })).toThrow(
      "kafka: 'consumers 'train-gru' members' must be a whole number from 1, got 0",
    );
  });
});
