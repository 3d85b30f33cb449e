import { App, Size } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import {
  type CacheUsers,
  isWritable,
  type ModelCache,
  modelCacheMount,
} from '../../../lib/components/serving/model-cache';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { Stack } from '../../../lib/platform/stack';
import { nodePool, resources } from '../../support/samples';
import { synth, testChart } from '../../support/synth';

const SURGE = { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) };
const alone: CacheUsers = { replicas: { minReplicas: 1, maxReplicas: 1 }, strategy: 'Recreate' };
const several: CacheUsers = { replicas: { minReplicas: 2, maxReplicas: 6 }, strategy: SURGE };

const claim = (accessMode: 'ReadWriteOnce' | 'ReadWriteMany' | 'ReadOnlyMany'): ModelCache => ({
  path: '/cache',
  claimName: 'weights',
  accessMode,
});

const mount = (cache: ModelCache, users = several) => modelCacheMount(testChart(), cache, users);

describe('a model cache', () => {
  test('is a directory of the pod that cannot fill the node', () => {
    const { volume, path } = mount({ path: '/cache', sizeLimit: Size.gibibytes(2) });
    expect(path).toBe('/cache');
    expect(volume.spec).toMatchObject({ name: 'model-cache', emptyDir: { sizeLimit: { value: '2Gi' } } });
  });

  test('is a claim that all pods share', () => {
    const { volume, readOnly } = mount(claim('ReadWriteMany'));
    expect(volume.spec?.persistentVolumeClaim).toEqual({ claimName: 'weights' });
    expect(readOnly).toBe(false);
  });

  test('is mounted read-only where no pod may write it', () => {
    expect(mount(claim('ReadOnlyMany')).readOnly).toBe(true);
  });

  test('may be a claim for one node where all pods are on it', () => {
    expect(() => mount(claim('ReadWriteOnce'), alone)).not.toThrow();
    expect(() => mount(claim('ReadWriteOnce'), { ...several, nodePool: nodePool() })).not.toThrow();
  });

  test.each([
    ['several pods', several],
    ['the pod that a rollout adds', { ...alone, strategy: SURGE }],
    ['several nodes', { ...several, nodePool: nodePool({ nodes: { min: 2 } }) }],
  ])('fails as a claim for one node with %s', (_, users) => {
    expect(() => mount(claim('ReadWriteOnce'), users)).toThrow(
      /'modelCache.accessMode' must be 'ReadWriteMany' or 'ReadOnlyMany' where pods may run on several nodes.*got 'ReadWriteOnce'/,
    );
  });

  test.each([
    ['path', { path: 'cache', sizeLimit: Size.gibibytes(1) }],
    ['sizeLimit', { path: '/cache', sizeLimit: Size.gibibytes(0) }],
    ['claimName', { path: '/cache', claimName: 'My Weights', accessMode: 'ReadOnlyMany' }],
  ] satisfies [string, ModelCache][])('fails for a wrong %s', (prop, cache) => {
    expect(() => mount(cache)).toThrow(`'modelCache.${prop}' must`);
  });
});

test.each<[string, ModelCache, boolean]>([
  ['a directory of the pod', { path: '/cache', sizeLimit: Size.gibibytes(1) }, true],
  ['a claim that may be written to', { path: '/cache', claimName: 'a', accessMode: 'ReadWriteMany' }, true],
  ['a claim that may only be read', { path: '/cache', claimName: 'a', accessMode: 'ReadOnlyMany' }, false],
])('%s says whether the internet is opened for downloads', (_, modelCache, opened) => {
  expect(isWritable(modelCache)).toBe(opened);
  const stack = new Stack(new App(), 'vision', { namespace: 'vision' });
  new InferenceService(stack, 'embedder', {
    name: 'embedder',
    image: 'example.org/embedder:1',
    user: { user: 1000 },
    resources,
    modelCache,
  });
  expect(JSON.stringify(synth(stack)).includes('0.0.0.0/0')).toBe(opened);
});
