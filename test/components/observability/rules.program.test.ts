import { Duration, Yaml } from 'cdk8s';
import { expect, test } from 'vitest';
import { type RuleGroup, ruleFile } from '../../../lib/components/observability/rule-groups';
import { inferenceRules } from '../../../lib/components/observability/rules/inference';
import { balancerRules } from '../../../lib/components/observability/rules/load-balancer';
import { pipelineRules, storeRules } from '../../../lib/components/observability/rules/pipeline';
import { targetRules } from '../../../lib/components/observability/rules/targets';
import { describeUnless } from '../../support/programs';
import { alertProblems, findPrometheus, promtool, type SeenAlert } from '../../support/prometheus';
import { target } from './samples';

const found = findPrometheus();
const reason = typeof found === 'string' ? found : '';
if (reason !== '') console.warn(`rules.program.test.ts does not run: ${reason}`);
const describeRules = describeUnless(reason);

/** Exactly these alerts fire, minutes after the series have begun. */
function expectAlerts(
  groups: readonly RuleGroup[],
  series: Readonly<Record<string, string>>,
  minutes: number,
  expected: Readonly<Record<string, readonly SeenAlert[]>> = {},
): void {
  if (typeof found === 'string') throw new Error(found);
  expect(alertProblems(found, groups, series, minutes, expected)).toBe('');
}

const servers = inferenceRules({ servers: target('inference') });
const pods = ['10.0.0.1:9091', '10.0.0.2:9091'] as const;
const of = (name: string, labels = '', instance: string = pods[0]) =>
  `${name}{job="inference",namespace="flts",instance="${instance}"${labels}}`;
const inference = { job: 'inference', namespace: 'flts' };

/** Two servers that answer ten forecasts a second, all of them below 250 ms. */
const fine = Object.fromEntries(
  pods.flatMap((pod) => [
    [of('inference_jobs_outcome_total', ',outcome="success"', pod), '0+300x60'],
    [of('inference_latency_seconds_bucket', ',le="0.1"', pod), '0+200x60'],
    [of('inference_latency_seconds_bucket', ',le="0.25"', pod), '0+300x60'],
    [of('inference_latency_seconds_bucket', ',le="2"', pod), '0+300x60'],
    [of('inference_latency_seconds_bucket', ',le="+Inf"', pod), '0+300x60'],
    [of('inference_workers_busy', '', pod), '32x60'],
    [of('inference_workers_total', '', pod), '64x60'],
    [of('inference_model_ready', '', pod), '1x60'],
  ]),
);

