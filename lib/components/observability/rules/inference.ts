import { Duration } from 'cdk8s';
import type { MetricsConnection } from '../../../kube/network/connections';
import { requireProp } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { buckets, selector } from '../metric';
import { INFERENCE_FAILURES, inferenceMetrics } from '../metrics/inference';
import { inferenceRecords } from '../metrics/recorded';
import { requirePositive, requireShare } from '../promql';
import { type AlertRule, alertsAfter, type RuleGroup } from '../rule-groups';
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

const LOCATION = 'inferenceRules';
/** The largest bound of the histogram but infinity, in seconds. */
const LARGEST_BOUND = 30;
const LEVEL = 'by (namespace, job)';

/** The four golden signals of an inference service, of the program itself: latency, traffic, errors, saturation. */
export function inferenceRules(props: InferenceRulesProps): RuleGroup[] {
  const words = 'servers:Metrics latency?:Duration failures?:number utilization?:number traffic?:number for?:Duration';
  requireKnownProps(LOCATION, props, words);
  const { servers, latency = Duration.seconds(1), failures = 0.05, utilization = 0.9, traffic } = props;
  const { for: held = Duration.minutes(10) } = props;
  const { critical, warning } = alertsAfter(held, LOCATION);
  const seconds = latency.toSeconds({ integral: false });
  const measurable = seconds > 0 && seconds < LARGEST_BOUND;
  requireProp(measurable, LOCATION, 'latency', `be above 0 and below ${LARGEST_BOUND} s`, `${seconds} s`);
  requireShare(LOCATION, 'failures', failures);
  requireShare(LOCATION, 'utilization', utilization);
  const of = targetMatchers(servers);
  const alerts: AlertRule[] = [
    warning(
      'InferenceLatencyHigh',
      `${selector(inferenceRecords.latency, of)} > ${seconds}`,
      `5 % of the forecasts of {{ $labels.job }} take longer than {{ $value | humanizeDuration }}. The limit is ${seconds}s.`,
    ),
    critical(
      'InferenceFailing',
      `${selector(inferenceRecords.failures, of)} > ${failures}`,
      '{{ $value | humanizePercentage }} of the forecasts of {{ $labels.job }} fail.',
    ),
    warning(
      'InferenceSaturated',
      `${selector(inferenceRecords.utilization, of)} > ${utilization}`,
      '{{ $value | humanizePercentage }} of the workers of {{ $labels.job }} are busy: requests wait.',
    ),
    warning(
      'InferenceServerWithoutModel',
      // Before the first promotion no server has a model, which is no error.
      `${selector(inferenceMetrics.modelReady, of)} == 0
and on (namespace, job) max ${LEVEL} (${selector(inferenceMetrics.modelReady, of)}) == 1`,
      '{{ $labels.instance }} of {{ $labels.job }} has no model, although other pods have one.',
    ),
  ];
  if (traffic !== undefined) {
    requirePositive(LOCATION, 'traffic', traffic);
    alerts.push(
      warning(
        'InferenceTrafficLow',
        `(sum(${selector(inferenceRecords.traffic, of)}) or vector(0)) < ${traffic}`,
        `${servers.job} makes {{ $value | humanize }} forecasts a second. At least ${traffic} are expected.`,
      ),
    );
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
    // Without any failure so far there is no series of failures.
    { record: failures, expr: `(${failed} or 0 * ${all}) / ${all}` },
    { record: median, expr: quantile(0.5) },
    { record: slow, expr: quantile(0.95) },
    { record: utilization, expr: `sum ${LEVEL} (${selector(busy, of)}) / sum ${LEVEL} (${selector(places, of)})` },
  ];
}
