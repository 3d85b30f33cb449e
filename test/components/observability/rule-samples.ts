import { inferenceRules } from '../../../lib/components/observability/rules/inference';
import { balancerRules } from '../../../lib/components/observability/rules/load-balancer';
import { pipelineRules, storeRules } from '../../../lib/components/observability/rules/pipeline';
import { target } from './samples';

/** The rules of one thing of each kind, in the namespace `flts`. */
export const servers = inferenceRules({ servers: target('inference') });
export const balancer = balancerRules({ balancer: target('inference-lb') });
export const pipeline = pipelineRules({
  exporter: target('kafka-exporter'),
  brokers: 3,
  groups: ['train-gru', 'eval.r5'],
  failedTopics: ['DLQ-preprocess'],
});
export const store = storeRules({ store: target('minio') });

/** The addresses of two inference servers, and the labels that both have. */
export const pods = ['10.0.0.1:9091', '10.0.0.2:9091'] as const;
export const inference = { job: 'inference', namespace: 'flts' };
