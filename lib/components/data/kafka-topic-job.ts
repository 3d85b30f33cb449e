import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireKnownProps } from '../../kube/objects/known-props';
import { Volume } from '../../kube/pods/volumes';
import { computeResources } from '../../kube/resources/quantities';
import { Job } from '../../workloads/job';
import { type KafkaTopic, partitionsOf } from './kafka-topics';
import { topic } from './topic';
import { TOOL_ENV } from './wait-for-topics';

export interface KafkaTopicJobProps {
  /** Name of the Job, before the hash of its spec. */
  readonly name: string;
  /** Image with the tools of Kafka in `/opt/kafka/bin`. */
  readonly image: string;
  /** `host:port` of a broker. */
  readonly bootstrapServers: string;
  readonly topics: readonly KafkaTopic[];
  /** Copies of each partition of a new topic. */
  readonly replicationFactor: number;
  /** Numeric user that the image runs as. */
  readonly user: number;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** A Job that creates topics, and adds partitions and settings to existing ones. It removes nothing. */
export class KafkaTopicJob extends Job {
  constructor(scope: Construct, id: string, props: KafkaTopicJobProps) {
    const words = 'name image bootstrapServers topics:object[] replicationFactor:number user:number nodePool?:NodePool';
    requireKnownProps(scope, props, words);
    const { name, image, bootstrapServers, topics, replicationFactor, user, nodePool } = props;
    super(scope, id, {
      identity: { name: 'kafka', instance: name, component: 'topic-init' },
      // Its tries, with the pauses between them, last about half an hour: longer than pulling the image takes.
      backoffLimit: 10,
      pod: {
        nodePool,
        securityContext: { user },
        uses: [topic({ bootstrapServers }, { variables: { brokers: 'BOOTSTRAP_SERVERS' } })],
        containers: [
          {
            name: 'create-topics',
            image,
            command: ['/bin/sh', '-euc', TOPIC_SCRIPT, 'create-topics', ...topicArguments(topics)],
            env: { REPLICATION_FACTOR: String(replicationFactor), ...TOOL_ENV },
            resources: computeResources({ millicores: [50, 1000], mebibytes: [128, 384] }),
            mounts: [{ volume: Volume.scratch('tmp'), path: '/tmp' }],
          },
        ],
      },
    });
  }
}

/** `name:partitions`, and `:settings` where there are any. */
export function topicArguments(topics: readonly KafkaTopic[]): string[] {
  return topics.map((topic) => {
    const settings = Object.entries(topic.config ?? {}).map(
      ([key, value]) => `${key}=${value.includes(',') ? `[${value}]` : value}`,
    );
    return [topic.name, partitionsOf(topic), ...(settings.length === 0 ? [] : [settings.join(',')])].join(':');
  });
}

/**
 * POSIX sh; each of its arguments is a topic. Gives the brokers about three minutes to answer, then
 * leaves it to the back-off of the Job. Once they answer, a request has the minute that the tools give it: brokers that
 * have just started, on a machine that has much to do, are slow to create the first topics.
 */
export const TOPIC_SCRIPT = `PATH=$PATH:/opt/kafka/bin
folder=\${TMPDIR:-/tmp}
printf 'request.timeout.ms=5000\\ndefault.api.timeout.ms=10000\\n' >"$folder/short.properties"
topics() {
  kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" "$@"
}
tries=15
until topics --command-config "$folder/short.properties" --describe >"$folder/topics" 2>"$folder/error"; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    cat "$folder/error" >&2
    exit 1
  fi
  sleep 2
done
for topic in "$@"; do
  name=\${topic%%:*} partitions=\${topic#*:} settings=
  case $partitions in
    *:*) settings=\${partitions#*:} partitions=\${partitions%%:*} ;;
  esac
  there=$(awk -F '\\t' -v topic="Topic: $name" '$1 == topic && $3 ~ /^PartitionCount: / { sub(/.*: /, "", $3); print $3 }' "$folder/topics")
  if [ -z "$there" ]; then
    topics --create --if-not-exists --topic "$name" --partitions "$partitions" --replication-factor "$REPLICATION_FACTOR"
  elif [ "$there" -lt "$partitions" ]; then
    topics --alter --topic "$name" --partitions "$partitions"
    echo "topic $name: $there partitions before, $partitions now"
  elif [ "$there" -gt "$partitions" ]; then
    echo "topic $name has $there partitions; none can be taken away, so $partitions cannot be had" >&2
    exit 1
  fi
  if [ -n "$settings" ]; then
    kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --alter --entity-type topics --entity-name "$name" \\
      --add-config "$settings"
  fi
done
`;
