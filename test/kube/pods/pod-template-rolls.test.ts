import { EnvValue } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { type PodProps, podTemplate } from '../../../lib/kube/pods/pod-template';
import { Volume } from '../../../lib/kube/pods/volumes';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { container, identity, pod } from '../../support/samples';
import { testChart } from '../../support/synth';

describe('a pod is rolled', () => {
  const configMap = (checksum: string) => ({ name: 'settings', checksum });

  it.each<[string, (checksum: string) => Partial<PodProps>]>([
    ['a ConfigMap that it mounts', (sum) => mounting(Volume.configMap('config', configMap(sum)))],
    ['a Secret that it mounts', (sum) => mounting(Volume.secret('config', new SecretRef('keys', sum)))],
    [
      'a ConfigMap that its environment comes from',
      (sum) => ({
        containers: [{ ...container, envFrom: [{ configMap: configMap(sum) }] }],
      }),
    ],
    [
      'a Secret that its environment comes from',
      (sum) => ({
        containers: [{ ...container, envFrom: [{ secret: new SecretRef('keys', sum) }] }],
      }),
    ],
    [
      'a key of a Secret',
      (sum) => ({
        containers: [{ ...container, env: { PASSWORD: new SecretRef('keys', sum).key('password') } }],
      }),
    ],
    [
      'what an init container reads',
      (sum) => ({
        initContainers: [{ ...container, name: 'wait', envFrom: [{ configMap: configMap(sum) }] }],
      }),
    ],
  ])('by a change of %s', (_, props) => {
    const before = annotationsOf(props('1'));
    expect(before).toHaveProperty('checksum/config');
    expect(annotationsOf(props('1'))).toEqual(before);
    expect(annotationsOf(props('2'))).not.toEqual(before);
  });

  it('by a change of a Secret that has the name of a ConfigMap', () => {
    const props = (sum: string): Partial<PodProps> => ({
      containers: [
        { ...container, envFrom: [{ secret: new SecretRef('settings', sum) }, { configMap: configMap('same') }] },
      ],
    });
    expect(annotationsOf(props('1'))).not.toEqual(annotationsOf(props('2')));
  });

  it('not by the order in which it reads', () => {
    const a = { configMap: { name: 'a', checksum: '1' } };
    const b = { configMap: { name: 'b', checksum: '2' } };
    expect(annotationsOf({ containers: [{ ...container, envFrom: [a, b] }] })).toEqual(
      annotationsOf({ containers: [{ ...container, envFrom: [b, a, a] }] }),
    );
  });

  it('not by ignored or unknown content', () => {
    expect(
      annotationsOf(mounting(Volume.configMap('config', configMap('1'), { rollOnChange: false }))),
    ).toBeUndefined();
    expect(annotationsOf(mounting(Volume.secret('config', new SecretRef('keys'))))).toBeUndefined();
    expect(
      annotationsOf({ containers: [{ ...container, env: { A: 'b', C: EnvValue.fromValue('d') } }] }),
    ).toBeUndefined();
  });

  it('keeps the annotations that it was given beside it', () => {
    const props = { ...mounting(Volume.configMap('config', configMap('1'))), podAnnotations: { a: 'b' } };
    expect(annotationsOf(props)).toEqual({ a: 'b', 'checksum/config': expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

function mounting(volume: Volume): Partial<PodProps> {
  return { containers: [{ ...container, mounts: [{ volume, path: '/etc/app' }] }] };
}

function annotationsOf(props: Partial<PodProps>) {
  return podTemplate(testChart(), identity, { ...pod, ...props }).metadata?.annotations;
}
