import { Duration } from 'cdk8s';
import type { MetricsConnection } from '../../../kube/network/connections';
import { requireProp } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { requireWhole } from '../../../kube/objects/numbers';
import { selector } from '../metric';
import { kafkaMetrics } from '../metrics/kafka';
import { minioMetrics } from '../metrics/minio';
import { pipelineRecords } from '../metrics/recorded';
import { anyOf, requirePositive, requireShare, union } from '../promql';
import { type AlertRule, alertsAfter, type RuleGroup } from '../rule-groups';
import { targetMatchers } from '../target';

export interface PipelineRulesProps {
  /** The Kafka exporter. */
  readonly exporter: MetricsConnection;
  /** How many brokers there are. */
  readonly brokers: number;
  /** The consumer groups, which have members at any time. */
  readonly groups: readonly string[];
  /** Topics of what could not be handled. @default - none */
  readonly failedTopics?: readonly string[];
  /** Messages of a topic that a group may have before it. @default 100 */
  readonly lag?: number;
  /** How long the handling of one message may take. @default Duration.hours(2) */
  readonly stuckAfter?: Duration;
  /** How long anything else must be wrong. @default Duration.minutes(10) */
  readonly for?: Duration;
}

const LOCATION = 'pipelineRules';

/** The lag of a pipeline whose programs communicate through Kafka, and the causes of delays. */
export function pipelineRules(props: PipelineRulesProps): RuleGroup[] {
  const words =
    'exporter:Metrics brokers:number groups:string[] failedTopics?:string[] lag?:number stuckAfter?:Duration for?:Duration';
  requireKnownProps(LOCATION, props, words);
  const { exporter, groups, lag = 100, stuckAfter = Duration.hours(2), for: held = Duration.minutes(10) } = props;
  const late = alertsAfter(stuckAfter, LOCATION, 'stuckAfter');
  const { warning } = alertsAfter(held, LOCATION);
  requirePositive(LOCATION, 'lag', lag);
  requireProp(groups.length > 0, LOCATION, 'groups', 'name a consumer group', groups);
  const of = targetMatchers(exporter);
  const consumers = { ...of, consumergroup: anyOf(groups) };
  const behind = selector(pipelineRecords.lag, consumers);
  return [
    {
      name: `${exporter.job}-records`,
      rules: [
        {
          record: pipelineRecords.lag,
          expr: `sum by (namespace, job, consumergroup, topic) (${selector(kafkaMetrics.lag, of)} > 0)
or sum by (namespace, job, consumergroup, topic) (0 * ${selector(kafkaMetrics.lag, of)})`,
        },
        {
          record: pipelineRecords.produced,
          expr: `sum by (namespace, job, topic) (rate(${selector(kafkaMetrics.offset, of)}[5m]))`,
        },
      ],
    },
    {
      name: `${exporter.job}-alerts`,
      rules: [
        warning(
          'ConsumerGroupBehind',
          `${behind} > ${lag}`,
          '{{ $labels.consumergroup }} has {{ $value }} unread messages of {{ $labels.topic }}.',
        ),
        late.warning(
          'ConsumerGroupStuck',
          `${behind} > 0
and on (namespace, job, consumergroup, topic) delta(${selector(kafkaMetrics.committedSum, consumers)}[10m]) == 0`,
          '{{ $labels.consumergroup }} has unread messages of {{ $labels.topic }} and reads none of them.',
        ),
        ...brokerAlerts(props, held),
      ],
    },
  ];
}

function brokerAlerts({ exporter, brokers, groups, failedTopics = [] }: PipelineRulesProps, held: Duration) {
  requireWhole(LOCATION, 'brokers', brokers, 1);
  const { critical, warning } = alertsAfter(held, LOCATION);
  const of = targetMatchers(exporter);
  const members = (consumergroup: string) => selector(kafkaMetrics.members, { ...of, consumergroup });
  const alerts: AlertRule[] = [
    critical(
      'ConsumerGroupWithoutMembers',
      union([
        `${selector(kafkaMetrics.members, { ...of, consumergroup: anyOf(groups) })} == 0`,
        ...groups.map((group) => `absent(${members(group)})`),
      ]),
      'The consumer group {{ $labels.consumergroup }} has no members.',
    ),
    critical(
      'KafkaBrokerMissing',
      `${selector(kafkaMetrics.brokers, of)} < ${brokers}`,
      `Kafka has {{ $value }} of ${brokers} brokers.`,
    ),
    warning(
      'KafkaPartitionsUnderReplicated',
      `sum by (namespace, job, topic) (${selector(kafkaMetrics.underReplicated, of)}) > 0`,
      '{{ $value }} partitions of {{ $labels.topic }} have too few replicas in sync.',
    ),
  ];
  if (failedTopics.length > 0) {
    const failed = selector(kafkaMetrics.offset, { ...of, topic: anyOf(failedTopics) });
    alerts.push(
      alertsAfter(Duration.minutes(1), LOCATION).warning(
        'MessagesFailed',
        `sum by (namespace, job, topic) (delta(${failed}[30m])) > 0`,
        'Programs could not handle some messages, which are now in {{ $labels.topic }}.',
      ),
    );
  }
  return alerts;
}

export interface StoreRulesProps {
  /** The MinIO. */
  readonly store: MetricsConnection;
  /** Share of its room that must be free. @default 0.1 */
  readonly free?: number;
  /** How long it must not be. @default Duration.minutes(10) */
  readonly for?: Duration;
}

/** Whether an object store has room. */
export function storeRules(props: StoreRulesProps): RuleGroup[] {
  requireKnownProps('storeRules', props, 'store:Metrics free?:number for?:Duration');
  const { store, free = 0.1, for: held = Duration.minutes(10) } = props;
  const { critical, warning } = alertsAfter(held, 'storeRules');
  requireShare('storeRules', 'free', free);
  const of = targetMatchers(store);
  const { freeBytes, usableBytes, drivesOffline } = minioMetrics;
  return [
    {
      name: `${store.job}-alerts`,
      rules: [
        warning(
          'ObjectStoreFull',
          // A full store has no series of the free bytes.
          `(${selector(freeBytes, of)} or 0 * ${selector(usableBytes, of)}) / ${selector(usableBytes, of)} < ${free}`,
          'Only {{ $value | humanizePercentage }} of the capacity of {{ $labels.job }} is free.',
        ),
        critical(
          'ObjectStoreDriveOffline',
          `${selector(drivesOffline, of)} > 0`,
          '{{ $value }} drives of {{ $labels.job }} are offline.',
        ),
      ],
    },
  ];
}
