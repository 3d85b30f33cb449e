import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { topic } from '../../../components/data/topic';
import { waitForTopics } from '../../../components/data/wait-for-topics';
import type { ConsumerConnection, HttpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import type { Probes } from '../../../kube/pods/probes';
import { http } from '../../../kube/pods/uses';
import { waitForHttp } from '../../../kube/pods/wait-for';
import type { Resources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import type { Deployment } from '../../../workloads/deployment';
import { modelEnv, type TrainedModel, trainerName } from './models';
import { PipelineApp, type PipelineProgram, programEnv } from './pipeline-app';
import { type Tracking, trackingUse } from './stores';

export interface TrainerProps extends PipelineProgram {
  readonly model: TrainedModel;
  readonly gateway: HttpConnection;
  readonly tracking: Tracking;
  /** The group of this model, on the one topic with the training data. As many pods run as it has members. */
  readonly consumer: ConsumerConnection;
  /** Topic that it announces its runs in. */
  readonly producerTopic: string;
  /** Whose data it is. */
  readonly identifier: string;
  /** @default - a network 1 CPU and 2Gi, at most 2 CPU and 4Gi; Prophet half of it */
  readonly resources?: Resources;
  /**
   * How one sees that it hangs. The published image has no sign of it: it neither listens nor writes a file.
   * @default - not at all; the lag of its consumer group shows it
   */
  readonly liveness?: Probes['liveness'];
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** A worker that trains one type of model on whatever is announced. */
export class Trainer extends Construct {
  readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: TrainerProps) {
    super(...placed(scope, id));
    const words =
      'model:object gateway:HttpServer tracking:object consumer:Topics producerTopic identifier resources?:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[] settings?:string{} liveness?:object';
    requireKnownProps(this, props, words);
    const { image, imagePullPolicy, model, gateway, tracking, consumer, producerTopic, identifier, nodePool } = props;
    const { liveness } = props;
    const { resources = model.type === 'PROPHET' ? PROPHET : NETWORK } = props;
    const files = http(gateway, 'GATEWAY_URL');
    const variables = { brokers: 'KAFKA_BOOTSTRAP_SERVERS', topics: 'CONSUMER_TOPIC', groupId: 'CONSUMER_GROUP_ID' };
    const messages = topic(consumer, { variables });
    const runs = trackingUse(this, tracking);
    const { derived, defaults } = modelEnv(this, model);
    const app = new PipelineApp(this, 'Default', {
      name: trainerName(model),
      component: 'trainer',
      image,
      imagePullPolicy,
      replicas: consumer.members,
      // A pod beyond the members of the group would get nothing and still ask for all of its resources.
      strategy: 'Recreate',
      env: programEnv(
        this,
        {
          ...files.env,
          ...messages.env,
          PRODUCER_TOPIC: producerTopic,
          ...runs.env,
          IDENTIFIER: identifier,
          ...derived,
        },
        {
          TRAIN_TEST_SPLIT: '0.8',
          ...defaults,
          FAILURE_MAX_RETRIES: '3',
          SKIP_DUPLICATE_CONFIGS: '1',
          DUP_CACHE_MAX: '500',
        },
        props.settings,
      ),
      uses: [files, messages, runs, ...(props.uses ?? [])],
      resources,
      probes: { liveness },
      initContainers: [
        waitForHttp('wait-for-mlflow', images.curl, `${tracking.server.url}/health`),
        waitForHttp('wait-for-gateway', images.curl, `${gateway.url}/healthz`),
        waitForTopics('wait-for-topics', images.kafka, consumer, [...consumer.topics, producerTopic]),
      ],
      nodePool,
    });
    this.deployment = app.deployment;
  }
}

const NETWORK = {
  requests: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
  limits: { cpu: Cpu.units(2), memory: Size.gibibytes(4) },
} as const;

const PROPHET = {
  requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
  limits: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
} as const;
