import { describe, expect, it } from 'vitest';
import { execProbe } from '../../../../lib/kube/pods/probes';
import { InferenceWorker, type InferenceWorkerProps } from '../../../../lib/stacks/flts/programs/inference-worker';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';
import { consumer, envOf, gateway, tracking } from './samples';

const program = {
  gateway,
  tracking,
  consumer: consumer('batch', 1, 'inference-data', 'model-training', 'model-selected'),
  topics: { data: 'inference-data', trained: 'model-training', promoted: 'model-selected' },
  producerTopic: 'performance-eval',
  buckets: { promotion: 'model-promotion', logs: 'inference-logs', processed: 'processed-data' },
  identifier: 'dev',
};
const all: Required<InferenceWorkerProps> = {
  name: 'inference-worker',
  image: 'flts/inference:1.0.0',
  imagePullPolicy: 'Never',
  program,
  resources,
  liveness: execProbe(['true']),
  nodePool: nodePool(),
  uses,
  settings: { A: '1' },
};

function render(props: InferenceWorkerProps) {
  const chart = testChart();
  new InferenceWorker(chart, 'worker', props);
  return objectOf(chart, 'Deployment');
}

describe('the worker of the inference', () => {
  const { spec } = render(all);
  const [container] = spec.template.spec.containers;

  it('runs the consumer and no server, as many times as its group has members', () => {
    expect(container.command).toEqual(['python', 'main.py']);
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  it('takes no model but a promoted one', () => {
    const env = envOf(container);
    expect(env).toMatchObject({ RUN_INFERENCE_ON_TRAIN_SUCCESS: '0', INFERENCE_AUTOLOAD_PROMOTED: '1' });
    expect(Number(env.MODEL_WAIT_TIMEOUT)).toBeGreaterThan(86_400);
  });

  it('has each of its props', () => {
    expectEachPropToMatter<InferenceWorkerProps>(render, all, {
      name: 'other',
      image: 'flts/inference:1.0.1',
      imagePullPolicy: 'Always',
      program: { ...program, identifier: 'prod' },
      resources: { ...resources, limits: resources.requests },
      liveness: execProbe(['false']),
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
      settings: { A: '2' },
    });
  });
});
