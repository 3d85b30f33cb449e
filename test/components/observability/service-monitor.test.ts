import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { targetRules } from '../../../lib/components/observability/rules/targets';
import {
  PrometheusRule,
  type PrometheusRuleProps,
  ServiceMonitor,
  type ServiceMonitorProps,
} from '../../../lib/components/observability/service-monitor';
import { edges } from '../../../lib/kube/network/network';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../../support/synth';
import { target } from './samples';

const inference = target('inference');

describe('a ServiceMonitor', () => {
  function build(props: ServiceMonitorProps) {
    const chart = testChart();
    new ServiceMonitor(chart, 'monitor', props);
    return chart;
  }

  it('selects the one Service of a target, and names the job as an own Prometheus does', () => {
    const { apiVersion, spec } = objectOf(build({ target: inference }), 'ServiceMonitor', 'inference');
    expect(apiVersion).toBe('monitoring.coreos.com/v1');
    expect(spec).toEqual({
      namespaceSelector: { matchNames: ['flts'] },
      selector: { matchLabels: inference.labels },
      endpoints: [
        {
          port: 'metrics',
          path: '/metrics',
          relabelings: [
            { action: 'keep', sourceLabels: ['__meta_kubernetes_service_name'], regex: 'inference-metrics' },
            { targetLabel: 'job', replacement: 'inference' },
          ],
        },
      ],
    });
  });

  it('opens the way for the Prometheus of the operator', () => {
    const from = (namespace: string) => [{ from: { type: 'externalPods', pods: { namespace } } }];
    expect(edges(build({ target: inference, prometheus: { namespace: 'metrics' } }))).toMatchObject(from('metrics'));
    expect(edges(build({ target: inference }))).toMatchObject(from('monitoring'));
  });

  it('has each of its props', () => {
    const all: Required<ServiceMonitorProps> = {
      name: 'inference',
      target: inference,
      interval: Duration.seconds(15),
      labels: { release: 'a' },
      prometheus: { namespace: 'a' },
    };
    expectEachPropToMatter<ServiceMonitorProps>(
      (props) => {
        const chart = build(props);
        return [synth(chart), edges(chart).map(({ from }) => from)];
      },
      all,
      {
        name: 'other',
        target: target('minio'),
        interval: Duration.seconds(30),
        labels: { release: 'b' },
        prometheus: { namespace: 'b' },
      },
    );
  });
});

describe('a PrometheusRule', () => {
  const rules = targetRules({ targets: [inference] });

  function render(props: PrometheusRuleProps) {
    const chart = testChart();
    new PrometheusRule(chart, 'rules', props);
    return objectOf(chart, 'PrometheusRule');
  }

  it('has the rules, and the labels by which a Prometheus selects it', () => {
    const { metadata, spec } = render({ name: 'flts', rules, labels: { release: 'stack' } });
    expect(metadata).toMatchObject({ name: 'flts', labels: { release: 'stack' } });
    expect(spec.groups[0].rules[0]).toMatchObject({
      alert: 'TargetDown',
      expr: 'up{namespace="flts",job="inference"} == 0',
      for: '10m',
      labels: { severity: 'critical' },
    });
  });

  it('has each of its props', () => {
    const all = { name: 'flts', rules, labels: { release: 'a' } };
    const other = { name: 'other', rules: targetRules({ targets: [target('minio')] }), labels: { release: 'b' } };
    expectEachPropToMatter<PrometheusRuleProps>(render, all, other);
  });

  it('fails without rules', () => {
    expect(() => render({ name: 'flts', rules: [] })).toThrow("demo/rules: 'rules' must have a group, got []");
  });
});
