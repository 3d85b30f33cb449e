import { brokerAddress } from '../../kube/network/addresses';
import type { KafkaConnection } from '../../kube/network/connections';
import { requireKnownProps } from '../../kube/objects/known-props';
import { type Use, type UseOptions, type UseVariables, variablesOf, waiting } from '../../kube/pods/uses';
import { waitForPort } from '../../kube/pods/wait-for';
import { images } from '../../versions';
import { waitForTopics } from './wait-for-topics';

/** Brokers, and what a program does with them: `kafka.consumers(…)`, or `{ ...kafka.connection, topics: ['events'] }`. */
export interface TopicConnection extends KafkaConnection {
  /** Topics that are read or written. @default - any */
  readonly topics?: readonly string[];
  /** Consumer group. @default - none: a producer has none */
  readonly groupId?: string;
}

/** A value of a connection to topics; several are joined by commas. */
export type TopicValue = 'brokers' | 'groupId' | 'topics';

/** Names that programs often have: no client of Kafka reads variables by itself. */
export const KAFKA_VARIABLES: UseVariables<TopicValue> = {
  brokers: 'KAFKA_BOOTSTRAP_SERVERS',
  groupId: 'KAFKA_GROUP_ID',
  topics: 'KAFKA_TOPICS',
};

/** Topics of a Kafka cluster, by its brokers, the group and the topics. With `wait` the pods start once the topics exist. */
export function topic(connection: TopicConnection, options: UseOptions<TopicValue> = {}): Use {
  requireKnownProps('topic()', { connection, options }, 'connection:Topics options:object');
  requireKnownProps('topic()', options, 'variables?:object wait?:boolean|object', 'options');
  const { bootstrapServers, groupId, topics = [] } = connection;
  const { variables = KAFKA_VARIABLES, wait } = options;
  const [first, ...others] = topics;
  const address = brokerAddress(connection);
  return {
    env: variablesOf('topic()', { brokers: bootstrapServers, groupId, topics: first && topics.join() }, variables),
    addresses: [address],
    wait: waiting('topic()', wait, ({ name = 'wait-for-topics', image = images.kafka }) =>
      first === undefined
        ? waitForPort(name, image, address)
        : waitForTopics(name, image, connection, [first, ...others]),
    ),
  };
}
