import type { MetricsConnection } from '../../../kube/network/connections';
import { buckets, count, selector, sum } from '../metric';
import { INFERENCE_FAILURES, inferenceMetrics as inference } from '../metrics/inference';
import { processMetrics, targetMetrics } from '../metrics/process';
import { by, type DashboardPanel, rate, stat, timeSeries, WANTED } from '../panels';
import { targetMatchers } from '../target';
import { ERRORS, FULL, type Signals, SLOW } from './signals';

/** Forecasts of all inference servers together, as the servers measure them. */
export function serverSignals(target: MetricsConnection): Signals {
  const servers = targetMatchers(target);
  const total = (series: string) => `sum(${rate(series)})`;
  const all = total(selector(inference.outcomes, servers));
  const failures = total(selector(inference.outcomes, { ...servers, outcome: INFERENCE_FAILURES }));
  const seconds = total(sum(inference.latency, servers));
  const within = (share: number) =>
    `histogram_quantile(${share}, sum by (le) (${rate(buckets(inference.latency, servers))}))`;
  return {
    now: [
      stat('Pods that answer Prometheus', 'percentunit', `avg(${selector(targetMetrics.up, servers)})`, {
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
      stat('Pods with a model', 'none', `sum(${selector(inference.modelReady, servers)})`, {
        description: 'As each pod said when it loaded one, or after its last forecast.',
        thresholds: WANTED,
      }),
      stat('95 % are done within', 's', within(0.95), {
        description: 'Time that the model takes for a forecast.',
        thresholds: SLOW,
      }),
    ],
    traffic: [
      timeSeries('Forecasts by outcome', 'cps', by('sum', ['outcome'], rate(selector(inference.outcomes, servers))), {
        description: 'Requests that reached the model.',
        stacked: true,
      }),
      // No failure, no series of it: that is 0, and not unknown.
      timeSeries(
        'Share of the forecasts that fail',
        'percentunit',
        { failures: `(${failures} or vector(0)) / ${all}` },
        { description: 'By no fault of the client.', thresholds: ERRORS },
      ),
    ],
    latency: [
      timeSeries(
        'Time of a forecast',
        's',
        {
          '99 %': within(0.99),
          '95 %': within(0.95),
          '50 %': within(0.5),
          mean: `${seconds} / ${total(count(inference.latency, servers))}`,
        },
        {
          description: 'In the model. Failures, and the time before a place is free, are not in it.',
          thresholds: SLOW,
          width: 12,
        },
      ),
    ],
    saturation: [
      timeSeries(
        'Busy places',
        'percentunit',
        { 'of all servers': `sum(${selector(inference.busy, servers)}) / sum(${selector(inference.places, servers)})` },
        { description: 'How many forecasts ran when the last one of each pod ended.', thresholds: FULL },
      ),
    ],
  };
}

/** The same of each pod, of those that are chosen by the variable `instance`. */
export function podPanels(target: MetricsConnection): DashboardPanel[] {
  const chosen = { ...targetMatchers(target), instance: /$instance/ };
  const { latency, modelReady } = inference;
  const mean = `${rate(sum(latency, chosen))} / ${rate(count(latency, chosen))}`;
  return [
    timeSeries('Forecasts of a pod', 'cps', { '{{instance}}': rate(selector(inference.processed, chosen)) }),
    timeSeries('Mean time of a forecast of a pod', 's', { '{{instance}}': mean }),
    timeSeries('Busy places of a pod', 'percentunit', { '{{instance}}': selector(inference.utilization, chosen) }),
    timeSeries('Cores of a pod', 'none', { '{{instance}}': rate(selector(processMetrics.cpu, chosen)) }),
    timeSeries('Memory of a pod', 'bytes', { '{{instance}}': selector(processMetrics.memory, chosen) }),
    timeSeries('Whether a pod has a model', 'none', { '{{instance}}': selector(modelReady, chosen) }, { max: 1 }),
  ];
}
