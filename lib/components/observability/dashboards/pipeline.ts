import type { MetricsConnection } from '../../../kube/network/connections';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { type DashboardRow, dashboard, type GrafanaDashboard } from '../dashboard';
import { selector } from '../metric';
import { kafkaMetrics as kafka } from '../metrics/kafka';
import { minioMetrics as minio } from '../metrics/minio';
import { targetMetrics as target } from '../metrics/process';
import { by, rate, stat, type Thresholds, timeSeries, UNWANTED } from '../panels';
import { targetMatchers } from '../target';
import { alerts } from './alerts';

export interface PipelineDashboardProps {
  /** @default 'pipeline' */
  readonly uid?: string;
  /** @default 'Pipeline' */
  readonly title?: string;
  /** The Kafka exporter. */
  readonly exporter: MetricsConnection;
  /** How many brokers there should be; fewer are red. @default 1 */
  readonly brokers?: number;
  /** Topics of what could not be handled. @default /DLQ-.+/ */
  readonly failedTopics?: RegExp;
  /** The object store. @default - it is not shown */
  readonly store?: MetricsConnection;
}

/** From 80 % and 90 % of the room on. */
const FILLING: Thresholds = ['green', [0.8, 'orange'], [0.9, 'red']];

/** How messages move through the pipeline, what is in its store, and whether all of it is measured. */
export function pipelineDashboard(props: PipelineDashboardProps): GrafanaDashboard {
  const words = 'uid? title? exporter:Metrics brokers?:number failedTopics?:RegExp store?:Metrics';
  requireKnownProps('pipelineDashboard', props, words);
  const { uid = 'pipeline', title = 'Pipeline', failedTopics = /DLQ-.+/, exporter, brokers = 1, store } = props;
  const kafkaTarget = targetMatchers(exporter);
  const failed = { ...kafkaTarget, topic: failedTopics };
  return dashboard({
    uid,
    title,
    description: 'Messages and consumers of Kafka, the object store, and the scrapes of Prometheus.',
    tags: ['pipeline'],
    variables: [
      { name: 'consumergroup', label: 'Group', series: selector(kafka.lagSum, kafkaTarget) },
      { name: 'topic', label: 'Topic', series: selector(kafka.partitions, kafkaTarget) },
    ],
    from: 'now-6h',
    rows: [
      now(kafkaTarget, failed, brokers),
      consumers(kafkaTarget),
      topics(kafkaTarget, failed),
      ...(store === undefined ? [] : [objects(targetMatchers(store))]),
      scrapes(kafkaTarget.namespace),
    ],
  });
}

type Matchers = ReturnType<typeof targetMatchers>;

function now(exporter: Matchers, failed: Matchers & { readonly topic: RegExp }, brokers: number): DashboardRow {
  return {
    title: 'Now',
    panels: [
      stat('Brokers', 'none', `max(${selector(kafka.brokers, exporter)})`, { thresholds: ['red', [brokers, 'green']] }),
      stat('Under-replicated partitions', 'none', `sum(${selector(kafka.underReplicated, exporter)})`, {
        thresholds: UNWANTED,
      }),
      stat('Unread messages', 'short', `sum(${selector(kafka.lagSum, exporter)})`, {
        description: 'Of all groups and topics, including groups that no longer run.',
      }),
      stat('Failed messages in the last hour', 'none', `sum(increase(${selector(kafka.offset, failed)}[1h]))`, {
        description: 'New messages in the topics for messages that programs could not handle.',
        thresholds: UNWANTED,
      }),
      stat('Reachable targets', 'percentunit', `avg(${selector(target.up, { namespace: exporter.namespace })})`, {
        description: 'Share of the pods whose metrics were read.',
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
    ],
  };
}

function consumers(brokers: Matchers): DashboardRow {
  const group = { ...brokers, consumergroup: /$consumergroup/ };
  const chosen = { ...group, topic: /$topic/ };
  const labels = ['consumergroup', 'topic'];
  const lag = selector(kafka.lagSum, chosen);
  const read = rate(selector(kafka.committedSum, chosen));
  return {
    title: 'Consumers',
    panels: [
      timeSeries('Lag', 'short', by('sum', labels, lag), { description: 'Messages that a group has not read yet.' }),
      timeSeries(
        'Time until all messages are read',
        's',
        {
          '{{consumergroup}}: {{topic}}': `sum by (consumergroup, topic) (${lag}) / sum by (consumergroup, topic) (${read} > 0)`,
        },
        { description: 'At the current rate. There is no value where nothing is read.' },
      ),
      timeSeries('Members', 'none', by('max', ['consumergroup'], selector(kafka.members, group)), {
        description: 'Live consumers of each group.',
      }),
    ],
  };
}

function topics(brokers: Matchers, failed: Matchers & { readonly topic: RegExp }): DashboardRow {
  const chosen = { ...brokers, topic: /$topic/ };
  const perTopic = (expr: string) => by('sum', ['topic'], expr);
  const kept = `${selector(kafka.offset, chosen)} - ${selector(kafka.oldestOffset, chosen)}`;
  return {
    title: 'Topics',
    panels: [
      timeSeries('New messages', 'cps', perTopic(rate(selector(kafka.offset, chosen)))),
      timeSeries('Stored messages', 'short', perTopic(kept)),
      timeSeries('Failed messages', 'none', perTopic(selector(kafka.offset, failed)), {
        description: 'Since their topics were created.',
      }),
    ],
  };
}

function objects(store: Matchers): DashboardRow {
  const [usable, free] = [minio.usableBytes, minio.freeBytes].map((metric) => `max(${selector(metric, store)})`);
  const offline = `max(${selector(minio.drivesOffline, store)})`;
  const perBucket = (metric: typeof minio.bucketBytes) => by('max', ['bucket'], selector(metric, store));
  return {
    title: 'Object store',
    panels: [
      stat('Used capacity', 'percentunit', `1 - ${free} / ${usable}`, { thresholds: FILLING, max: 1 }),
      stat('Offline drives', 'none', offline, { thresholds: UNWANTED }),
      timeSeries('Size of buckets', 'bytes', perBucket(minio.bucketBytes), { stacked: true }),
      timeSeries('Objects in buckets', 'short', perBucket(minio.bucketObjects)),
    ],
  };
}

function scrapes(namespace: string | undefined): DashboardRow {
  const up = by('avg', ['job'], selector(target.up, { namespace }));
  return {
    title: 'Scrapes and alerts',
    panels: [
      timeSeries('Share of reachable targets', 'percentunit', up, { max: 1 }),
      timeSeries('Duration of a scrape', 's', by('max', ['job'], selector(target.scrapeDuration, { namespace }))),
      timeSeries('Samples of a scrape', 'short', by('sum', ['job'], selector(target.samples, { namespace }))),
      alerts(namespace),
    ],
  };
}
