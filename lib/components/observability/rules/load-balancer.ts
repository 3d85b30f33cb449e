import { Duration } from 'cdk8s';
import type { MetricsConnection } from '../../../kube/network/connections';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { selector } from '../metric';
import { haproxyMetrics } from '../metrics/haproxy';
import { balancerRecords } from '../metrics/recorded';
import { requirePositive, requireShare } from '../promql';
import { alertsAfter, type RuleGroup } from '../rule-groups';
import { targetMatchers } from '../target';

export interface BalancerRulesProps {
  /** The load balancer: an HAProxy. */
  readonly balancer: MetricsConnection;
  /** Name of its frontend for clients. @default 'http' */
  readonly frontend?: string;
  /** Name of its backend. @default 'servers' */
  readonly backend?: string;
  /** Time that a request may take in the mean, first to last byte. @default Duration.seconds(1) */
  readonly latency?: Duration;
  /** Share of the answers that may be 5xx, those of HAProxy itself included. @default 0.05 */
  readonly failures?: number;
  /** Share of the sessions that may be open at once. @default 0.8 */
  readonly saturation?: number;
  /** How long something must be wrong. @default Duration.minutes(10) */
  readonly for?: Duration;
}

const LOCATION = 'balancerRules';
const LEVEL = 'by (namespace, job)';

/** The four golden signals of an HTTP service, as its clients have them at its load balancer. */
export function balancerRules(props: BalancerRulesProps): RuleGroup[] {
  const words =
    'balancer:Metrics frontend? backend? latency?:Duration failures?:number saturation?:number for?:Duration';
  requireKnownProps(LOCATION, props, words);
  const { balancer, frontend = 'http', backend = 'servers', latency = Duration.seconds(1) } = props;
  const { failures = 0.05, saturation = 0.8, for: held = Duration.minutes(10) } = props;
  const { critical, warning } = alertsAfter(held, LOCATION);
  const seconds = latency.toSeconds({ integral: false });
  requirePositive(LOCATION, 'latency', seconds);
  requireShare(LOCATION, 'failures', failures);
  requireShare(LOCATION, 'saturation', saturation);
  const of = targetMatchers(balancer);
  const clients = { ...of, proxy: frontend };
  const servers = { ...of, proxy: backend };
  const { frontendResponses, frontendSessions, frontendSessionLimit, backendRequests } = haproxyMetrics;
  const sum = (series: string) => `sum ${LEVEL} (${series})`;
  return [
    {
      name: `${balancer.job}-records`,
      rules: [
        {
          record: balancerRecords.traffic,
          expr: `sum by (namespace, job, code) (rate(${selector(frontendResponses, clients)}[5m]))`,
        },
        {
          record: balancerRecords.failures,
          expr: `${sum(selector(balancerRecords.traffic, { ...of, code: '5xx' }))} / ${sum(selector(balancerRecords.traffic, of))}`,
        },
        {
          record: balancerRecords.saturation,
          expr: `${sum(selector(frontendSessions, clients))} / ${sum(selector(frontendSessionLimit, clients))}`,
        },
      ],
    },
    {
      name: `${balancer.job}-alerts`,
      rules: [
        warning(
          'BalancerLatencyHigh',
          // The mean is of the last 1024 requests, however long ago they were.
          `max ${LEVEL} (${selector(haproxyMetrics.backendTotalTime, servers)}) > ${seconds}
and ${sum(`rate(${selector(backendRequests, servers)}[5m])`)} > 0`,
          `Requests to {{ $labels.job }} take {{ $value | humanizeDuration }} on average. The limit is ${seconds}s.`,
        ),
        critical(
          'BalancerFailing',
          `${selector(balancerRecords.failures, of)} > ${failures}`,
          '{{ $value | humanizePercentage }} of the responses of {{ $labels.job }} are 5xx.',
        ),
        warning(
          'BalancerSaturated',
          `${selector(balancerRecords.saturation, of)} > ${saturation}`,
          '{{ $labels.job }} uses {{ $value | humanizePercentage }} of its limit of sessions.',
        ),
        critical(
          'BalancerWithoutServers',
          `max ${LEVEL} (${selector(haproxyMetrics.activeServers, servers)}) == 0`,
          '{{ $labels.job }} has no server to send requests to.',
        ),
      ],
    },
  ];
}
