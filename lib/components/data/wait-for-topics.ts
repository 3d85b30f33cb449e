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
    env: {
      BOOTSTRAP_SERVERS: bootstrapServers,
      // The root file system, /tmp included, is read-only.
      KAFKA_HEAP_OPTS: '-Xmx128m -XX:-UsePerfData',
      LOG_DIR: '/tmp',
    },
    resources: computeResources({ millicores: [50, 500], mebibytes: [128, 384] }),
  };
}

/**
 * POSIX sh; the topics are its arguments. The tool prints why it gets no answer. It is a start of Java, so that all pods of a
 * pipeline, waiting at once, would leave the brokers no processor if they asked more often.
 */
export const TOPICS_SCRIPT = `PATH=$PATH:/opt/kafka/bin
for topic in "$@"; do
  until kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --list | grep -qxF -- "$topic"; do
    echo "waiting for topic $topic at $BOOTSTRAP_SERVERS"
    sleep 10
  done
done
`;
