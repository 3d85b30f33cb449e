import { type ErrorLocation, findByName, requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireWhole } from '../../kube/objects/numbers';

/** A topic of a Kafka cluster. */
export interface KafkaTopic {
  readonly name: string;
  /**
   * How many consumers of one group can read it at once. More can be added at any time, and none can be taken away;
   * the partition of a key changes with their number.
   * @default 1
   */
  readonly partitions?: number;
  /** Settings of the topic, such as `retention.ms`. @default - those of the brokers */
  readonly config?: Readonly<Record<string, string>>;
}

/** The members of one consumer group: Kafka assigns each partition to one of them. */
export interface ConsumerGroupProps {
  readonly groupId: string;
  /** The topics that every member subscribes to. */
  readonly topics: readonly [string, ...string[]];
  /** How many members there are at most: the replicas, or the maximum of an autoscaler. */
  readonly members: number;
}

const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/** Partitions of a topic. */
export function partitionsOf({ partitions = 1 }: KafkaTopic): number {
  return partitions;
}

/** Checks topics as the broker does when it is asked to create them. */
export function requireTopics(location: ErrorLocation, topics: readonly KafkaTopic[]): void {
  const seen = new Map<string, string>();
  for (const topic of topics) {
    requireKnownProps(location, topic, 'name partitions?:number config?:string{}', 'topics');
    const { name, config = {} } = topic;
    const allowed = "be 1 to 249 letters, digits, '.', '_' and '-', other than '.' and '..'";
    requireProp(TOPIC_NAME.test(name) && name !== '.' && name !== '..', location, 'topics.name', allowed, name);
    // Metrics write both as '_', so the broker takes one of them only.
    const metric = name.replaceAll('.', '_');
    const other = seen.get(metric);
    requireProp(
      other === undefined,
      location,
      'topics.name',
      `be a name of its own, '.' and '_' being the same (there is '${other}')`,
      name,
    );
    seen.set(metric, name);
    const partitions = partitionsOf(topic);
    requireWhole(location, `topics.${name}.partitions`, partitions, 1);
    for (const [key, value] of Object.entries(config)) {
      const allowed = 'have keys such as retention.ms';
      requireProp(/^[a-z]+(\.[a-z]+)*$/.test(key), location, `topics.${name}.config`, allowed, key);
      // The tool that sets them reads a list in [brackets].
      requireProp(
        /^[^[\]\s]+$/.test(value),
        location,
        `topics.${name}.config.${key}`,
        'have no brackets and no blanks',
        value,
      );
    }
  }
}

/** Checks that each member of a group gets a partition of each of its topics: the others would be idle. */
export function requireConsumers(
  location: ErrorLocation,
  topics: readonly KafkaTopic[],
  group: ConsumerGroupProps,
): void {
  requireKnownProps(location, { group }, 'group:object');
  requireKnownProps(location, group, 'groupId topics:string[] members:number', 'group');
  const { groupId, members } = group;
  requireProp(/^\S+$/.test(groupId), location, 'groupId', 'be a name without blanks', groupId);
  const at = `consumers '${groupId}'`;
  requireWhole(location, `${at} members`, members, 1);
  for (const name of group.topics) {
    const topic = findByName(location, 'topic', topics, name);
    const partitions = partitionsOf(topic);
    requireProp(
      members <= partitions,
      location,
      `${at} members`,
      `be at most ${partitions}, the partitions of topic '${name}' (each goes to one member of a group; for every member to see every message, each needs a group of its own)`,
      members,
    );
  }
}
