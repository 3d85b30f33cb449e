import { describe, expect, it } from 'vitest';
import { Preprocess, type PreprocessProps } from '../../../../lib/stacks/flts/programs/preprocess';
import { nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';
import { envOf, gateway } from './samples';

const all: Required<PreprocessProps> = {
  name: 'preprocess',
  image: 'flts/preprocess:1.0.0',
  imagePullPolicy: 'Never',
  gateway,
  kafka: { bootstrapServers: 'kafka.data.svc:9092' },
  topics: { training: 'training-data', inference: 'inference-data' },
  buckets: { input: 'dataset', output: 'processed-data' },
  identifier: 'dev',
  dataset: 'PobleSec',
  sample: { trainRows: 50, testRows: 30, strategy: 'head', seed: 45 },
  run: '2026-11-27',
  resources,
  nodePool: nodePool(),
  uses,
  settings: { A: '1' },
};

function render(props: PreprocessProps) {
  const chart = testChart();
  expect(new Preprocess(chart, 'preprocess', props).name).toBe(objectOf(chart, 'Job').metadata.name);
  return objectOf(chart, 'Job');
}

describe('the preprocessing', () => {
  it('is a Job of the same name at each synth, for the program ends', () => {
    expect(render(all).metadata.name).toMatch(/^preprocess-[0-9a-f]{8}$/);
    expect(render(all)).toEqual(render(all));
  });

  it('waits for the gateway and for the topics that it writes to', () => {
    const { initContainers, containers } = render(all).spec.template.spec;
    expect(initContainers.map(({ name }: { name: string }) => name)).toEqual(['wait-for-gateway', 'wait-for-topics']);
    expect(envOf(containers[0])).toMatchObject({
      PRODUCER_TOPIC_0: 'training-data',
      PRODUCER_TOPIC_1: 'inference-data',
      SAMPLE_TRAIN_ROWS: '50',
      SAMPLE_TEST_ROWS: '30',
      SAMPLE_SEED: '45',
    });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<PreprocessProps>(render, all, {
      name: 'other',
      image: 'flts/preprocess:1.0.1',
      imagePullPolicy: 'Always',
      gateway: { ...gateway, url: 'http://other:8000' },
      kafka: { bootstrapServers: 'other:9092' },
      topics: { training: 'a', inference: 'b' },
      buckets: { input: 'a', output: 'b' },
      identifier: 'prod',
      dataset: 'other',
      sample: { trainRows: 1, testRows: 1 },
      run: '2026-11-28',
      resources: { ...resources, limits: resources.requests },
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
      settings: { A: '2' },
    });
  });

  it('runs again and makes new models for another `run`, which is part of the hash that trainers compare', () => {
    const { run: _, ...without } = all;
    expect(envOf(render(without).spec.template.spec.containers[0])).not.toHaveProperty('EXTRA_HASH_SALT');
    expect(envOf(render(all).spec.template.spec.containers[0])).toMatchObject({ EXTRA_HASH_SALT: '2026-11-27' });
    expect(render({ ...all, run: '2026-11-28' }).metadata.name).not.toBe(render(all).metadata.name);
  });

  it('takes all rows where it is asked to', () => {
    const env = envOf(render({ ...all, sample: 'all' }).spec.template.spec.containers[0]);
    expect(env).toMatchObject({ SAMPLE_TRAIN_ROWS: '0', SAMPLE_TEST_ROWS: '0' });
  });

  it.each([
    ['the variable of a property', 'DATASET_NAME'],
    ['the address of another program', 'GATEWAY_URL'],
    ['what is no variable', 'lags-n'],
  ])('fails for a setting that is %s', (_, name) => {
    expect(() => render({ ...all, settings: { [name]: 'x' } })).toThrow(
      `demo/preprocess: 'settings' must name variables of the program that no other property decides, got '${name}'`,
    );
  });

  it('fails for a dataset that is no file name, and for a run without a text', () => {
    expect(() => render({ ...all, dataset: 'a/b' })).toThrow(
      "'dataset' must be the name of a file without .csv, got 'a/b'",
    );
    expect(() => render({ ...all, run: '' })).toThrow("'run' must be a text that is not empty, got ''");
  });

  it('fails for a sample without rows', () => {
    expect(() => render({ ...all, sample: { trainRows: 0, testRows: 1 } })).toThrow(
      "demo/preprocess: 'sample.trainRows' must be a whole number from 1, got 0",
    );
  });
});
