import { Construct } from 'constructs';
import { waitForTopics } from '../../../components/data/wait-for-topics';
import type { NodePool } from '../../../kube/nodes/node-pools';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import type { Probes } from '../../../kube/pods/probes';
import { waitForHttp } from '../../../kube/pods/wait-for';
import type { Resources } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import type { Deployment } from '../../../workloads/deployment';
import { type InferenceProgram, inferenceEnv, inferenceUses } from './inference-env';
import { PipelineApp, type PipelineProgram } from './pipeline-app';

export interface InferenceWorkerProps extends PipelineProgram {
  /** Name of the Deployment. @default 'inference-worker' */
  readonly name?: string;
  readonly program: InferenceProgram;
  readonly resources: Resources;
  /**
   * How one sees that it hangs. The published image has no sign of it: it neither listens nor writes a file.
   * @default - not at all; the lag of its consumer group shows it
   */
  readonly liveness?: Probes['liveness'];
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/**
 * The part of the inference image that forecasts what is announced. It is apart from the servers, since the image has
 * one consumer group for all of its topics: among servers of one group each message would reach one of them.
 */
export class InferenceWorker extends Construct {
  readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: InferenceWorkerProps) {
    super(...placed(scope, id));
    const words =
      'name? program:object resources:object nodePool?:NodePool image imagePullPolicy?:Always|IfNotPresent|Never uses?:object[] settings?:string{} liveness?:object';
    requireKnownProps(this, props, words);
    const { name = 'inference-worker', image, imagePullPolicy, program, resources, liveness, nodePool } = props;
    const programUses = inferenceUses(this, program);
    const app = new PipelineApp(this, 'Default', {
      name,
      component: 'inference-worker',
      image,
      imagePullPolicy,
      // The command of the image starts this and the server.
      command: ['python', 'main.py'],
      replicas: program.consumer.members,
      strategy: 'Recreate',
      env: inferenceEnv(this, program, props.settings),
      uses: [...programUses, ...(props.uses ?? [])],
      resources,
      probes: { liveness },
      initContainers: inferenceWaits(program),
      nodePool,
    });
    this.deployment = app.deployment;
  }
}

/** What must be there before any part of the inference image starts. */
export function inferenceWaits({ gateway, tracking, consumer, producerTopic }: InferenceProgram) {
  return [
    waitForHttp('wait-for-mlflow', images.curl, `${tracking.server.url}/health`),
    waitForHttp('wait-for-gateway', images.curl, `${gateway.url}/healthz`),
    waitForTopics('wait-for-topics', images.kafka, consumer, [...consumer.topics, producerTopic]),
  ];
}
