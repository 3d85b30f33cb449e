import type { Construct } from 'constructs';
import type { Haproxy } from '../../components/edge/haproxy';
import type { InferenceService } from '../../components/serving/inference-service';
import type { NodePool } from '../../kube/nodes/node-pools';
import type { CredentialSource } from '../../kube/secrets/secrets';
import { exposed, type FltsExposure } from './exposure';
import { fltsImage } from './images';
import { fltsInference } from './inference';
import { fltsLoadBalancer } from './load-balancer';
import type { FltsProgramsProps } from './programs';
import type { InferenceProgram } from './programs/inference-env';
import { InferenceWorker } from './programs/inference-worker';
import { statsSecret } from './secrets';
import { BUCKETS } from './stores';
import { GROUPS, TOPICS } from './topics';

export interface FltsServingProps extends FltsProgramsProps {
  readonly credentials: CredentialSource;
  readonly clusterDomain: string | undefined;
  readonly exposure: FltsExposure | undefined;
  /** Where the load balancer runs. */
  readonly nodePool: NodePool | undefined;
  /** Where servers and worker run. */
  readonly servingPool: NodePool | undefined;
}

/** What forecasts. */
export interface FltsServing {
  readonly inference: InferenceService;
  readonly loadBalancer: Haproxy;
  readonly worker: InferenceWorker;
}

/** The promoted model forecasts for clients of the load balancer, and in the background for announced data. */
export function fltsServing(scope: Construct, props: FltsServingProps): FltsServing {
  const { profile, images, kafka, credentials, clusterDomain, exposure, nodePool, servingPool } = props;
  const program = inferenceProgram(props);
  const image = { ...fltsImage('inference', images), settings: props.settings?.inference, nodePool: servingPool };
  const inference = fltsInference(scope, {
    ...image,
    program,
    idleTopic: kafka.topic(TOPICS.idle),
    size: profile.inference,
  });
  const loadBalancer = fltsLoadBalancer(scope, {
    servers: inference.servers,
    size: profile.loadBalancer,
    statsPassword: credentials.provide(scope, statsSecret()).key('password'),
    clusterDomain,
    exposure: exposed(exposure),
    nodePool,
  });
  const worker = new InferenceWorker(scope, 'inference-worker', {
    ...profile.worker,
    ...image,
    liveness: props.liveness?.worker,
    program,
  });
  return { inference, loadBalancer, worker };
}

function inferenceProgram({ kafka, gateway, tracking, identifier }: FltsServingProps): InferenceProgram {
  const { data, trained, promoted } = TOPICS;
  return {
    gateway,
    tracking,
    consumer: kafka.consumers({ groupId: GROUPS.inference, topics: [data, trained, promoted], members: 1 }),
    topics: { data, trained, promoted },
    producerTopic: kafka.topic(TOPICS.forecasts),
    buckets: { promotion: BUCKETS.promotion, logs: BUCKETS.logs, processed: BUCKETS.processed },
    identifier,
  };
}