describeRules(`the rules of an inference service, by promtool${reason && ` (${reason})`}`, () => {
  test('say nothing while all is well, and while there is no traffic at all', () => {
    expectAlerts(servers, fine, 60);
    expectAlerts(servers, {}, 60);
    const idle = Object.fromEntries(Object.keys(fine).map((name) => [name, name.includes('ready') ? '1x60' : '0x60']));
    expectAlerts(servers, idle, 60);
  });

  test('say nothing before the first promotion, when no server has a model', () => {
    expectAlerts(
      servers,
      { ...fine, [of('inference_model_ready')]: '0x60', [of('inference_model_ready', '', pods[1])]: '0x60' },
      60,
    );
  });

  test('latency: one forecast of twenty takes longer than it may, once it does so for long enough', () => {
    const slow = { ...fine };
    for (const pod of pods) {
      slow[of('inference_latency_seconds_bucket', ',le="0.25"', pod)] = '0+250x60';
      slow[of('inference_latency_seconds_bucket', ',le="0.1"', pod)] = '0+200x60';
    }
    const summary = 'One forecast of 20 of inference takes longer than 1.475s, not 1s.';
    expectAlerts(servers, slow, 30, { InferenceLatencyHigh: [{ labels: inference, summary }] });
    expectAlerts(servers, slow, 10);
    expectAlerts(inferenceRules({ servers: target('inference'), latency: Duration.seconds(2) }), slow, 30);
  });

  test('errors: the server fails, and not its clients', () => {
    const failing = { ...fine, [of('inference_jobs_outcome_total', ',outcome="exception"')]: '0+100x60' };
    const summary = 'inference fails at 14.29% of the forecasts.';
    expectAlerts(servers, failing, 30, { InferenceFailing: [{ labels: inference, summary }] });
    expectAlerts(servers, { ...fine, [of('inference_jobs_outcome_total', ',outcome="client_error"')]: '0+100x60' }, 30);
  });

  test('errors: not one forecast succeeds', () => {
    const summary = 'inference fails at 100% of the forecasts.';
    expectAlerts(servers, { [of('inference_jobs_outcome_total', ',outcome="skipped"')]: '0+1x60' }, 30, {
      InferenceFailing: [{ labels: inference, summary }],
    });
  });

  test('saturation: of all servers together', () => {
    const busy = { ...fine, [of('inference_workers_busy')]: '64x60' };
    expectAlerts(servers, busy, 30);
    const summary = '96.88% of the places of inference are busy: requests wait.';
    expectAlerts(servers, { ...busy, [of('inference_workers_busy', '', pods[1])]: '60x60' }, 30, {
      InferenceSaturated: [{ labels: inference, summary }],
    });
  });

  test('traffic: less than there must be, and none', () => {
    const rules = inferenceRules({ servers: target('inference'), traffic: 20 });
    expectAlerts(rules, fine, 30, {
      InferenceTrafficLow: [{ labels: {}, summary: 'inference makes 10 forecasts a second, not 20.' }],
    });
    expectAlerts(rules, {}, 30, {
      InferenceTrafficLow: [{ labels: {}, summary: 'inference makes 0 forecasts a second, not 20.' }],
    });
    expectAlerts(inferenceRules({ servers: target('inference'), traffic: 9 }), fine, 30);
  });

  test('one server has no model, and the others have', () => {
    const labels = { ...inference, instance: pods[1] };
    const summary = '10.0.0.2:9091 of inference has no model, and others have one.';
    expectAlerts(servers, { ...fine, [of('inference_model_ready', '', pods[1])]: '0x60' }, 30, {
      InferenceServerWithoutModel: [{ labels, summary }],
    });
  });

  test('look at their own job alone', () => {
    const other = Object.fromEntries(Object.entries(fine).map(([name]) => [name.replace('flts', 'other'), '0+100x60']));
    expectAlerts(servers, { ...fine, ...other }, 30);
  });
});

const balancer = balancerRules({ balancer: target('inference-lb') });
const lb = (name: string, labels = '') =>
  `${name}{job="inference-lb",namespace="flts",instance="10.0.0.9:8405"${labels}}`;
const balanced = {
  [lb('haproxy_frontend_http_responses_total', ',proxy="http",code="2xx"')]: '0+600x60',
  [lb('haproxy_frontend_http_responses_total', ',proxy="http",code="5xx"')]: '0+6x60',
  [lb('haproxy_frontend_http_responses_total', ',proxy="stats",code="5xx"')]: '0+600x60',
  [lb('haproxy_frontend_current_sessions', ',proxy="http"')]: '100x60',
  [lb('haproxy_frontend_limit_sessions', ',proxy="http"')]: '2048x60',
  [lb('haproxy_backend_total_time_average_seconds', ',proxy="servers"')]: '0.2x60',
  [lb('haproxy_backend_http_requests_total', ',proxy="servers"')]: '0+600x60',
  [lb('haproxy_backend_active_servers', ',proxy="servers"')]: '2x60',
};
const balancerLabels = { job: 'inference-lb', namespace: 'flts' };

describeRules(`the rules of a load balancer, by promtool${reason && ` (${reason})`}`, () => {
  test('say nothing while all is well', () => {
    expectAlerts(balancer, balanced, 60);
    expectAlerts(balancer, {}, 60);
  });

  test.each([
    [
      'BalancerFailing',
      'haproxy_frontend_http_responses_total',
      ',proxy="http",code="5xx"',
      '0+100x60',
      '14.29% of the answers of inference-lb are 5xx.',
    ],
    [
      'BalancerSaturated',
      'haproxy_frontend_current_sessions',
      ',proxy="http"',
      '2048x60',
      '100% of the sessions of inference-lb are open.',
    ],
    [
      'BalancerLatencyHigh',
      'haproxy_backend_total_time_average_seconds',
      ',proxy="servers"',
      '2x60',
      'Requests to inference-lb take 2s in the mean, not 1s.',
    ],
    [
      'BalancerWithoutServers',
      'haproxy_backend_active_servers',
      ',proxy="servers"',
      '0x60',
      'inference-lb has no server to send requests to.',
    ],
  ])('%s', (alert, metric, labels, values, summary) => {
    const series = { ...balanced, [lb(metric, labels)]: values };
    expectAlerts(balancer, series, 30, { [alert]: [{ labels: balancerLabels, summary }] });
  });

  test('latency is not that of requests of long ago', () => {
    const ended = {
      ...balanced,
      [lb('haproxy_backend_total_time_average_seconds', ',proxy="servers"')]: '2x60',
      [lb('haproxy_backend_http_requests_total', ',proxy="servers"')]: '600x60',
    };
    expectAlerts(balancer, ended, 60);
  });
});

