import { Duration } from 'cdk8s';
import { test } from 'vitest';
import { inferenceRules } from '../../../lib/components/observability/rules/inference';
import { describeRules } from './rule-checks';
import { inference, pods, servers } from './rule-samples';
import { target } from './samples';

const of = (name: string, labels = '', instance: string = pods[0]) =>
  `${name}{job="inference",namespace="flts",instance="${instance}"${labels}}`;

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

describeRules('the rules of an inference service', ({ expectAlerts }) => {
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
    const summary = '5 % of the forecasts of inference take longer than 1.475s. The limit is 1s.';
    expectAlerts(servers, slow, 30, { InferenceLatencyHigh: [{ labels: inference, summary }] });
    expectAlerts(servers, slow, 10);
    expectAlerts(inferenceRules({ servers: target('inference'), latency: Duration.seconds(2) }), slow, 30);
  });

  test('errors: the server fails, and not its clients', () => {
    const failing = { ...fine, [of('inference_jobs_outcome_total', ',outcome="exception"')]: '0+100x60' };
    const summary = '14.29% of the forecasts of inference fail.';
    expectAlerts(servers, failing, 30, { InferenceFailing: [{ labels: inference, summary }] });
    expectAlerts(servers, { ...fine, [of('inference_jobs_outcome_total', ',outcome="client_error"')]: '0+100x60' }, 30);
  });

  test('errors: not one forecast succeeds', () => {
    const summary = '100% of the forecasts of inference fail.';
    expectAlerts(servers, { [of('inference_jobs_outcome_total', ',outcome="skipped"')]: '0+1x60' }, 30, {
      InferenceFailing: [{ labels: inference, summary }],
    });
  });

  test('saturation: of all servers together', () => {
    const busy = { ...fine, [of('inference_workers_busy')]: '64x60' };
    expectAlerts(servers, busy, 30);
    const summary = '96.88% of the workers of inference are busy: requests wait.';
    expectAlerts(servers, { ...busy, [of('inference_workers_busy', '', pods[1])]: '60x60' }, 30, {
      InferenceSaturated: [{ labels: inference, summary }],
    });
  });

  test('traffic: less than there must be, and none', () => {
    const rules = inferenceRules({ servers: target('inference'), traffic: 20 });
    expectAlerts(rules, fine, 30, {
      InferenceTrafficLow: [
        { labels: {}, summary: 'inference makes 10 forecasts a second. At least 20 are expected.' },
      ],
    });
    expectAlerts(rules, {}, 30, {
      InferenceTrafficLow: [{ labels: {}, summary: 'inference makes 0 forecasts a second. At least 20 are expected.' }],
    });
    expectAlerts(inferenceRules({ servers: target('inference'), traffic: 9 }), fine, 30);
  });

  test('one server has no model, and the others have', () => {
    const labels = { ...inference, instance: pods[1] };
    const summary = '10.0.0.2:9091 of inference has no model, although other pods have one.';
    expectAlerts(servers, { ...fine, [of('inference_model_ready', '', pods[1])]: '0x60' }, 30, {
      InferenceServerWithoutModel: [{ labels, summary }],
    });
  });

  test('look at their own job alone', () => {
    const other = Object.fromEntries(Object.entries(fine).map(([name]) => [name.replace('flts', 'other'), '0+100x60']));
    expectAlerts(servers, { ...fine, ...other }, 30);
  });
});
