import { counter, gauge, histogram } from '../metric';

/**
 * What the inference image of the pipeline serves on port 9091: the names that its `api_server.py` (bc20abe) fills.
 * Only POST /predict changes them: a gauge keeps its value from the last answer. Its metrics of a queue
 * (`inference_queue_*`) are always 0: a request waits for a free place only, which is not measured.
 */
export const inferenceMetrics = {
  /** `outcome` is of {@link INFERENCE_OUTCOMES}; a series begins with the first answer of its kind. Requests that are refused before the model is asked are not counted. */
  outcomes: counter('inference_jobs_outcome_total', 'Forecasts by how they ended', ['outcome']),
  /** Equals the outcome `success`. */
  processed: counter('inference_jobs_processed_total', 'Forecasts that succeeded'),
  /** Bounds: 10, 50, 100, 250, 500 ms, 1, 2, 5, 10 and 30 s. Failures and the time before a place is free are not in it. */
  latency: histogram('inference_latency_seconds', 'Time that the model took, in seconds, of forecasts that succeeded'),
  lastLatency: gauge('inference_latency_latest_seconds', 'Time that the model took for the last forecast, in seconds'),
  /** PREDICT_MAX_CONCURRENCY of its environment. */
  places: gauge('inference_workers_total', 'How many forecasts may run at once'),
  busy: gauge('inference_workers_busy', 'Forecasts that were still running when the last one ended'),
  idle: gauge('inference_workers_idle', 'Workers that were idle when the last forecast ended'),
  /** From 0 to 1; the one that ended is not in it. */
  utilization: gauge(
    'inference_worker_utilization',
    'Share of the workers that were busy when the last forecast ended',
  ),
  modelReady: gauge('inference_model_ready', '1 with a model, 0 without'),
} as const;

/**
 * How a forecast can end: `client_error` is that of the client, and what comes after it that of the server. The last
 * four are of versions that have a queue.
 */
export const INFERENCE_OUTCOMES = [
  'success',
  'client_error',
  'exception',
  'skipped',
  'server_error',
  'timeout',
  'queue_full',
  'busy',
] as const;

/** The outcomes that are the fault of the server. */
export const INFERENCE_FAILURES = /exception|skipped|server_error|timeout|queue_full|busy/;
