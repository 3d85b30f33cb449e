import { describe, expect, it } from 'vitest';
import {
  httpProbes,
  PipelineApp,
  type PipelineAppProps,
  PipelineServer,
} from '../../../../lib/stacks/flts/programs/pipeline-app';
import { container, nodePool, resources, uses } from '../../../support/samples';
import { expectEachPropToMatter, find, objectOf, synth, testChart } from '../../../support/synth';

const all: Required<PipelineAppProps> = {
  name: 'train-gru',
  component: 'trainer',
  image: 'flts/train:1.0.0',
  imagePullPolicy: 'Never',
  env: { A: '1' },
  resources,
  ports: { http: 8000 },
  probes: httpProbes('/healthz'),
  command: ['python', 'main.py'],
  initContainers: [{ ...container, name: 'wait' }],
  replicas: 2,
  strategy: 'Recreate',
  nodePool: nodePool(),
  uses,
};

function render(props: PipelineAppProps) {
  const chart = testChart();
  new PipelineApp(chart, 'app', props);
  return objectOf(chart, 'Deployment');
}

describe('a program of the pipeline', () => {
  it('runs as the user of its images and writes to /tmp only', () => {
    const { securityContext, containers } = render(all).spec.template.spec;
    expect(securityContext).toMatchObject({ runAsUser: 10001, runAsNonRoot: true });
    expect(containers[0].securityContext.readOnlyRootFilesystem).toBe(true);
    expect(containers[0].volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(containers[0].env).toContainEqual({ name: 'HOME', value: '/tmp' });
  });

  it('has each of its props', () => {
    expectEachPropToMatter<PipelineAppProps>(render, all, {
      name: 'train-lstm',
      component: 'other',
      image: 'flts/train:1.0.1',
      imagePullPolicy: 'Always',
      env: {},
      resources: { ...resources, limits: resources.requests },
      ports: { http: 8001 },
      probes: {},
      command: ['other'],
      initContainers: [],
      replicas: 1,
      strategy: {},
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
    });
  });

  it('that listens has a Service of its name', () => {
    const { ports: _, ...props } = all;
    const chart = testChart();
    const { connection } = new PipelineServer(chart, 'app', { ...props, port: 8050 });
    expect(connection).toEqual({ host: 'train-gru.demo.svc', port: 8050, url: 'http://train-gru.demo.svc:8050' });
    expect(find(synth(chart), 'Service').spec.ports).toMatchObject([{ name: 'http', port: 8050 }]);
  });
});
