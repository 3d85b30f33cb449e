import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { brokerAddress } from '../../kube/network/addresses';
import type { KafkaConnection, MetricsConnection } from '../../kube/network/connections';
import { connect } from '../../kube/network/network';
import type { NodePool } from '../../kube/nodes/node-pools';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Identity } from '../../kube/objects/labels';
import { httpProbe } from '../../kube/pods/probes';
import { waitForPort } from '../../kube/pods/wait-for';
import { computeResources, type Resources } from '../../kube/resources/quantities';
import { images } from '../../versions';
import { Deployment } from '../../workloads/deployment';
import { MetricsService } from '../../workloads/metrics-service';

export interface KafkaExporterProps {
  /** Name of the Deployment, and of the job that scrapes it; its Service is `name-metrics`. @default 'kafka-exporter' */
  readonly name?: string;
  /** @default images.kafkaExporter */
  readonly image?: string;
  /** The brokers. */
  readonly kafka: KafkaConnection;
  /** @default - 20m and 32Mi, at most 200m and 128Mi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** `nobody` of the image. */
const USER = 65534;
const PORT = 9308;
const PORT_NAME = 'metrics';

/** Serves metrics of the topics and consumer groups of a Kafka cluster to Prometheus: the lag of each group. */
export class KafkaExporter extends Construct {
  readonly deployment: Deployment;
  readonly metrics: MetricsConnection;

  constructor(scope: Construct, id: string, props: KafkaExporterProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name? image? kafka:Topics resources?:object nodePool?:NodePool');
    const { name = 'kafka-exporter', image = images.kafkaExporter, kafka, nodePool } = props;
    const { resources = computeResources({ millicores: [20, 200], mebibytes: [32, 128] }) } = props;
    const broker = brokerAddress(kafka);
    const identity: Identity = { name: 'kafka-exporter', instance: name, component: 'metrics' };
    this.deployment = new Deployment(this, 'Default', {
      identity,
      strategy: 'Recreate',
      pod: {
        nodePool,
        securityContext: { user: USER },
        // It exits where it finds no broker.
        initContainers: [waitForPort('wait-for-kafka', images.kafka, broker)],
        containers: [
          {
            name: 'kafka-exporter',
            image,
            args: [`--kafka.server=${kafka.bootstrapServers}`],
            ports: { [PORT_NAME]: PORT },
            resources,
            probes: {
              startup: httpProbe('/healthz', PORT_NAME, { period: Duration.seconds(2), failureThreshold: 60 }),
              readiness: httpProbe('/healthz', PORT_NAME),
              liveness: httpProbe('/healthz', PORT_NAME, {
                period: Duration.seconds(20),
                timeout: Duration.seconds(5),
                failureThreshold: 6,
              }),
            },
          },
        ],
      },
    });
    this.metrics = new MetricsService(this, 'metrics', { name, identity, port: PORT, portName: PORT_NAME }).connection;
    connect(this.deployment.pods, broker);
  }
}
