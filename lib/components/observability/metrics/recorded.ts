import { gauge } from '../metric';

/** Metrics that the rules of an inference service record. */
export const inferenceRecords = {
  traffic: gauge('job_outcome:inference_forecasts:rate5m', 'Forecasts a second', ['outcome']),
  failures: gauge('job:inference_failures:ratio_rate5m', 'Share of the forecasts that failed because of the server'),
  median: gauge('job:inference_latency_seconds:p50_rate5m', 'Median duration of a forecast, in seconds'),
  latency: gauge('job:inference_latency_seconds:p95_rate5m', '95 % of the forecasts take no longer, in seconds'),
  utilization: gauge('job:inference_utilization:ratio', 'Share of the workers of all servers that are busy'),
} as const;

/** Metrics that the rules of a load balancer record. */
export const balancerRecords = {
  traffic: gauge('job_code:haproxy_responses:rate5m', 'Responses to clients per second', ['code']),
  failures: gauge('job:haproxy_responses_5xx:ratio_rate5m', 'Share of 5xx in the responses to clients'),
  saturation: gauge('job:haproxy_sessions:ratio', 'Open sessions as a share of their limit'),
} as const;

/** Metrics that the rules of a pipeline record. */
export const pipelineRecords = {
  lag: gauge('consumergroup_topic:kafka_lag:sum', 'Messages of a topic that a group has not read yet', [
    'consumergroup',
    'topic',
  ]),
  produced: gauge('topic:kafka_messages:rate5m', 'New messages of a topic per second', ['topic']),
} as const;
