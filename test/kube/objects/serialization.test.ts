import { ApiObject } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  afterEveryChange,
  afterSerialization,
  clusterScoped,
  isClusterScoped,
} from '../../../lib/kube/objects/serialization';
import { objectOf, synth, testChart } from '../../support/synth';

const storageClass = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast' } };

describe('a change after serialization', () => {
  it('is in what is written', () => {
    const chart = testChart();
    const object = new ApiObject(chart, 'object', storageClass);
    afterSerialization(object, (manifest) => ({ ...manifest, provisioner: 'example.org/fast' }));
    expect(objectOf(chart, 'StorageClass')).toMatchObject({ provisioner: 'example.org/fast' });
  });

  it('sees the changes that were made before it', () => {
    const chart = testChart();
    const object = new ApiObject(chart, 'object', storageClass);
    afterSerialization(object, (manifest) => ({ ...manifest, steps: ['first'] }));
    afterSerialization(object, (manifest) => ({ ...manifest, steps: [...manifest.steps, 'second'] }));
    expect(objectOf(chart, 'StorageClass').steps).toEqual(['first', 'second']);
  });

  it('comes before what follows from every change', () => {
    const chart = testChart();
    const object = new ApiObject(chart, 'object', storageClass);
    afterEveryChange(object, (manifest) => ({ ...manifest, count: manifest.steps.length }));
    afterSerialization(object, (manifest) => ({ ...manifest, steps: ['first', 'second'] }));
    expect(objectOf(chart, 'StorageClass').count).toBe(2);
  });

  it('is the same however often the object is written', () => {
    const chart = testChart();
    clusterScoped(new ApiObject(chart, 'object', storageClass));
    expect(synth(chart)).toEqual(synth(chart));
  });
});

describe('a cluster-scoped object', () => {
  it('has no namespace, although its chart has one', () => {
    const chart = testChart({ namespace: 'demo' });
    const object = clusterScoped(new ApiObject(chart, 'object', storageClass));
    expect(isClusterScoped(object)).toBe(true);
    expect(objectOf(chart, 'StorageClass').metadata).toEqual({ name: 'fast' });
  });

  it('is only what was said to be one', () => {
    const chart = testChart({ namespace: 'demo' });
    const object = new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    expect(isClusterScoped(object)).toBe(false);
    expect(objectOf(chart, 'ConfigMap').metadata).toEqual({ name: 'a', namespace: 'demo' });
  });
});
