import { describe, expect, it } from 'vitest';
import { Evaluator, type EvaluatorProps } from '../../../../lib/stacks/flts/programs/evaluator';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, find, synth, testChart } from '../../../support/synth';
import { consumer, envOf, gateway, tracking } from './samples';

const all: Required<EvaluatorProps> = {
  name: 'eval',
  image: 'flts/eval:1.0.0',
  imagePullPolicy: 'Never',
  gateway,
  tracking,
  consumer: consumer('eval-promoter-r5', 1, 'model-training'),
  topics: { selected: 'model-selected', failed: 'DLQ-model-selected' },
  promotionBucket: 'model-promotion',
  expectedModels: ['GRU', 'PROPHET'],
  identifier: 'dev',
  resources,
  nodePool: nodePool(),
  uses,
  settings: { A: '1' },
};

function render(props: EvaluatorProps) {
  const chart = testChart();
  new Evaluator(chart, 'eval', props);
  return synth(chart);
}

describe('the evaluation', () => {
  const { spec } = find(render(all), 'Deployment');
  const [container] = spec.template.spec.containers;

  it('is one, and never two for a moment: what it has seen is in its memory', () => {
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  it('has the names that its program reads, and none of those that it ignores', () => {
    const env = envOf(container);
    expect(env).toMatchObject({
      MODEL_TRAINING_TOPIC: 'model-training',
      EVAL_GROUP_ID: 'eval-promoter-r5',
      MODEL_SELECTED_TOPIC: 'model-selected',
      DLQ_MODEL_SELECTED: 'DLQ-model-selected',
      PROMOTION_BUCKET: 'model-promotion',
      EXPECTED_MODEL_TYPES: 'GRU,PROPHET',
    });
    for (const name of ['CONSUMER_TOPIC', 'CONSUMER_GROUP_ID', 'PRODUCER_TOPIC', 'SCORE_WEIGHTS']) {
      expect(env).not.toHaveProperty(name);
    }
  });

  it('is not restarted for a check of MLflow that it makes once', () => {
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
  });

  it('fails for a group of more than one', () => {
    const two = consumer('eval', 2, 'model-training');
    expect(() => render({ ...all, consumer: two })).toThrow("demo/eval: 'consumer.members' must be 1, got 2");
  });

  it('has each of its props', () => {
    expectEachPropToMatter<EvaluatorProps>(render, all, {
      name: 'other',
      image: 'flts/eval:1.0.1',
      imagePullPolicy: 'Always',
      gateway: { ...gateway, url: 'http://other:8000' },
      tracking: { ...tracking, server: { ...tracking.server, url: 'http://other:5000' } },
      consumer: consumer('other', 1, 'model-training'),
      topics: { selected: 'a', failed: 'b' },
      promotionBucket: 'other',
      expectedModels: ['LSTM'],
      identifier: 'prod',
      resources: { ...resources, limits: resources.requests },
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
      settings: { A: '2' },
    });
  });
});
