import type { MetricsConnection } from '../../../kube/network/connections';
import { type DashboardRow, dashboard, type GrafanaDashboard } from '../dashboard';
import { selector } from '../metric';
import { kafkaMetrics as kafka } from '../metrics/kafka';
import { minioMetrics as minio } from '../metrics/minio';
import { targetMetrics as target } from '../metrics/process';
import { rate, stat, type Thresholds, timeSeries, UNWANTED } from '../panels';
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

interface Of {
  readonly namespace: string | undefined;
  readonly job: string;
}

interface Failed extends Of {
  readonly topic: RegExp;
}

function now(exporter: Of, failed: Failed, brokers: number): DashboardRow {
  return {
    title: 'Now',
    panels: [
      stat('Brokers', 'none', `max(${selector(kafka.brokers, exporter)})`, { thresholds: ['red', [brokers, 'green']] }),
      stat('Partitions with too few copies', 'none', `sum(${selector(kafka.underReplicated, exporter)})`, {
        thresholds: UNWANTED,
      }),
      stat('Messages to be read', 'short', `sum(${selector(kafka.lagSum, exporter)})`, {
        description: 'By all groups, of all topics; a group that nobody runs any more is counted, too.',
      }),
      stat('Failed messages in an hour', 'none', `sum(increase(${selector(kafka.offset, failed)}[1h]))`, {
        description: 'In the topics of what programs could not handle.',
        thresholds: UNWANTED,
      }),
      stat('Targets that answer', 'percentunit', `avg(${selector(target.up, { namespace: exporter.namespace })})`, {
        description: 'Share of the pods whose metrics were read.',
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
    ],
  };
}

function consumers(brokers: Of): DashboardRow {
  const chosen = { ...brokers, consumergroup: /$consumergroup/, topic: /$topic/ };
  const lag = selector(kafka.lagSum, chosen);
  const read = rate(selector(kafka.committedSum, chosen));
  return {
    title: 'Consumers',
    panels: [
      timeSeries(
        'Lag',
        'short',
        { '{{consumergroup}}: {{topic}}': `sum by (consumergroup, topic) (${lag})` },
        {
          description: 'Messages that a group has still to read.',
        },
      ),
      timeSeries(
        'Time until all is read',
        's',
        {
          '{{consumergroup}}: {{topic}}': `sum by (consumergroup, topic) (${lag}) / sum by (consumergroup, topic) (${read} > 0)`,
        },
        { description: 'At the pace of now; without one where nothing is read.' },
      ),
      timeSeries(
        'Members',
        'none',
        {
          '{{consumergroup}}': `max by (consumergroup) (${selector(kafka.members, { ...brokers, consumergroup: /$consumergroup/ })})`,
        },
        { description: 'Consumers of a group that are alive.' },
      ),
    ],
  };
}

function topics(brokers: Of, failed: Failed): DashboardRow {
  const chosen = { ...brokers, topic: /$topic/ };
  const kept = `${selector(kafka.offset, chosen)} - ${selector(kafka.oldestOffset, chosen)}`;
  return {
    title: 'Topics',
    panels: [
      timeSeries('New messages', 'cps', { '{{topic}}': `sum by (topic) (${rate(selector(kafka.offset, chosen))})` }),
      timeSeries('Messages that are kept', 'short', { '{{topic}}': `sum by (topic) (${kept})` }),
      timeSeries(
        'Failed messages',
        'none',
        { '{{topic}}': `sum by (topic) (${selector(kafka.offset, failed)})` },
        {
          description: 'Since their topics exist.',
        },
      ),
    ],
  };
}

function objects(store: Of): DashboardRow {
  const [usable, free] = [minio.usableBytes, minio.freeBytes].map((metric) => `max(${selector(metric, store)})`);
  return {
    title: 'Object store',
    panels: [
      stat('Room that is taken', 'percentunit', `1 - ${free} / ${usable}`, { thresholds: FILLING, max: 1 }),
      stat('Drives that are not there', 'none', `max(${selector(minio.drivesOffline, store)})`, {
        thresholds: UNWANTED,
      }),
      timeSeries(
        'Size of buckets',
        'bytes',
        { '{{bucket}}': `max by (bucket) (${selector(minio.bucketBytes, store)})` },
        {
          stacked: true,
        },
      ),
      timeSeries('Objects in buckets', 'short', {
        '{{bucket}}': `max by (bucket) (${selector(minio.bucketObjects, store)})`,
      }),
    ],
  };
}

function scrapes(namespace: string | undefined): DashboardRow {
  return {
    title: 'Scrapes and alerts',
    panels: [
      timeSeries(
        'Share of the targets that answer',
        'percentunit',
        { '{{job}}': `avg by (job) (${selector(target.up, { namespace })})` },
        {
          max: 1,
        },
      ),
      timeSeries('Time of a scrape', 's', {
        '{{job}}': `max by (job) (${selector(target.scrapeDuration, { namespace })})`,
      }),
      timeSeries('Samples of a scrape', 'short', {
        '{{job}}': `sum by (job) (${selector(target.samples, { namespace })})`,
      }),
      alerts(namespace),
    ],
  };
}