const pipeline = pipelineRules({
  exporter: target('kafka-exporter'),
  brokers: 3,
  groups: ['train-gru', 'eval.r5'],
  failedTopics: ['DLQ-preprocess'],
});
const kafka = (name: string, labels = '') =>
  `${name}{job="kafka-exporter",namespace="flts",instance="10.0.0.8:9308"${labels}}`;
const read = ',consumergroup="train-gru",topic="training-data"';
const flowing = {
  [kafka('kafka_brokers')]: '3x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="train-gru"')]: '2x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="eval.r5"')]: '1x200',
  [kafka('kafka_consumergroup_members', ',consumergroup="console"')]: '0x200',
  [kafka('kafka_consumergroup_lag', `${read},partition="0"`)]: '60x200',
  [kafka('kafka_consumergroup_lag', `${read},partition="1"`)]: '-1x200',
  [kafka('kafka_consumergroup_current_offset_sum', read)]: '0+1x200',
  [kafka('kafka_topic_partition_under_replicated_partition', ',topic="training-data",partition="0"')]: '0x200',
  [kafka('kafka_topic_partition_current_offset', ',topic="DLQ-preprocess",partition="0"')]: '7x200',
};
const group = { job: 'kafka-exporter', namespace: 'flts', consumergroup: 'train-gru', topic: 'training-data' };

describeRules(`the rules of a pipeline, by promtool${reason && ` (${reason})`}`, () => {
  test('say nothing while messages are read, whatever other groups do', () => {
    expectAlerts(pipeline, flowing, 180);
  });

  test('a group has more before it than it may', () => {
    const summary = 'train-gru has 130 messages of training-data to read.';
    const behind = { ...flowing, [kafka('kafka_consumergroup_lag', `${read},partition="1"`)]: '70x200' };
    expectAlerts(pipeline, behind, 30, { ConsumerGroupBehind: [{ labels: group, summary }] });
    expectAlerts(pipeline, behind, 5);
  });

  test('a group is stuck, once it takes longer than a message may', () => {
    const summary = 'train-gru has messages of training-data to read, and reads none.';
    const stuck = { ...flowing, [kafka('kafka_consumergroup_current_offset_sum', read)]: '5x200' };
    expectAlerts(pipeline, stuck, 110);
    expectAlerts(pipeline, stuck, 180, { ConsumerGroupStuck: [{ labels: group, summary }] });
    const idle = { ...stuck, [kafka('kafka_consumergroup_lag', `${read},partition="0"`)]: '0x200' };
    expectAlerts(pipeline, idle, 180);
  });

  test('a group lost its members, or never had any', () => {
    const lost = { ...flowing, [kafka('kafka_consumergroup_members', ',consumergroup="train-gru"')]: '0x200' };
    const seen = { job: 'kafka-exporter', namespace: 'flts', instance: '10.0.0.8:9308', consumergroup: 'train-gru' };
    expectAlerts(pipeline, lost, 30, {
      ConsumerGroupWithoutMembers: [{ labels: seen, summary: 'Nobody reads for train-gru.' }],
    });
    const { [kafka('kafka_consumergroup_members', ',consumergroup="eval.r5"')]: _, ...never } = flowing;
    const absent = { job: 'kafka-exporter', namespace: 'flts', consumergroup: 'eval.r5' };
    expectAlerts(pipeline, never, 30, {
      ConsumerGroupWithoutMembers: [{ labels: absent, summary: 'Nobody reads for eval.r5.' }],
    });
  });

  test('a broker is missing, and copies with it', () => {
    const labels = { job: 'kafka-exporter', namespace: 'flts' };
    const broken = {
      ...flowing,
      [kafka('kafka_brokers')]: '2x200',
      [kafka('kafka_topic_partition_under_replicated_partition', ',topic="training-data",partition="0"')]: '1x200',
    };
    const summary = '1 partitions of training-data have fewer copies than they should have.';
    expectAlerts(pipeline, broken, 30, {
      KafkaBrokerMissing: [{ labels: { ...labels, instance: '10.0.0.8:9308' }, summary: 'Kafka has 2 brokers of 3.' }],
      KafkaPartitionsUnderReplicated: [{ labels: { ...labels, topic: 'training-data' }, summary }],
    });
  });

  test('something could not be handled, for half an hour after it', () => {
    const failed = {
      ...flowing,
      [kafka('kafka_topic_partition_current_offset', ',topic="DLQ-preprocess",partition="0"')]: '7x30 8x200',
    };
    const labels = { job: 'kafka-exporter', namespace: 'flts', topic: 'DLQ-preprocess' };
    const summary = 'Messages could not be handled: they are in DLQ-preprocess.';
    expectAlerts(pipeline, failed, 40, { MessagesFailed: [{ labels, summary }] });
    expectAlerts(pipeline, failed, 80);
  });
});

