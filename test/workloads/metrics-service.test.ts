import { describe, expect, it } from 'vitest';
import { Deployment } from '../../lib/workloads/deployment';
import { MetricsService, type MetricsServiceProps } from '../../lib/workloads/metrics-service';
import { identity, webPod } from '../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../support/synth';

const minimal: MetricsServiceProps = { name: 'api', identity, port: 9091 };
const all: Required<MetricsServiceProps> = { ...minimal, portName: 'http', path: '/stats' };

describe('a MetricsService', () => {
  it('names each pod in DNS, those that are not ready too', () => {
    expect(render(minimal)).toMatchObject({
      metadata: { name: 'api-metrics' },
      spec: { clusterIP: 'None', publishNotReadyAddresses: true, ports: [{ name: 'metrics', port: 9091 }] },
    });
  });

  it('hands out what a scraper needs, by DNS or by its labels', () => {
    expect(connection(minimal)).toEqual({
      job: 'api',
      host: 'api-metrics.demo.svc',
      port: 9091,
      portName: 'metrics',
      path: '/metrics',
      labels: render(minimal).metadata.labels,
    });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<MetricsServiceProps>((props) => [render(props), connection(props)], all, {
      name: 'other',
      identity: { ...identity, instance: 'other' },
      port: 9092,
      portName: 'metrics',
      path: '/other',
    });
  });
});

function build(props: MetricsServiceProps): MetricsService {
  const chart = testChart();
  new Deployment(chart, 'pods', { identity: props.identity, pod: webPod });
  return new MetricsService(chart, 'metrics', props);
}

function render(props: MetricsServiceProps) {
  return objectOf(build(props), 'Service');
}

function connection(props: MetricsServiceProps) {
  return build(props).connection;
}
