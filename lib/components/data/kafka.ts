import { Duration, Size } from 'cdk8s';
import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ConsumerConnection, KafkaConnection } from '../../kube/network/connections';
import { allowIngress } from '../../kube/network/network';
import type { NodePool } from '../../kube/nodes/node-pools';
import { findByName, requireProp } from '../../kube/objects/errors';
import { serviceHost } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { type Identity, selectorLabels } from '../../kube/objects/labels';
import type { ContainerProps } from '../../kube/pods/containers';
import { PodCount } from '../../kube/pods/pod-count';
import { topologySpread } from '../../kube/pods/topology-spread';
import { Volume } from '../../kube/pods/volumes';
import { computeResources, type Resources, resourceAmounts, sizeBytes } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { ConfigMap } from '../../workloads/config-map';
import { PodDisruptionBudget } from '../../workloads/pod-disruption-budget';
import { Service } from '../../workloads/service';
import { StatefulSet } from '../../workloads/stateful-set';
import {
  BROKER_PORT,
  type BrokerCount,
  brokerProbes,
  brokerProperties,
  CONTROLLER_PORT,
  clusterId,
  DATA,
  LOGGING,
  propertiesFile,
  replication,
  START_SCRIPT,
} from './kafka-broker';
import { KafkaTopicJob } from './kafka-topic-job';
import { type ConsumerGroupProps, type KafkaTopic, requireConsumers, requireTopics } from './kafka-topics';

export interface KafkaProps {
  /** Name of the StatefulSet and of the Service. @default 'kafka' */
  readonly name?: string;
  /** Image with Kafka in `/opt/kafka`. @default images.kafka */
  readonly image?: string;
  /**
   * How many brokers; each is a controller, too. Copies of each partition follow from it. The voters of a running
   * cluster cannot be changed by another number here.
   * @default 1
   */
  readonly brokers?: BrokerCount;
  /** Topics that exist; more, and more partitions, can be added at any time. */
  readonly topics: readonly KafkaTopic[];
  /** Further properties of the brokers: `{ 'log.retention.hours': '48' }`. @default - the defaults of Kafka */
  readonly properties?: Readonly<Record<string, string>>;
  /** Size of the claim of each broker. Immutable. @default Size.gibibytes(5) */
  readonly storage?: Size;
  /** @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** Half of the memory limit is the heap; the page cache gets the rest. @default - 250m and 512Mi, at most 500m and 1Gi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** `appuser` of the image. */
const USER = 1000;
const ZONE_LABEL = 'topology.kubernetes.io/zone';
const CONFIG = '/etc/kafka/shared';

/**
 * A Kafka cluster without ZooKeeper, its topics, and who consumes them. Listeners are plain text without a login:
 * every client that reaches port 9092 may read and write.
 */
export class Kafka extends Construct {
  readonly server: StatefulSet;
  /** `name`, port 9092. */
  readonly service: Service;
  /** The Job that creates the topics, where there are any. */
  readonly topicJob?: KafkaTopicJob;
  /** With three brokers and more. */
  readonly disruptionBudget?: PodDisruptionBudget;
  /** How producers reach it. */
  readonly connection: KafkaConnection;
  private readonly topics: readonly KafkaTopic[];
  private readonly groups = new Set<string>();

  constructor(scope: Construct, id: string, props: KafkaProps) {
    super(...placed(scope, id));
    const words =
      'name? image? brokers?:1|3|5 topics:object[] properties?:string{} storage?:Size storageClassName? resources?:object nodePool?:NodePool';
    requireKnownProps(this, props, words);
    const {
      name = 'kafka',
      image = images.kafka,
      brokers = 1,
      topics,
      properties = {},
      storage = Size.gibibytes(5),
      storageClassName,
      resources = computeResources({ millicores: [250, 500], mebibytes: [512, 1024] }),
      nodePool,
    } = props;
    requireTopics(this, topics);
    resourceAmounts(this, 'resources', resources);
    this.topics = topics;
    const identity: Identity = { name: 'kafka', instance: name, component: 'broker' };
    const domain = serviceHost(this, `${name}-headless`);
    const names = Array.from({ length: brokers }, (_, ordinal) => `${name}-${ordinal}`);
    const hosts = names.map((broker) => `${broker}.${domain}`);
    const config = new ConfigMap(this, 'config', {
      name: `${name}-config`,
      labels: selectorLabels(this, identity),
      data: {
        'server.properties': propertiesFile(this.properties(brokerProperties(brokers, hosts), properties)),
        'log4j.properties': LOGGING,
      },
    });
    new Service(this, 'headless', {
      name: `${name}-headless`,
      identity,
      headless: true,
      // Controllers must find each other before a quorum of them makes any ready.
      publishNotReadyAddresses: true,
      ports: [
        { name: 'broker', port: BROKER_PORT },
        { name: 'controller', port: CONTROLLER_PORT },
      ],
    });
    this.server = new StatefulSet(this, 'server', {
      identity,
      serviceName: `${name}-headless`,
      replicas: brokers,
      claims: [{ name: 'data', size: storage, storageClassName }],
      pod: {
        nodePool,
        securityContext: { user: USER },
        // A controlled shutdown first moves the leadership of partitions to other brokers.
        terminationGracePeriod: Duration.seconds(120),
        topologySpreadConstraints: topologySpread(this, selectorLabels(this, identity), brokers, nodePool),
        containers: [serverContainer(image, resources, config, domain, names)],
      },
    });
    allowIngress(this.server.pods, ['broker', 'controller'], this.server.pods);
    this.service = new Service(this, 'service', { name, identity, ports: [{ name: 'broker', port: BROKER_PORT }] });
    this.connection = { bootstrapServers: `${this.service.host}:${BROKER_PORT}` };
    if (brokers > 1) {
      this.disruptionBudget = new PodDisruptionBudget(this, 'pdb', {
        name,
        target: this.server,
        budget: { maxUnavailable: PodCount.absolute(1) },
        unhealthyPodEvictionPolicy: 'IfHealthyBudget',
      });
    }
    if (topics.length > 0) {
      this.topicJob = new KafkaTopicJob(this, 'topics', {
        name: `${name}-topics`,
        image,
        ...this.connection,
        topics,
        replicationFactor: replication(brokers).factor,
        user: USER,
        nodePool,
      });
    }
  }

