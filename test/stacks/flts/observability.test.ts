import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { type Endpoint, lets } from '../../support/network-evaluator';
import { describeProgram } from '../../support/programs';
import { findPrometheus, promtool } from '../../support/prometheus';
import { find, type Manifest } from '../../support/synth';
import { production, render, small } from './samples';

const profiles = { FLTS_SMALL, FLTS_PRODUCTION };

const configOf = (objects: readonly Manifest[]) => find(objects, 'ConfigMap', 'prometheus-config').data;

interface Job {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
}

describe('the Prometheus of the pipeline', () => {
  const objects = render(small);
  const jobs: Job[] = parse(configOf(objects)['prometheus.yml']).scrape_configs;

  it('scrapes what serves Prometheus text: neither gateway, evaluation, trainers nor MLflow do', () => {
    expect(jobs.map(({ job_name }) => job_name)).toEqual([
      'prometheus',
      'inference',
      'inference-lb',
      'kafka-exporter',
      'minio',
    ]);
  });

  it('asks a Service that there is for each, on a port that it has, for pods that are not ready too', () => {
    for (const { dns_sd_configs = [] } of jobs) {
      for (const { names, port } of dns_sd_configs) {
        expect(names).toHaveLength(1);
        const [name = '', namespace] = names[0]?.split('.') ?? [];
        const { metadata, spec } = find(objects, 'Service', name);
        expect(metadata.namespace).toBe(namespace);
        expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
        expect(spec.ports.map((entry: { port: number }) => entry.port)).toContain(port);
      }
    }
  });

  it('watches every consumer group that there is', () => {
    const { groups } = parse(configOf(objects)['rules.yml']);
    const rules = groups.flatMap((group: Manifest) => group.rules);
    const { expr } = rules.find((rule: Manifest) => rule.alert === 'ConsumerGroupWithoutMembers');
    expect([...expr.matchAll(/absent\(.*consumergroup="([^"]+)"/g)].map(([, group]) => group)).toEqual([
      'train-gru',
      'train-lstm',
      'nonml-prophet',
      'eval-promoter-r5',
      'batch-forecasting-v2',
    ]);
  });

  it('keeps its samples in production, and lets them go where it is small', () => {
    expect(find(objects, 'Deployment', 'prometheus').spec.template.spec.volumes).toContainEqual({
      name: 'data',
      emptyDir: { sizeLimit: '2Gi' },
    });
    const large = render({ ...production, storageClassName: 'ssd' });
    expect(find(large, 'StatefulSet', 'prometheus').spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'ssd',
      resources: { requests: { storage: '20Gi' } },
    });
    const { expr } = parse(configOf(large)['rules.yml'])
      .groups.flatMap((group: Manifest) => group.rules)
      .find((rule: Manifest) => rule.alert === 'KafkaBrokerMissing');
    expect(expr).toContain('< 3');
  });

  it('is that of an operator where there is one, for the same targets and rules', () => {
    const labels = { release: 'kube-prometheus-stack' };
    const operated = render({ ...small, observability: { type: 'operator', labels } });
    const monitors = operated.filter(({ kind }) => kind === 'ServiceMonitor');
    expect(monitors.map(({ metadata }) => metadata.name)).toEqual([
      'inference',
      'inference-lb',
      'kafka-exporter',
      'minio',
    ]);
    for (const { metadata } of monitors) expect(metadata.labels).toMatchObject(labels);
    expect(find(operated, 'PrometheusRule', 'flts').spec).toEqual(parse(configOf(objects)['rules.yml']));
    expect(operated.filter(({ metadata }) => metadata.name.startsWith('prometheus'))).toEqual([]);
  });
});

it('lets the Prometheus of an operator, and nobody else from outside, scrape every target', () => {
  const written = render({ ...small, observability: { type: 'operator' } });
  const policies = written.filter(({ kind }) => kind === 'NetworkPolicy');
  const namespaces = Object.fromEntries(
    ['flts', 'monitoring', 'default'].map((name) => [name, { 'kubernetes.io/metadata.name': name }]),
  );
  const from = (namespace: string): Endpoint => ({ ip: '10.1.2.3', namespace, labels: { app: 'prometheus' } });
  const monitors = written.filter(({ kind }) => kind === 'ServiceMonitor');
  expect(monitors).toHaveLength(4);
  for (const { metadata, spec } of monitors) {
    const service = find(written, 'Service', spec.endpoints[0].relabelings[0].regex).spec;
    const { port, targetPort } = service.ports.find((one: Manifest) => one.name === spec.endpoints[0].port);
    const to = { ip: '10.1.2.4', namespace: 'flts', labels: service.selector, ports: { [targetPort]: port } };
    const reached = (namespace: string) => lets({ namespaces, policies }, from(namespace), to, { port });
    expect([metadata.name, reached('monitoring'), reached('default')]).toEqual([metadata.name, true, false]);
  }
});

describeProgram(findPrometheus(), "the files of the pipeline's Prometheus, by promtool", (installation) => {
  const check = (files: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    promtool(installation(), files, ['check', ...args]);

  it.each(Object.entries(profiles))('are without a fault (%s)', (_, profile) => {
    const files = configOf(render({ ...small, profile }));
    const config = check(files, 'config', '--lint=all', '--lint-fatal', '{}/prometheus.yml');
    expect(config.output).toContain('SUCCESS');
    expect(config.status, config.output).toBe(0);
    const rules = check(files, 'rules', '--lint=all', '--lint-fatal', '{}/rules.yml');
    expect(rules.output).toMatch(/SUCCESS: \d\d rules found/);
    expect(rules.status, rules.output).toBe(0);
  });

  it('fails for a field that Prometheus does not have, and for a rule that is none', () => {
    const { 'prometheus.yml': config = '', 'rules.yml': rules = '' } = configOf(render(small));
    const wrong = { 'prometheus.yml': config.replace('metrics_path', 'metric_path'), 'rules.yml': rules };
    expect(check(wrong, 'config', '{}/prometheus.yml').status).toBe(1);
    const broken = { 'rules.yml': rules.replace('histogram_quantile', 'histogram_quantil') };
    expect(check(broken, 'rules', '{}/rules.yml').status).toBe(1);
  });
});
