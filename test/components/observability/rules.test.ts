import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { gauge } from '../../../lib/components/observability/metric';
import { promDuration } from '../../../lib/components/observability/promql';
import { type AlertRule, type RuleGroup, ruleFile } from '../../../lib/components/observability/rule-groups';
import { type InferenceRulesProps, inferenceRules } from '../../../lib/components/observability/rules/inference';
import { type BalancerRulesProps, balancerRules } from '../../../lib/components/observability/rules/load-balancer';
import {
  type PipelineRulesProps,
  pipelineRules,
  type StoreRulesProps,
  storeRules,
} from '../../../lib/components/observability/rules/pipeline';
import { type TargetRulesProps, targetRules } from '../../../lib/components/observability/rules/targets';
import { expectEachPropToMatter } from '../../support/synth';
import { target } from './samples';

const alert: AlertRule = {
  alert: 'TooMany',
  expr: 'many > 1',
  for: Duration.minutes(5),
  severity: 'warning',
  summary: 'Too many.',
};

describe('a rule file', () => {
  it('has alerts with a severity and a sentence, and what is recorded', () => {
    expect(
      ruleFile('test', [{ name: 'a', rules: [{ record: gauge('job:many:sum', ''), expr: 'sum(many)' }, alert] }]),
    ).toEqual({
      groups: [
        {
          name: 'a',
          rules: [
            { record: 'job:many:sum', expr: 'sum(many)' },
            {
              alert: 'TooMany',
              expr: 'many > 1',
              for: '5m',
              labels: { severity: 'warning' },
              annotations: { summary: 'Too many.' },
            },
          ],
        },
      ],
    });
  });

  it.each<[string, RuleGroup[], string]>([
    [
      'two groups of one name',
      [
        { name: 'a', rules: [] },
        { name: 'a', rules: [] },
      ],
      "test: 'rules.name' must have no duplicates, got 'a'",
    ],
    [
      'two alerts of one name',
      [{ name: 'a', rules: [alert, alert] }],
      "test: 'rules.a' must have no duplicates, got 'TooMany'",
    ],
    [
      'an alert in other letters',
      [{ name: 'a', rules: [{ ...alert, alert: 'too-many' }] }],
      "test: 'rules.alert' must be in CamelCase, got 'too-many'",
    ],
    [
      'a record that is no metric',
      [{ name: 'a', rules: [{ record: gauge('a b', ''), expr: '1' }] }],
      "test: 'rules.record' must be the name of a metric, got 'a b'",
    ],
    [
      'a time of nothing',
      [{ name: 'a', rules: [{ ...alert, for: Duration.seconds(0) }] }],
      "test: 'rules.TooMany.for' must be a positive whole number of seconds, got '0 s'",
    ],
  ])('fails for %s', (_, groups, message) => {
    expect(() => ruleFile('test', groups)).toThrow(message);
  });
});

it.each([
  [Duration.seconds(15), '15s'],
  [Duration.seconds(90), '90s'],
  [Duration.minutes(5), '5m'],
  [Duration.minutes(120), '2h'],
  [Duration.hours(36), '36h'],
  [Duration.days(7), '7d'],
])('a duration has the largest unit that it is a whole number of', (duration, text) => {
  expect(promDuration('test', 'for', duration)).toBe(text);
});

