import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { gpuNodes, PhotoDuplicateGpu } from '../../examples/photo-duplicate-gpu/chart';
import { setNodePools } from '../../lib';
import { find, synth } from '../support/synth';

function example() {
  const app = new App({ outdir: 'never-written' });
  setNodePools(app, [gpuNodes]);
  return synth(new PhotoDuplicateGpu(app, 'photo-duplicate-gpu'));
}

test('each pod has a GPU, on nodes that have them', () => {
  const { spec } = find(example(), 'Deployment').spec.template;
  expect(spec.nodeSelector).toEqual(gpuNodes.labels);
  expect(spec.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  expect(spec.containers[0]).toMatchObject({
    image: 'ghcr.io/example/photo-duplicate-inference:gpu-linux-amd64',
    imagePullPolicy: 'IfNotPresent',
    resources: {
      requests: { cpu: '2', memory: '6Gi', 'nvidia.com/gpu': '1' },
      limits: { cpu: '3', memory: '8Gi', 'nvidia.com/gpu': '1' },
    },
  });
});

test('a rollout needs no GPU that is not there, and the quota has no more than there are', () => {
  const objects = example();
  expect(find(objects, 'Deployment').spec.strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  expect(find(objects, 'ResourceQuota').spec.hard['requests.nvidia.com/gpu']).toBe('2');
});

test('it is reached through an Ingress that lets images pass', () => {
  const { metadata, spec } = find(example(), 'Ingress');
  expect(metadata.annotations['nginx.ingress.kubernetes.io/proxy-body-size']).toBe('64m');
  expect(spec.rules[0].host).toBe('photo-duplicate.example.org');
});
