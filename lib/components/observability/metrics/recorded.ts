import { gauge } from '../metric';

/** Metrics that the rules of an inference service record. */
export const inferenceRecords = {
  traffic: gauge('job_outcome:inference_forecasts:rate5m', 'Forecasts a second', ['outcome']),
  failures: gauge('job:inference_failures:ratio_rate5m', 'Share of the forecasts that the server failed at'),
  median: gauge('job:inference_latency_seconds:p50_rate5m', 'Half of the forecasts take no longer, in seconds'),
  latency: gauge('job:inference_latency_seconds:p95_rate5m', '95 % of the forecasts take no longer, in seconds'),
  utilization: gauge('job:inference_utilization:ratio', 'Share of the places of all servers that is busy'),
} as const;

/** Metrics that the rules of a load balancer record. */
export const balancerRecords = {
  traffic: gauge('job_code:haproxy_responses:rate5m', 'Answers to clients a second', ['code']),
  failures: gauge('job:haproxy_responses_5xx:ratio_rate5m', 'Share of the answers to clients that are 5xx'),
  saturation: gauge('job:haproxy_sessions:ratio', 'Share of the sessions that may be open at once that are'),
} as const;

/** Metrics that the rules of a pipeline record. */
export const pipelineRecords = {
  lag: gauge('consumergroup_topic:kafka_lag:sum', 'Messages of a topic that a group has still to read', [
    'consumergroup',
    'topic',
  ]),
  produced: gauge('topic:kafka_messages:rate5m', 'Messages a second that come into a topic', ['topic']),
} as const;
