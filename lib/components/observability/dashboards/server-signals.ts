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
      stat('Pods that Prometheus reaches', 'percentunit', `avg(${selector(targetMetrics.up, servers)})`, {
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
      stat('Pods with a model', 'none', `sum(${selector(inference.modelReady, servers)})`, {
        description: 'As each pod reported when it loaded a model or ended its last forecast.',
        thresholds: WANTED,
      }),
      stat('95 % of forecasts take at most', 's', within(0.95), {
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
        { description: 'Without errors that the client caused.', thresholds: ERRORS },
      ),
    ],
    latency: [
      timeSeries(
        'Duration of a forecast',
        's',
        {
          '99 %': within(0.99),
          '95 %': within(0.95),
          '50 %': within(0.5),
          mean: `${seconds} / ${total(count(inference.latency, servers))}`,
        },
        {
          description: 'Time in the model, without failed forecasts and without waiting for a free worker.',
          thresholds: SLOW,
          width: 12,
        },
      ),
    ],
    saturation: [
      timeSeries(
        'Busy workers',
        'percentunit',
        { 'of all servers': `sum(${selector(inference.busy, servers)}) / sum(${selector(inference.places, servers)})` },
        {
          description: 'Share of the workers that were busy when the last forecast of each pod ended.',
          thresholds: FULL,
        },
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
    timeSeries('Mean duration of a forecast of a pod', 's', { '{{instance}}': mean }),
    timeSeries('Busy workers of a pod', 'percentunit', { '{{instance}}': selector(inference.utilization, chosen) }),
    timeSeries('Cores of a pod', 'none', { '{{instance}}': rate(selector(processMetrics.cpu, chosen)) }),
    timeSeries('Memory of a pod', 'bytes', { '{{instance}}': selector(processMetrics.memory, chosen) }),
    timeSeries('Whether a pod has a model', 'none', { '{{instance}}': selector(modelReady, chosen) }, { max: 1 }),
  ];
}
