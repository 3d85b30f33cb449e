import type { KafkaConnection } from '../../kube/network/connections';
import type { ContainerProps } from '../../kube/pods/containers';
import { computeResources } from '../../kube/resources/quantities';

/**
 * An init container that waits until topics exist: brokers without automatic creation of topics refuse clients that ask
 * for a missing one.
 * @param name - name of the container
 * @param image - an image with the tools of Kafka in `/opt/kafka/bin`
 */
export function waitForTopics(
  name: string,
  image: string,
  { bootstrapServers }: KafkaConnection,
  topics: readonly [string, ...string[]],
): ContainerProps {
  return {
    name,
    image,
    command: ['/bin/sh', '-euc', TOPICS_SCRIPT, 'wait-for-topics', ...topics],
    env: { BOOTSTRAP_SERVERS: bootstrapServers, ...TOOL_ENV },
    resources: computeResources({ millicores: [50, 500], mebibytes: [128, 384] }),
  };
}

/**
 * What Kafka's tools read. A start of Java is most of what they do: with this collector and compiler it takes 60 % of the
 * processor time. The root file system of a container, `/tmp` included, may be read-only.
 */
export const TOOL_ENV = {
  KAFKA_HEAP_OPTS: '-Xmx128m -XX:-UsePerfData',
  KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
  LOG_DIR: '/tmp',
};

/**
 * POSIX sh; the topics are its arguments. The tool prints why it gets no answer. It is a start of Java, so that all pods of a
 * pipeline, waiting at once, would leave the brokers no processor if they asked more often, or for each topic.
 */
export const TOPICS_SCRIPT = `PATH=$PATH:/opt/kafka/bin
while :; do
  there=$(kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --list) || there=
  missing=
  for topic in "$@"; do
    printf '%s\\n' "$there" | grep -qxF -- "$topic" || missing="$missing $topic"
  done
  [ -n "$missing" ] || exit 0
  echo "waiting for the topics$missing at $BOOTSTRAP_SERVERS"
  sleep 10
done
`;
