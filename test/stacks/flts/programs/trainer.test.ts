import { describe, expect, it } from 'vitest';
import { execProbe } from '../../../../lib/kube/pods/probes';
import { Trainer, type TrainerProps } from '../../../../lib/stacks/flts/programs/trainer';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';
import { consumer, envOf, gateway, tracking } from './samples';

const all: Required<TrainerProps> = {
  image: 'flts/train:1.0.0',
  imagePullPolicy: 'Never',
  model: { type: 'GRU', epochs: 5 },
  gateway,
  tracking,
  consumer: consumer('train-gru', 2, 'training-data'),
  producerTopic: 'model-training',
  identifier: 'dev',
  resources,
  liveness: execProbe(['true']),
  nodePool: nodePool(),
  uses,
  settings: { A: '1' },
};

function render(props: TrainerProps) {
  const chart = testChart();
  new Trainer(chart, 'trainer', props);
  return objectOf(chart, 'Deployment');
}

describe('a trainer', () => {
  const { metadata, spec } = render(all);
  const [container] = spec.template.spec.containers;

  it('runs as many pods as its group has members, never one more, under a name with dashes', () => {
    expect(metadata.name).toBe('train-gru');
    expect(spec).toMatchObject({ replicas: 2, strategy: { type: 'Recreate' } });
  });

  it('is no root, whatever its image says', () => {
    expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
  });

  it('has what its program cannot start without, and its keys from a Secret', () => {
    expect(envOf(container)).toMatchObject({
      MODEL_TYPE: 'GRU',
      INPUT_SEQ_LEN: '10',
      OUTPUT_SEQ_LEN: '1',
      HIDDEN_SIZE: '128',
      NUM_LAYERS: '2',
      EPOCHS: '5',
      LEARNING_RATE: '0.0001',
      GATEWAY_URL: gateway.url,
      KAFKA_BOOTSTRAP_SERVERS: 'kafka.data.svc:9092',
      CONSUMER_TOPIC: 'training-data',
      CONSUMER_GROUP_ID: 'train-gru',
      PRODUCER_TOPIC: 'model-training',
      MLFLOW_TRACKING_URI: 'http://mlflow.data.svc:5000',
      MLFLOW_S3_ENDPOINT_URL: 'http://minio.data.svc:9000',
      AWS_ACCESS_KEY_ID: 'minio-credentials/accessKey',
      AWS_SECRET_ACCESS_KEY: 'minio-credentials/secretKey',
    });
  });

  it('waits for MLflow, the gateway and its topics', () => {
    expect(spec.template.spec.initContainers.map(({ name }: { name: string }) => name)).toEqual([
      'wait-for-mlflow',
      'wait-for-gateway',
      'wait-for-topics',
    ]);
    expect(spec.template.spec.initContainers[2].command.slice(-2)).toEqual(['training-data', 'model-training']);
  });

  it('of Prophet has no epochs, and asks for half', () => {
    const { resources: _, ...props } = all;
    const prophet = render({
      ...props,
      model: { type: 'PROPHET' },
      consumer: consumer('nonml-prophet', 1, 'training-data'),
    });
    expect(prophet.metadata.name).toBe('nonml-prophet');
    const [{ resources: asked, ...rest }] = prophet.spec.template.spec.containers;
    expect(asked.requests).toEqual({ cpu: '500m', memory: '1Gi' });
    expect(envOf(rest)).toMatchObject({ MODEL_TYPE: 'PROPHET', N_CHANGEPOINTS: '50', COUNTRY: 'US' });
    expect(envOf(rest)).not.toHaveProperty('EPOCHS');
  });

  it('has each of its props', () => {
    expectEachPropToMatter<TrainerProps>(render, all, {
      image: 'flts/train:1.0.1',
      imagePullPolicy: 'Always',
      model: { type: 'LSTM', epochs: 5 },
      gateway: { ...gateway, url: 'http://other:8000' },
      tracking: { ...tracking, server: { ...tracking.server, url: 'http://other:5000' } },
      consumer: consumer('other', 2, 'training-data'),
      producerTopic: 'other',
      identifier: 'prod',
      resources: { ...resources, limits: resources.requests },
      liveness: execProbe(['false']),
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
      settings: { A: '2' },
    });
  });

  it('fails for numbers that its program cannot take', () => {
    expect(() => render({ ...all, model: { type: 'GRU', epochs: 0 } })).toThrow(
      "demo/trainer: 'model.epochs' must be a whole number from 1, got 0",
    );
  });
});
