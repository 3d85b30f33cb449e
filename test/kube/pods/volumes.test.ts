import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { type ConfigVolumeOptions, Volume } from '../../../lib/kube/pods/volumes';
import { SecretRef } from '../../../lib/kube/secrets/secrets';

const options: Required<ConfigVolumeOptions> = {
  items: [{ key: 'a', path: 'b' }],
  defaultMode: 0o555,
  rollOnChange: false,
};

describe('a volume', () => {
  it('is an empty directory that cannot fill the disk of its node', () => {
    const sizeLimit = k8s.Quantity.fromString('1Gi');
    expect(Volume.scratch('tmp').spec).toEqual({ name: 'tmp', emptyDir: { sizeLimit } });
  });

  it('is an empty directory in memory, of at most a size in canonical form', () => {
    expect(Volume.scratch('shm', { inMemory: true, sizeLimit: Size.mebibytes(2048) }).spec).toEqual({
      name: 'shm',
      emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('2Gi') },
    });
  });

  it('is a ConfigMap, which rolls the pod when it changes', () => {
    const source = { name: 'settings', checksum: 'abc' };
    const volume = Volume.configMap('config', source);
    expect(volume.spec).toEqual({ name: 'config', configMap: { name: 'settings' } });
    expect(volume.source).toBe(source);
  });

  it('is a part of a ConfigMap, which does not roll the pod', () => {
    const volume = Volume.configMap('config', { name: 'settings', checksum: 'abc' }, options);
    expect(volume.spec).toEqual({
      name: 'config',
      configMap: { name: 'settings', items: [{ key: 'a', path: 'b' }], defaultMode: 0o555 },
    });
    expect(volume.source).toBeUndefined();
  });

  it('is a Secret, which rolls the pod when it changes', () => {
    const source = new SecretRef('tls', 'abc');
    const volume = Volume.secret('certificates', source);
    expect(volume.spec).toEqual({ name: 'certificates', secret: { secretName: 'tls' } });
    expect(volume.source).toBe(source);
  });

  it('is a part of a Secret, which does not roll the pod', () => {
    const volume = Volume.secret('certificates', new SecretRef('tls', 'abc'), options);
    expect(volume.spec).toEqual({
      name: 'certificates',
      secret: { secretName: 'tls', items: [{ key: 'a', path: 'b' }], defaultMode: 0o555 },
    });
    expect(volume.source).toBeUndefined();
  });

  it('is a claim that exists already', () => {
    expect(Volume.claim('models', 'shared-models').spec).toEqual({
      name: 'models',
      persistentVolumeClaim: { claimName: 'shared-models' },
    });
  });

  it('is the claim of a StatefulSet, which the StatefulSet adds to its pods itself', () => {
    expect(Volume.claimTemplate('data')).toMatchObject({ name: 'data' });
    expect(Volume.claimTemplate('data').spec).toBeUndefined();
  });
});