describe('the thresholds', () => {
  const servers = target('inference');
  const balancer = target('inference-lb');
  const exporter = target('kafka-exporter');

  it('of an inference service matter, each of them', () => {
    const all = {
      servers,
      latency: Duration.seconds(1),
      failures: 0.05,
      utilization: 0.9,
      traffic: 1,
      for: Duration.minutes(10),
    };
    expectEachPropToMatter<InferenceRulesProps>(inferenceRules, all, {
      servers: target('inference', { host: 'inference-metrics.other.svc' }),
      latency: Duration.millis(500),
      failures: 0.1,
      utilization: 0.8,
      traffic: 2,
      for: Duration.minutes(1),
    });
    const { traffic: _, ...defaults } = all;
    expect(inferenceRules({ servers })).toEqual(inferenceRules(defaults));
  });

  it('of a load balancer matter, each of them', () => {
    const all = {
      balancer,
      frontend: 'http',
      backend: 'servers',
      latency: Duration.seconds(1),
      failures: 0.05,
      saturation: 0.8,
      for: Duration.minutes(10),
    };
    expectEachPropToMatter<BalancerRulesProps>(balancerRules, all, {
      balancer: target('lb'),
      frontend: 'https',
      backend: 'pods',
      latency: Duration.seconds(2),
      failures: 0.1,
      saturation: 0.9,
      for: Duration.minutes(1),
    });
    expect(balancerRules({ balancer })).toEqual(balancerRules(all));
  });

  it('of a pipeline matter, each of them', () => {
    const all = {
      exporter,
      brokers: 1,
      groups: ['a'],
      failedTopics: ['b'],
      lag: 100,
      stuckAfter: Duration.hours(2),
      for: Duration.minutes(10),
    };
    expectEachPropToMatter<PipelineRulesProps>(pipelineRules, all, {
      exporter: target('kafka'),
      brokers: 3,
      groups: ['c'],
      failedTopics: [],
      lag: 10,
      stuckAfter: Duration.hours(1),
      for: Duration.minutes(1),
    });
    const { exporter: _, brokers, groups, failedTopics } = all;
    expect(pipelineRules({ exporter, brokers, groups, failedTopics })).toEqual(pipelineRules(all));
  });

  it('of stores and targets matter, each of them', () => {
    const store = { store: target('minio'), free: 0.1, for: Duration.minutes(10) };
    expectEachPropToMatter<StoreRulesProps>(storeRules, store, {
      store: target('s3'),
      free: 0.2,
      for: Duration.minutes(1),
    });
    expect(storeRules({ store: target('minio') })).toEqual(storeRules(store));
    const targets = { targets: [servers], for: Duration.minutes(10) };
    expectEachPropToMatter<TargetRulesProps>(targetRules, targets, { targets: [balancer], for: Duration.minutes(1) });
    expect(targetRules({ targets: [servers] })).toEqual(targetRules(targets));
  });

  it('of a Prometheus that has one namespace do not ask for it', () => {
    const [{ rules }] = targetRules({ targets: [target('api', { host: 'api-metrics' })] }) as [RuleGroup];
    expect(rules[0]?.expr).toBe('up{job="api"} == 0');
  });

  it.each<[string, () => unknown, string]>([
    [
      'a latency that is not measured',
      () => inferenceRules({ servers, latency: Duration.seconds(30) }),
      "inferenceRules: 'latency' must be above 0 and below 30 s, got '30 s'",
    ],
    [
      'failures in percent',
      () => inferenceRules({ servers, failures: 5 }),
      "inferenceRules: 'failures' must be a share above 0 and up to 1, got 5",
    ],
    [
      'no utilization',
      () => inferenceRules({ servers, utilization: 0 }),
      "inferenceRules: 'utilization' must be a share above 0 and up to 1, got 0",
    ],
    [
      'traffic that there always is',
      () => inferenceRules({ servers, traffic: 0 }),
      "inferenceRules: 'traffic' must be a number above 0, got 0",
    ],
    [
      'saturation in percent',
      () => balancerRules({ balancer, saturation: 80 }),
      "balancerRules: 'saturation' must be a share above 0 and up to 1, got 80",
    ],
    [
      'no latency',
      () => balancerRules({ balancer, latency: Duration.seconds(0) }),
      "balancerRules: 'latency' must be a number above 0, got 0",
    ],
    [
      'half a broker',
      () => pipelineRules({ exporter, groups: ['a'], brokers: 0.5 }),
      "pipelineRules: 'brokers' must be a whole number from 1, got 0.5",
    ],
    [
      'no group',
      () => pipelineRules({ exporter, groups: [], brokers: 1 }),
      "pipelineRules: 'groups' must name a consumer group, got []",
    ],
    [
      'no lag',
      () => pipelineRules({ exporter, groups: ['a'], brokers: 1, lag: 0 }),
      "pipelineRules: 'lag' must be a number above 0, got 0",
    ],
    [
      'a store that is never full enough',
      () => storeRules({ store: servers, free: 2 }),
      "storeRules: 'free' must be a share above 0 and up to 1, got 2",
    ],
    ['no targets', () => targetRules({ targets: [] }), "targetRules: 'targets' must name a target, got []"],
  ])('fails for %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
