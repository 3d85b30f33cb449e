import { describe, expect, it } from 'vitest';
import { StorageClass, type StorageClassProps } from '../../../lib/components/data/storage-class';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const minimal: StorageClassProps = { name: 'fast', provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Retain' };

describe('a class of volumes', () => {
  it('makes volumes where their first pod is, which can grow', () => {
    const { metadata, ...fields } = render(minimal);
    expect(metadata.name).toBe('fast');
    expect(metadata).not.toHaveProperty('namespace');
    expect(fields).toMatchObject({
      provisioner: 'ebs.csi.aws.com',
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    });
    expect(fields).not.toHaveProperty('parameters');
  });

  it('takes every prop', () => {
    expectEachPropToMatter<StorageClassProps>(
      render,
      { ...minimal, parameters: { type: 'gp3' }, allowVolumeExpansion: false },
      {
        name: 'slow',
        provisioner: 'example.org',
        parameters: {},
        reclaimPolicy: 'Delete',
        allowVolumeExpansion: true,
      },
    );
  });

  it('fails for a name that no object can have', () => {
    expect(() => render({ ...minimal, name: 'Fast' })).toThrow("demo/class: 'name' must be a DNS name");
    expect(render({ ...minimal, provisioner: 'rancher.io/local-path' }).provisioner).toBe('rancher.io/local-path');
    expect(() => render({ ...minimal, provisioner: 'a/b/c' })).toThrow(
      "demo/class: 'provisioner' must be of the form name or domain/name (letters, digits, '-', '_' and '.'), got 'a/b/c'",
    );
    expect(() => render({ ...minimal, provisioner: 'example.org/' })).toThrow("'provisioner' must be of the form");
    expect(() => render({ ...minimal, provisioner: '' })).toThrow("demo/class: 'provisioner' must be of the form");
  });
});

function render(props: StorageClassProps) {
  const chart = testChart();
  new StorageClass(chart, 'class', props);
  return objectOf(chart, 'StorageClass');
}
