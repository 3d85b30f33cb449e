import { Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Prometheus, type PrometheusProps } from '../../../lib/components/observability/prometheus';
import { targetRules } from '../../../lib/components/observability/rules/targets';
import { edges } from '../../../lib/kube/network/network';
import { images } from '../../../lib/versions';
import { nodePool, resources } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { expectEachPropToMatter, find, namesOf, synth, testChart } from '../../support/synth';
import { target } from './samples';

const minimal: PrometheusProps = { targets: [target('inference'), target('minio', { port: 9000, path: '/v3' })] };
const claim: PrometheusProps = { ...minimal, storage: { type: 'claim', size: Size.gibibytes(20) } };

function render(props: PrometheusProps) {
  const chart = testChart();
  new Prometheus(chart, 'prometheus', props);
  return synth(chart);
}

const files = (props: PrometheusProps) => find(render(props), 'ConfigMap').data;
const podOf = (props: PrometheusProps, kind = 'Deployment') => find(render(props), kind).spec.template;

describe('the files of Prometheus', () => {
  const config = parse(files(minimal)['prometheus.yml']);

  it('ask DNS for each pod of a target, and need no right of the API server', () => {
    expect(config.scrape_configs).toEqual([
      { job_name: 'prometheus', static_configs: [{ targets: ['localhost:9090'] }] },
      {
        job_name: 'inference',
        metrics_path: '/metrics',
        dns_sd_configs: ['A', 'AAAA'].map((type) => ({
          names: ['inference-metrics.flts.svc'],
          type,
          port: 9091,
          refresh_interval: '15s',
        })),
        relabel_configs: [
          { target_label: 'namespace', replacement: 'flts' },
          { target_label: 'service', replacement: 'inference-metrics' },
        ],
      },
      expect.objectContaining({ job_name: 'minio', metrics_path: '/v3' }),
    ]);
  });

  it('name no namespace where the host does not', () => {
    const { scrape_configs } = parse(files({ targets: [target('api', { host: 'api-metrics' })] })['prometheus.yml']);
    expect(scrape_configs[1].relabel_configs).toEqual([{ target_label: 'service', replacement: 'api-metrics' }]);
  });

  it('scrape and evaluate in one rhythm', () => {
    expect(config.global).toEqual({ scrape_interval: '15s', evaluation_interval: '15s' });
  });

  it('have the rules', () => {
    expect(config.rule_files).toEqual(['rules.yml']);
    const rules = targetRules({ targets: minimal.targets });
    expect(parse(files({ ...minimal, rules })['rules.yml']).groups[0].rules[0]).toMatchObject({ alert: 'TargetDown' });
  });

  it('fail for two targets of one job, and for one that has the name of Prometheus', () => {
    const message = "demo/prometheus: 'targets.job' must have no duplicates, got";
    expect(() => render({ targets: [target('a'), target('a')] })).toThrow(`${message} 'a'`);
    expect(() => render({ targets: [target('prometheus')] })).toThrow(`${message} 'prometheus'`);
  });
});

describe('a Prometheus', () => {
  it('is a Deployment whose samples go with the pod', () => {
    const objects = render(minimal);
    expect(namesOf(objects)).toEqual(['ConfigMap prometheus-config', 'Deployment prometheus', 'Service prometheus']);
    const { spec } = podOf(minimal);
    expect(spec.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '2Gi' } });
    expect(objects.flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('is a StatefulSet where they have a claim', () => {
    const objects = render({ ...claim, storageClassName: 'ssd' });
    expect(namesOf(objects)).toEqual([
      'ConfigMap prometheus-config',
      'Service prometheus-headless',
      'StatefulSet prometheus',
      'Service prometheus',
    ]);
    expect(find(objects, 'StatefulSet').spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'ssd',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(objects.flatMap((object) => schemaError(object) ?? [])).toEqual([]);
  });

  it('keeps samples for a while, and never more than there is room for', () => {
    expect(podOf(claim, 'StatefulSet').spec.containers[0].args).toEqual([
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=7d',
      '--storage.tsdb.retention.size=16777216KB',
    ]);
  });

  it('runs as user nobody, and writes to its data alone', () => {
    const { spec } = podOf(minimal);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 });
    const [container] = spec.containers;
    expect(container.image).toBe(images.prometheus);
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(container.volumeMounts).toEqual([
      { name: 'config', mountPath: '/etc/prometheus', readOnly: true },
      { name: 'data', mountPath: '/prometheus' },
    ]);
  });

  it('is asked whether it is ready and whether it is healthy', () => {
    const [container] = podOf(minimal).spec.containers;
    expect(container.startupProbe.httpGet.path).toBe('/-/ready');
    expect(container.readinessProbe.httpGet.path).toBe('/-/ready');
    expect(container.livenessProbe.httpGet.path).toBe('/-/healthy');
  });

  it('starts anew when targets or rules change', () => {
    const checksum = (props: PrometheusProps) => podOf(props).metadata.annotations['checksum/config'];
    expect(checksum({ ...minimal, rules: targetRules({ targets: minimal.targets }) })).not.toBe(checksum(minimal));
    expect(checksum({ targets: [target('inference')] })).not.toBe(checksum(minimal));
  });

  it('is let in by each of its targets', () => {
    const chart = testChart();
    const { workload, connection } = new Prometheus(chart, 'prometheus', minimal);
    expect(edges(chart)).toHaveLength(1);
    expect(edges(chart)[0]).toMatchObject({ from: { pods: workload.pods }, to: { pods: { namespace: 'flts' } } });
    expect(connection).toEqual({ host: 'prometheus.demo.svc', port: 9090, url: 'http://prometheus.demo.svc:9090' });
  });

  it('has each of its props', () => {
    const all: Required<PrometheusProps> = {
      name: 'prometheus',
      image: images.prometheus,
      targets: minimal.targets,
      rules: [],
      interval: Duration.seconds(15),
      retention: Duration.days(7),
      storage: { type: 'claim', size: Size.gibibytes(20) },
      storageClassName: 'ssd',
      resources,
      nodePool: nodePool(),
    };
    expectEachPropToMatter<PrometheusProps>(render, all, {
      name: 'metrics',
      image: 'quay.io/prometheus/prometheus:v3.13.5',
      targets: [],
      rules: targetRules({ targets: minimal.targets }),
      interval: Duration.seconds(30),
      retention: Duration.days(14),
      storage: { type: 'scratch', size: Size.gibibytes(20) },
      storageClassName: 'hdd',
      resources: { ...resources, limits: { memory: Size.gibibytes(1) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });

  it('fails for times that Prometheus cannot read, and for no room at all', () => {
    expect(() => render({ ...minimal, retention: Duration.seconds(0) })).toThrow(
      "demo/prometheus: 'retention' must be a positive whole number of seconds, got '0 s'",
    );
    expect(() => render({ ...minimal, interval: Duration.millis(500) })).toThrow(
      "demo/prometheus: 'interval' must be a positive whole number of seconds, got '0.5 s'",
    );
    expect(() => render({ ...minimal, storage: { type: 'scratch', size: Size.gibibytes(0) } })).toThrow(
      "demo/prometheus: 'storage.size' must be a positive whole number of KiB",
    );
  });
});
