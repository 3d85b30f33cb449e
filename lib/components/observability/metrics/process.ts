import { counter, gauge } from '../metric';

/** Metrics that Prometheus records about each target. */
export const targetMetrics = {
  up: gauge('up', '1 if the last scrape succeeded, 0 if not'),
  scrapeDuration: gauge('scrape_duration_seconds', 'Time that the last scrape took, in seconds'),
  samples: gauge('scrape_samples_scraped', 'Samples that the last scrape found'),
} as const;

/** Metrics of the alerts of Prometheus, which also have the labels of the alert. */
export const alertMetrics = {
  alerts: gauge('ALERTS', '1 while an alert is pending or fires', ['alertname', 'alertstate', 'severity']),
} as const;

/** Process metrics of the Prometheus client libraries: inference, the Kafka exporter, Prometheus. */
export const processMetrics = {
  cpu: counter('process_cpu_seconds_total', 'Processor time of user and system, in seconds'),
  memory: gauge('process_resident_memory_bytes', 'Resident memory, in bytes'),
  openFiles: gauge('process_open_fds', 'Open file descriptors'),
  maxFiles: gauge('process_max_fds', 'How many file descriptors may be open'),
  started: gauge('process_start_time_seconds', 'When the process started, in seconds since 1970'),
} as const;

/** Further metrics of the Python client library. */
export const pythonMetrics = {
  collections: counter('python_gc_collections_total', 'Runs of the garbage collector', ['generation']),
  info: gauge('python_info', '1, with the version as labels', [
    'implementation',
    'major',
    'minor',
    'patchlevel',
    'version',
  ]),
} as const;

/** Metrics of Prometheus itself. */
export const prometheusMetrics = {
  series: gauge('prometheus_tsdb_head_series', 'Series in memory'),
  appended: counter('prometheus_tsdb_head_samples_appended_total', 'Samples that were stored', ['type']),
  blockBytes: gauge('prometheus_tsdb_storage_blocks_bytes', 'Bytes of all blocks on disk'),
  ruleFailures: counter('prometheus_rule_evaluation_failures_total', 'Rules that could not be evaluated', [
    'rule_group',
  ]),
} as const;
