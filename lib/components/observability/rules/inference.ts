import { Duration } from 'cdk8s';
import type { MetricsConnection } from '../../../kube/network/connections';
import { requireProp } from '../../../kube/objects/errors';
import { buckets, selector } from '../metric';
import { INFERENCE_FAILURES, inferenceMetrics } from '../metrics/inference';
import { inferenceRecords } from '../metrics/recorded';
import { promDuration, requirePositive, requireShare } from '../promql';
import type { AlertRule, RuleGroup } from '../rule-groups';
import { targetMatchers } from '../target';

export interface InferenceRulesProps {
  /** The servers. */
  readonly servers: MetricsConnection;
  /** Time that 95 % of the forecasts must not exceed; below 30 s, the largest that is measured. @default Duration.seconds(1) */
  readonly latency?: Duration;
  /** Share of the forecasts that may fail, through the fault of the server. @default 0.05 */
  readonly failures?: number;
  /** Share of the places of all servers that may be busy. @default 0.9 */
  readonly utilization?: number;
  /** Forecasts a second that there are at any time. @default - there may be none */
  readonly traffic?: number;
  /** How long something must be wrong. @default Duration.minutes(10) */
  readonly for?: Duration;
}

const PLACE = 'inferenceRules';
/** The largest bound of the histogram but infinity, in seconds. */
const LARGEST_BOUND = 30;
const LEVEL = 'by (namespace, job)';

/** The four golden signals of an inference service, of the program itself: latency, traffic, errors, saturation. */
export function inferenceRules(props: InferenceRulesProps): RuleGroup[] {
  const { servers, latency = Duration.seconds(1), failures = 0.05, utilization = 0.9, traffic } = props;
  const { for: held = Duration.minutes(10) } = props;
  promDuration(PLACE, 'for', held);
  const seconds = latency.toSeconds({ integral: false });
  const measurable = seconds > 0 && seconds < LARGEST_BOUND;
  requireProp(measurable, PLACE, 'latency', `be above 0 and below ${LARGEST_BOUND} s`, `${seconds} s`);
  requireShare(PLACE, 'failures', failures);
  requireShare(PLACE, 'utilization', utilization);
  const of = targetMatchers(servers);
  const alerts: AlertRule[] = [
    {
      alert: 'InferenceLatencyHigh',
      expr: `${selector(inferenceRecords.latency, of)} > ${seconds}`,
      for: held,
      severity: 'warning',
      summary: `One forecast of 20 of {{ $labels.job }} takes longer than {{ $value | humanizeDuration }}, not ${seconds}s.`,
    },
    {
      alert: 'InferenceFailing',
      expr: `${selector(inferenceRecords.failures, of)} > ${failures}`,
      for: held,
      severity: 'critical',
      summary: '{{ $labels.job }} fails at {{ $value | humanizePercentage }} of the forecasts.',
    },
    {
      alert: 'InferenceSaturated',
      expr: `${selector(inferenceRecords.utilization, of)} > ${utilization}`,
      for: held,
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the places of {{ $labels.job }} are busy: requests wait.',
    },
    {
      alert: 'InferenceServerWithoutModel',
      // Before the first promotion none has one, and nothing is wrong.
      expr: `${selector(inferenceMetrics.modelReady, of)} == 0
and on (namespace, job) max ${LEVEL} (${selector(inferenceMetrics.modelReady, of)}) == 1`,
      for: held,
      severity: 'warning',
      summary: '{{ $labels.instance }} of {{ $labels.job }} has no model, and others have one.',
    },
  ];
  if (traffic !== undefined) {
    requirePositive(PLACE, 'traffic', traffic);
    alerts.push({
      alert: 'InferenceTrafficLow',
      expr: `(sum(${selector(inferenceRecords.traffic, of)}) or vector(0)) < ${traffic}`,
      for: held,
      severity: 'warning',
      summary: `${servers.job} makes {{ $value | humanize }} forecasts a second, not ${traffic}.`,
    });
  }
  return [
    { name: `${servers.job}-records`, rules: records(of) },
    { name: `${servers.job}-alerts`, rules: alerts },
  ];
}

function records(of: ReturnType<typeof targetMatchers>): RuleGroup['rules'] {
  const { outcomes, latency, busy, places } = inferenceMetrics;
  const { traffic, failures, median, latency: slow, utilization } = inferenceRecords;
  const all = `sum ${LEVEL} (${selector(traffic, of)})`;
  const failed = `sum ${LEVEL} (${selector(traffic, { ...of, outcome: INFERENCE_FAILURES })})`;
  const quantile = (share: number) =>
    `histogram_quantile(${share}, sum by (namespace, job, le) (rate(${buckets(latency, of)}[5m])))`;
  return [
    { record: traffic, expr: `sum by (namespace, job, outcome) (rate(${selector(outcomes, of)}[5m]))` },
    // Where none has failed yet there is no series that says so.
    { record: failures, expr: `(${failed} or 0 * ${all}) / ${all}` },
    { record: median, expr: quantile(0.5) },
    { record: slow, expr: quantile(0.95) },
    {
      record: utilization,
      expr: `sum ${LEVEL} (${selector(busy, of)}) / sum ${LEVEL} (${selector(places, of)})`,
    },
  ];
}
