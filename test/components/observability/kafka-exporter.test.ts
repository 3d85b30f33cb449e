import { Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Kafka } from '../../../lib/components/data/kafka';
import { KafkaExporter, type KafkaExporterProps } from '../../../lib/components/observability/kafka-exporter';
import { edges } from '../../../lib/kube/network/network';
import { portNumbers } from '../../../lib/kube/network/pod-ports';
import { images } from '../../../lib/versions';
import { nodePool, resources } from '../../support/samples';
import { expectEachPropToMatter, find, synth, testChart } from '../../support/synth';

const minimal: KafkaExporterProps = { kafka: { bootstrapServers: 'kafka.data.svc:9092' } };

function render(props: KafkaExporterProps) {
  const chart = testChart();
  new KafkaExporter(chart, 'exporter', props);
  return synth(chart);
}

describe('a Kafka exporter', () => {
  const { spec } = find(render(minimal), 'Deployment', 'kafka-exporter').spec.template;

  it('connects to the brokers once they answer: without an answer it would exit', () => {
    const [container] = spec.containers;
    expect(container).toMatchObject({ image: images.kafkaExporter, args: ['--kafka.server=kafka.data.svc:9092'] });
    expect(spec.initContainers[0].env).toEqual([
      { name: 'SERVER_HOST', value: 'kafka.data.svc' },
      { name: 'SERVER_PORT', value: '9092' },
    ]);
  });

  it('runs as user nobody, and writes nothing', () => {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65534 });
    expect(spec.containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
    expect(spec.volumes).toBeUndefined();
  });

  it('hands out where it serves its metrics', () => {
    const { metrics } = new KafkaExporter(testChart(), 'exporter', minimal);
    expect(metrics).toMatchObject({ job: 'kafka-exporter', host: 'kafka-exporter-metrics.demo.svc', port: 9308 });
  });

  it('is let in by the brokers', () => {
    const chart = testChart();
    const { connection } = new Kafka(chart, 'kafka', { topics: [] });
    new KafkaExporter(chart, 'exporter', { kafka: connection });
    const edge = edges(chart).find(({ from }) => from.type === 'pods' && from.pods.name === 'kafka-exporter');
    expect(edge?.to).toMatchObject({ pods: { name: 'kafka' } });
    expect(edge && portNumbers(edge.to, edge.ports)).toEqual([9092]);
  });

  it('has each of its props', () => {
    const all: Required<KafkaExporterProps> = {
      ...minimal,
      name: 'kafka-exporter',
      image: images.kafkaExporter,
      resources,
      nodePool: nodePool(),
    };
    expectEachPropToMatter<KafkaExporterProps>(render, all, {
      name: 'lag',
      image: 'docker.io/danielqsj/kafka-exporter:v1.8.0',
      kafka: { bootstrapServers: 'kafka.other.svc:9092' },
      resources: { ...resources, limits: { memory: Size.gibibytes(1) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });
});
