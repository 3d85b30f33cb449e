import type { MetricsConnection } from '../../../kube/connections';
import { type DashboardRow, dashboard, type GrafanaDashboard } from '../dashboard';
import { selector } from '../metric';
import { kafkaMetrics as kafka } from '../metrics/kafka';
import { minioMetrics as minio } from '../metrics/minio';
import { targetMetrics as target } from '../metrics/process';
import { curves, rate, stat, type Thresholds, UNWANTED, WANTED } from '../panels';

export interface PipelineDashboardProps {
  /** @default 'pipeline' */
  readonly uid?: string;
  /** @default 'Pipeline' */
  readonly title?: string;
  /** The Kafka exporter. */
  readonly exporter: MetricsConnection;
  /** Topics of what could not be handled. @default /DLQ-.+/ */
  readonly failedTopics?: RegExp;
  /** The object store. @default - it is not shown */
  readonly store?: MetricsConnection;
}

/** From 80 % and 90 % of the room on. */
const FILLING: Thresholds = ['green', [0.8, 'orange'], [0.9, 'red']];

/** How messages move through the pipeline, what is in its store, and whether all of it is measured. */
export function pipelineDashboard(props: PipelineDashboardProps): GrafanaDashboard {
  const { uid = 'pipeline', title = 'Pipeline', failedTopics = /DLQ-.+/, exporter, store } = props;
  const { job } = exporter;
  const failed = { job, topic: failedTopics };
  return dashboard({
    uid,
    title,
    description: 'Messages and consumers of Kafka, the object store, and the scrapes of Prometheus.',
    tags: ['pipeline'],
    variables: [
      { name: 'consumergroup', label: 'Group', series: selector(kafka.lagSum, { job }) },
      { name: 'topic', label: 'Topic', series: selector(kafka.partitions, { job }) },
    ],
    from: 'now-6h',
    rows: [
      now(job, failed),
      consumers(job),
      topics(job, failed),
      ...(store === undefined ? [] : [objects(store.job)]),
      scrapes(),
    ],
  });
}

interface Failed {
  readonly job: string;
  readonly topic: RegExp;
}

function now(job: string, failed: Failed): DashboardRow {
  return {
    title: 'Now',
    panels: [
      stat('Brokers', 'none', `max(${selector(kafka.brokers, { job })})`, { thresholds: WANTED }),
      stat('Partitions with too few copies', 'none', `sum(${selector(kafka.underReplicated, { job })})`, {
        thresholds: UNWANTED,
      }),
      stat('Messages to be read', 'short', `sum(${selector(kafka.lagSum, { job })})`, {
        description: 'By all groups, of all topics; a group that nobody runs any more is counted, too.',
      }),
      stat('Failed messages in an hour', 'none', `sum(increase(${selector(kafka.offset, failed)}[1h]))`, {
        description: 'In the topics of what programs could not handle.',
        thresholds: UNWANTED,
      }),
      stat('Targets that answer', 'percentunit', `avg(${selector(target.up)})`, {
        description: 'Share of everything that Prometheus asks.',
        thresholds: ['red', [1, 'green']],
        max: 1,
      }),
    ],
  };
}

function consumers(job: string): DashboardRow {
  const chosen = { job, consumergroup: /$consumergroup/, topic: /$topic/ };
  const lag = selector(kafka.lagSum, chosen);
  const read = rate(selector(kafka.committedSum, chosen));
  return {
    title: 'Consumers',
    panels: [
      curves(
        'Lag',
        'short',
        { '{{consumergroup}}: {{topic}}': `sum by (consumergroup, topic) (${lag})` },
        {
          description: 'Messages that a group has still to read.',
        },
      ),
      curves(
        'Time until all is read',
        's',
        {
          '{{consumergroup}}: {{topic}}': `sum by (consumergroup, topic) (${lag}) / sum by (consumergroup, topic) (${read} > 0)`,
        },
        { description: 'At the pace of now; without one where nothing is read.' },
      ),
      curves(
        'Members',
        'none',
        {
          '{{consumergroup}}': `max by (consumergroup) (${selector(kafka.members, { job, consumergroup: /$consumergroup/ })})`,
        },
        { description: 'Consumers of a group that are alive.' },
      ),
    ],
  };
}

function topics(job: string, failed: Failed): DashboardRow {
  const chosen = { job, topic: /$topic/ };
  const kept = `${selector(kafka.offset, chosen)} - ${selector(kafka.oldestOffset, chosen)}`;
  return {
    title: 'Topics',
    panels: [
      curves('New messages', 'cps', { '{{topic}}': `sum by (topic) (${rate(selector(kafka.offset, chosen))})` }),
      curves('Messages that are kept', 'short', { '{{topic}}': `sum by (topic) (${kept})` }),
      curves(
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

function objects(job: string): DashboardRow {
  const [usable, free] = [minio.usableBytes, minio.freeBytes].map((metric) => `max(${selector(metric, { job })})`);
  return {
    title: 'Object store',
    panels: [
      stat('Room that is taken', 'percentunit', `1 - ${free} / ${usable}`, { thresholds: FILLING, max: 1 }),
      stat('Drives that are not there', 'none', `max(${selector(minio.drivesOffline, { job })})`, {
        thresholds: UNWANTED,
      }),
      curves(
        'Size of buckets',
        'bytes',
        { '{{bucket}}': `max by (bucket) (${selector(minio.bucketBytes, { job })})` },
        {
          stacked: true,
        },
      ),
      curves('Objects in buckets', 'short', {
        '{{bucket}}': `max by (bucket) (${selector(minio.bucketObjects, { job })})`,
      }),
    ],
  };
}

function scrapes(): DashboardRow {
  return {
    title: 'Scrapes',
    panels: [
      curves(
        'Share of the targets that answer',
        'percentunit',
        { '{{job}}': `avg by (job) (${selector(target.up)})` },
        {
          max: 1,
        },
      ),
      curves('Time of a scrape', 's', { '{{job}}': `max by (job) (${selector(target.scrapeDuration)})` }),
      curves('Samples of a scrape', 'short', { '{{job}}': `sum by (job) (${selector(target.samples)})` }),
    ],
  };
}