describeRules(`the rules of an object store, by promtool${reason && ` (${reason})`}`, () => {
  const store = storeRules({ store: target('minio') });
  const minio = (name: string) => `${name}{job="minio",namespace="flts",instance="10.0.0.7:9000"}`;
  /** As the server writes them: what is 0 is left out. */
  const series = (free: number, offline: number) => {
    const values = {
      capacity_usable_free_bytes: free,
      capacity_usable_total_bytes: 100,
      drives_offline_count: offline,
    };
    const written = Object.entries(values).filter(([, value]) => value > 0);
    return Object.fromEntries(written.map(([name, value]) => [minio(`minio_cluster_health_${name}`), `${value}x60`]));
  };
  const labels = { job: 'minio', namespace: 'flts', instance: '10.0.0.7:9000' };

  test('it is full, or a drive is away', () => {
    expectAlerts(store, series(11, 0), 60);
    expectAlerts(store, series(9, 1), 60, {
      ObjectStoreFull: [{ labels, summary: 'Only 9% of the room of minio is free.' }],
      ObjectStoreDriveOffline: [{ labels, summary: '1 drives of minio are offline.' }],
    });
    expectAlerts(store, series(0, 0), 60, {
      ObjectStoreFull: [{ labels, summary: 'Only 0% of the room of minio is free.' }],
    });
  });
});

describeRules(`the rules of targets, by promtool${reason && ` (${reason})`}`, () => {
  const rules = targetRules({ targets: [target('inference'), target('minio')] });
  const up = (job: string, instance: string) => `up{job="${job}",namespace="flts",instance="${instance}"}`;

  test('one of its pods cannot be scraped, or it has none', () => {
    expectAlerts(
      rules,
      { [up('inference', pods[0])]: '1x60', [up('minio', 'a:9000')]: '1x60', 'up{job="other"}': '0x60' },
      60,
    );
    expectAlerts(rules, { [up('inference', pods[0])]: '1x60', [up('inference', pods[1])]: '0x60' }, 60, {
      TargetDown: [
        { labels: { ...inference, instance: pods[1] }, summary: '10.0.0.2:9091 of inference cannot be scraped.' },
      ],
      TargetAbsent: [{ labels: { job: 'minio', namespace: 'flts' }, summary: 'minio has no pod.' }],
    });
  });
});

describeRules(`all rules together, by promtool${reason && ` (${reason})`}`, () => {
  test('are without a fault', () => {
    if (typeof found === 'string') throw new Error(found);
    const groups = [...servers, ...balancer, ...pipeline, ...storeRules({ store: target('minio') })];
    const files = { 'rules.yml': Yaml.stringify(ruleFile('test', groups)) };
    const { status, output } = promtool(found, files, ['check', 'rules', '--lint=all', '--lint-fatal', '{}/rules.yml']);
    expect(output).toContain(`SUCCESS: ${groups.flatMap(({ rules }) => rules).length} rules found`);
    expect(status).toBe(0);
  });
});