  /**
   * The name of a topic, for its producers.
   * @throws InvalidPropError for a topic that is not created here
   */
  topic(name: string): string {
    return findByName(this, 'topic', this.topics, name).name;
  }

  /**
   * What the members of a consumer group are given.
   * @throws InvalidPropError for a topic that is not created here, for more members than partitions, and for a group
   * that exists already: two programs in one group would each see a part of the messages
   */
  consumers(group: ConsumerGroupProps): ConsumerConnection {
    const { groupId, topics, members } = group;
    requireConsumers(this, this.topics, group);
    requireProp(!this.groups.has(groupId), this, 'groupId', 'belong to one program', groupId);
    this.groups.add(groupId);
    return { ...this.connection, groupId, topics, members };
  }

  /** The consumer groups, in the order of {@link consumers} calls. */
  get consumerGroups(): readonly string[] {
    return [...this.groups];
  }

  private properties(derived: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>) {
    const owned = [...Object.keys(derived), 'node.id', 'broker.id', 'broker.rack', 'advertised.listeners'];
    for (const [key, value] of Object.entries(given)) {
      requireProp(!owned.includes(key), this, 'properties', 'leave alone what follows from the other props', key);
      requireProp(/^[a-z0-9._-]+$/i.test(key), this, 'properties', 'have keys such as log.retention.hours', key);
      requireProp(!/[\r\n]/.test(value), this, `properties.${key}`, 'be one line', value);
    }
    return { ...derived, ...given };
  }
}

function serverContainer(
  image: string,
  resources: Resources,
  config: ConfigMap,
  domain: string,
  names: readonly string[],
): ContainerProps {
  const heap = Math.floor(sizeBytes(resources.limits.memory) / 2 ** 21);
  return {
    name: 'kafka',
    image,
    // Not the entrypoint of the image: it turns every variable that begins with KAFKA_ into a property.
    command: ['/bin/sh', '-euc', START_SCRIPT],
    ports: { broker: BROKER_PORT, controller: CONTROLLER_PORT },
    env: {
      // The version is what the API server fills in; a later server-side apply without it is a conflict.
      POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME, { apiVersion: 'v1' }),
      // Kubernetes 1.35 and later copies it from the node; before, the variable is empty and brokers have no rack.
      ZONE: EnvValue.fromFieldRef(EnvFieldPaths.POD_LABEL, { apiVersion: 'v1', key: ZONE_LABEL }),
      DOMAIN: domain,
      CLUSTER_ID: clusterId(domain),
      SHARED_PROPERTIES: `${CONFIG}/server.properties`,
      KAFKA_HEAP_OPTS: `-Xms${heap}m -Xmx${heap}m`,
      KAFKA_LOG4J_OPTS: `-Dlog4j.configuration=file:${CONFIG}/log4j.properties`,
      // Without -loggc: the log of the garbage collector would fill the scratch volume.
      EXTRA_ARGS: '-name kafkaServer',
      LOG_DIR: '/tmp',
      ...(names.length > 1 && { BROKERS: names.join(' ') }),
    },
    resources,
    probes: brokerProbes(names.length),
    mounts: [
      { volume: Volume.claimTemplate('data'), path: DATA },
      { volume: Volume.configMap('config', config), path: CONFIG, readOnly: true },
      { volume: Volume.scratch('tmp'), path: '/tmp' },
    ],
  };
}
