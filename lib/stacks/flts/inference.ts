import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { InferenceService } from '../../components/serving/inference-service';
import { ServiceAccount } from '../../components/tenancy/service-account';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { FltsProfile } from './profiles';
import { type InferenceProgram, inferenceEnv, inferenceUses, PREDICTION_TIMEOUT } from './programs/inference-env';
import { inferenceWaits } from './programs/inference-worker';
import { PIPELINE_USER, type PipelineProgram, uvicorn } from './programs/pipeline-app';
import { PROMOTION_ADMISSION, PromotionRollout, promotionPointer } from './programs/promotion-rollout';
import { GROUPS } from './topics';

export interface FltsInferenceProps extends PipelineProgram {
  /** What the worker is given, who alone gets the messages. */
  readonly program: InferenceProgram;
  /** A topic without messages. */
  readonly idleTopic: string;
  readonly size: FltsProfile['inference'];
  readonly nodePool: NodePool | undefined;
}

export const INFERENCE_PORT = 8000;
export const METRICS_PORT = 9091;
const DRAIN = Duration.seconds(40);

/**
 * The servers of the pipeline. Only those that hold a promoted model get requests. The program loads it where it starts
 * its consumers, and nowhere else: `_start_runtime` of main.py, which api_server.py calls where INFERENCE_START_IN_APP is
 * set (github.com/ppotluri30/ml_pipeline_v3, inference_container, up to bc20abe). So the servers have consumers, too, of
 * a topic without messages.
 */
export function fltsInference(scope: Construct, props: FltsInferenceProps): InferenceService {
  const { idleTopic, size, nodePool, image, imagePullPolicy } = props;
  const { gateway, buckets, topics } = props.program;
  const program: InferenceProgram = {
    ...props.program,
    consumer: { ...props.program.consumer, groupId: GROUPS.servers, topics: [idleTopic] },
    topics: { data: idleTopic, trained: idleTopic, promoted: idleTopic },
  };
  const server = new InferenceService(scope, 'inference', {
    name: 'inference',
    // As the chart of the pipeline calls them.
    deploymentName: 'inference',
    serviceName: 'inference',
    image,
    imagePullPolicy,
    // The command of the image starts the worker beside the server.
    command: uvicorn('api_server:app', INFERENCE_PORT),
    port: INFERENCE_PORT,
    metricsPort: METRICS_PORT,
    user: { user: PIPELINE_USER },
    // Claims that are published through a server are for the worker.
    uses: [...inferenceUses(scope, program), ...(props.uses ?? [])],
    env: { ...inferenceEnv(scope, program, props.settings), INFERENCE_START_IN_APP: '1', PUBLISH_TOPIC: topics.data },
    resources: size.resources,
    // /healthz answers as soon as the server runs, /ready once a model is promoted, perhaps hours later.
    health: { path: '/healthz', readyPath: '/ready', startupPath: '/healthz' },
    replicas: {
      ...size.replicas,
      metrics: [
        { type: 'cpu', averageUtilization: 70 },
        { type: 'memory', averageUtilization: 75 },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindow: Duration.seconds(0),
          policies: [
            { type: 'Percent', value: 100, period: Duration.seconds(15) },
            { type: 'Pods', value: 2, period: Duration.seconds(15) },
          ],
        },
        scaleDown: {
          stabilizationWindow: Duration.minutes(5),
          policies: [{ type: 'Percent', value: 50, period: Duration.minutes(1) }],
        },
      },
    },
    nodePool,
    initContainers: inferenceWaits(program),
    // The load balancer learns of a pod that goes, and of the one in its place, when DNS does not remember the old
    // answer any more, most often for 30 s.
    preStop: DRAIN,
    terminationGracePeriod: Duration.seconds(DRAIN.toSeconds() + PREDICTION_TIMEOUT.toSeconds() + 5),
  });
  const account = new ServiceAccount(scope, 'promotion-account', {
    name: 'promotion-rollout',
    rules: [
      { apiGroup: 'apps', resources: ['deployments'], resourceNames: [server.deployment.name], verbs: ['patch'] },
    ],
    admission: [PROMOTION_ADMISSION],
  });
  new PromotionRollout(scope, 'promotion-rollout', {
    serviceAccountName: account.name,
    target: server.deployment,
    pointer: promotionPointer(gateway, buckets.promotion),
    nodePool,
  });
  return server;
}
