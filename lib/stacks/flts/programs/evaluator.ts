import { Construct } from 'constructs';
import { topic } from '../../../components/data/topic';
import { waitForTopics } from '../../../components/data/wait-for-topics';
import type { ConsumerConnection, HttpConnection } from '../../../kube/network/connections';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { requireProp } from '../../../kube/objects/errors';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { http } from '../../../kube/pods/uses';
import { waitForHttp } from '../../../kube/pods/wait-for';
import { computeResources, type Resources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import type { Deployment } from '../../../workloads/deployment';
import type { TrainedModel } from './models';
import { httpProbes, type PipelineProgram, PipelineServer, programEnv, uvicorn } from './pipeline-app';
import { type Tracking, trackingUse } from './stores';

export interface EvaluatorProps extends PipelineProgram {
  /** Name of the Deployment and of the Service. @default 'eval' */
  readonly name?: string;
  readonly gateway: HttpConnection;
  readonly tracking: Tracking;
  /** Its group, with one member, on the one topic that the trainers announce their runs in. */
  readonly consumer: ConsumerConnection;
  /** Topics that it announces promotions in, and those that failed. */
  readonly topics: { readonly selected: string; readonly failed: string };
  /** Bucket of the pointers to promoted models. */
  readonly promotionBucket: string;
  /** The models that it waits for before it promotes the best of them. */
  readonly expectedModels: readonly [TrainedModel['type'], ...TrainedModel['type'][]];
  /** Whose data it is. */
  readonly identifier: string;
  /** @default - 250m and 512Mi, at most 500m and 1Gi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

const PORT = 8050;

/**
 * What waits for all models of a configuration, scores them, and promotes the best. It remembers in memory which of
 * them it has seen, so that there is one, and never two for a moment.
 */
export class Evaluator extends Construct {
  readonly deployment: Deployment;
  readonly connection: HttpConnection;

  constructor(scope: Construct, id: string, props: EvaluatorProps) {
    super(...placed(scope, id));
    const words =
      'name? gateway:HttpServer tracking:object consumer:Topics topics:object promotionBucket expectedModels:string[] identifier resources?:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[] settings?:string{}';
    requireKnownProps(this, props, words);
    requireKnownProps(this, props.topics, 'selected failed', 'topics');
    const { name = 'eval', image, imagePullPolicy, gateway, tracking, consumer, topics, promotionBucket } = props;
    const { expectedModels, identifier, nodePool } = props;
    const { resources = computeResources({ millicores: [250, 500], mebibytes: [512, 1024] }) } = props;
    requireProp(consumer.members === 1, this, 'consumer.members', 'be 1', consumer.members);
    const files = http(gateway, 'GATEWAY_URL');
    const variables = { brokers: 'KAFKA_BOOTSTRAP_SERVERS', topics: 'MODEL_TRAINING_TOPIC', groupId: 'EVAL_GROUP_ID' };
    const messages = topic(consumer, { variables });
    const runs = trackingUse(this, tracking);
    const app = new PipelineServer(this, 'Default', {
      name,
      component: 'evaluation',
      image,
      imagePullPolicy,
      command: uvicorn('main:app', PORT),
      port: PORT,
      replicas: 1,
      strategy: 'Recreate',
      env: programEnv(
        this,
        {
          ...messages.env,
          MODEL_SELECTED_TOPIC: topics.selected,
          DLQ_MODEL_SELECTED: topics.failed,
          ...runs.env,
          ...files.env,
          PROMOTION_BUCKET: promotionBucket,
          IDENTIFIER: identifier,
          EXPECTED_MODEL_TYPES: expectedModels.join(','),
        },
        { LOOKBACK_RUNS: '50', PROMOTION_SEARCH_RETRIES: '3', PROMOTION_SEARCH_DELAY_SEC: '2' },
        props.settings,
      ),
      uses: [files, messages, runs, ...(props.uses ?? [])],
      resources,
      // It asks MLflow once, at its start: a liveness probe on /readyz would restart it for ever where MLflow was late.
      probes: httpProbes('/healthz', '/readyz'),
      initContainers: [
        waitForHttp('wait-for-mlflow', images.curl, `${tracking.server.url}/health`),
        waitForHttp('wait-for-gateway', images.curl, `${gateway.url}/healthz`),
        waitForTopics('wait-for-topics', images.kafka, consumer, [...consumer.topics, topics.selected, topics.failed]),
      ],
      nodePool,
    });
    this.deployment = app.deployment;
    this.connection = app.connection;
  }
}
