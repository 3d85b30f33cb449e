import { createHash } from 'node:crypto';
import { Duration } from 'cdk8s';
import { execProbe, type Probes, type ProbeTiming, serverProbes, tcpProbe } from '../../kube/pods/probes';

/** How many brokers a cluster has: one, or a quorum that survives the loss of one (3) or two (5). */
export type BrokerCount = 1 | 3 | 5;

export const BROKER_PORT = 9092;
export const CONTROLLER_PORT = 9093;

/** Copies of each partition, and how many of them must have a message before it is acknowledged. */
export interface Replication {
  readonly factor: number;
  readonly minInSyncReplicas: number;
}

/** What so many brokers can hold: with three and more, one may be away and nothing is lost and nothing stops. */
export function replication(brokers: BrokerCount): Replication {
  return brokers === 1 ? { factor: 1, minInSyncReplicas: 1 } : { factor: 3, minInSyncReplicas: 2 };
}

/** Where the volume of a broker is. Its root may hold lost+found, which a broker takes for a broken log. */
export const DATA = '/var/lib/kafka';
const LOG_DIR = `${DATA}/logs`;

/**
 * The properties that all brokers share. Each is broker and controller, and its id is the ordinal of its pod.
 * @param hosts - DNS names of the brokers, by their ordinal
 */
export function brokerProperties(brokers: BrokerCount, hosts: readonly string[]): Readonly<Record<string, string>> {
  const { factor, minInSyncReplicas } = replication(brokers);
  return {
    'process.roles': 'broker,controller',
    'controller.quorum.voters': hosts.map((host, id) => `${id}@${host}:${CONTROLLER_PORT}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://:${BROKER_PORT},CONTROLLER://:${CONTROLLER_PORT}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': LOG_DIR,
    // A misspelt topic must be an error, not a new topic with one partition.
    'auto.create.topics.enable': 'false',
    'default.replication.factor': String(factor),
    'min.insync.replicas': String(minInSyncReplicas),
    'offsets.topic.replication.factor': String(factor),
    'transaction.state.log.replication.factor': String(factor),
    'transaction.state.log.min.isr': String(minInSyncReplicas),
    // Waiting for further members helps large groups only, and delays every start of a small one.
    'group.initial.rebalance.delay.ms': '0',
  };
}

/** Properties as a file has them. */
export function propertiesFile(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** The id of a cluster: 16 bytes, written in 22 characters. It is derived from the name, so that it never changes. */
export function clusterId(name: string): string {
  const id = createHash('sha256').update(name).digest().subarray(0, 16).toString('base64url');
  // kafka-storage.sh would read a leading '-' as an option.
  return id.replace(/^-/, 'A');
}

/** What the brokers log goes to the standard output, and nowhere else. */
export const LOGGING = `log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
`;

/** POSIX sh. Adds to the shared properties what is the pod's own, prepares an empty volume, and becomes the broker. */
export const START_SCRIPT = `PATH=$PATH:/opt/kafka/bin
properties=\${TMPDIR:-/tmp}/server.properties
{
  cat "$SHARED_PROPERTIES"
  echo "node.id=\${POD_NAME##*-}"
  [ -z "\${ZONE:-}" ] || echo "broker.rack=$ZONE"
  echo "advertised.listeners=PLAINTEXT://$POD_NAME.$DOMAIN:${BROKER_PORT}"
} >"$properties"
kafka-storage.sh format --ignore-formatted --cluster-id "$CLUSTER_ID" --config "$properties"
exec kafka-server-start.sh "$properties"
`;

/**
 * Whether one of several brokers is ready: it serves, or it can reach no other. In the second case it waits for a quorum
 * of brokers that a rollout has yet to replace, and the rollout goes on only when it is ready. Opening a connection needs
 * bash, which the scripts of Kafka need too.
 */
const READY_SCRIPT = `opens() { timeout 1 bash -c "</dev/tcp/$1/$2" 2>/dev/null; }
if opens localhost ${BROKER_PORT}; then exit 0; fi
for broker in $BROKERS; do
  if [ "$broker" != "$POD_NAME" ] && opens "$broker.$DOMAIN" ${CONTROLLER_PORT}; then exit 1; fi
done
opens localhost ${CONTROLLER_PORT}
`;

/** After a crash a broker reads its logs. */
const START = Duration.minutes(10);

/** When one of so many brokers is started, ready and alive. */
export function brokerProbes(brokers: number): Required<Probes> {
  if (brokers === 1) return serverProbes(START, (timing) => tcpProbe('broker', timing));
  const ready = (timing: ProbeTiming) =>
    execProbe(['/bin/sh', '-c', READY_SCRIPT], { ...timing, timeout: Duration.seconds(10) });
  // Without a quorum it serves nobody, and starting it again would not help.
  const { liveness } = serverProbes(START, (timing) => tcpProbe('controller', timing));
  return { ...serverProbes(START, ready), liveness };
}
