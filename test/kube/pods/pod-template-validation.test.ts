import { Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../lib/kube/objects/labels';
import { type PodProps, podTemplate } from '../../../lib/kube/pods/pod-template';
import { type Mount, Volume } from '../../../lib/kube/pods/volumes';
import { container, identity, pod } from '../../support/samples';
import { testChart } from '../../support/synth';

const DNS_NAME = "a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253)";

function template(props: Partial<PodProps> = {}, given: Identity = identity, claims?: readonly string[]) {
  return podTemplate(testChart(), given, { ...pod, ...props }, claims);
}

describe('a pod', () => {
  it.each<[string, Partial<PodProps>, string]>([
    ...(['serviceAccountName', 'priorityClassName', 'runtimeClassName'] as const).map(
      (prop): [string, Partial<PodProps>, string] => [
        `a ${prop} that is no name`,
        { [prop]: 'My_Name' },
        `'${prop}' must be ${DNS_NAME}, got 'My_Name'`,
      ],
    ),
    // From JavaScript: the type has one at least.
    ['no containers', { containers: [] as never }, "'pod.containers' must have a container, got []"],
    [
      'an annotation with a key that is none',
      { podAnnotations: { 'a b': '' } },
      "'podAnnotations' must have keys of the form name or domain/name (letters, digits, '-', '_' and '.'), got 'a b'",
    ],
    ...[Number.NaN, -1, 1.5].flatMap((id): [string, Partial<PodProps>, string][] => [
      [
        `the group ${id}`,
        { securityContext: { user: 1000, group: id } },
        `'securityContext.group' must be a group id from 0, got ${id}`,
      ],
      [
        `volumes of the group ${id}`,
        { securityContext: { user: 1000, fsGroup: id } },
        `'securityContext.fsGroup' must be a group id from 0, got ${id}`,
      ],
    ]),
    [
      'a user that there cannot be',
      { securityContext: { user: 2 ** 31 } },
      "'securityContext.user' must be at most 2147483647, got 2147483648",
    ],
    [
      'a part of a second to stop',
      { terminationGracePeriod: Duration.millis(2500) },
      "'terminationGracePeriod' must be a whole number of seconds, got 2.5",
    ],
    [
      'two containers of one name',
      { containers: [container, container] },
      "'containers.name' must have no duplicates, got 'main'",
    ],
    [
      'an init container with the name of another',
      { initContainers: [container] },
      "'containers.name' must have no duplicates, got 'main'",
    ],
    [
      'an environment that is not there',
      { containers: [{ ...container, env: { WORKERS: null as never } }] },
      "'env.WORKERS' must be a string, a key of a Secret or an EnvValue, got null",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => template(props)).toThrow(`demo: ${message}`);
  });

  it.each(['name', 'component', 'instance'] as const)('fails for a %s that is no label value', (field) => {
    expect(() => template({}, { ...identity, [field]: 'model server' })).toThrow(
      `demo: 'identity.${field}' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'model server'`,
    );
  });

  it('may have the group of root, and stop at once', () => {
    const { spec } = template({ securityContext: { user: 1, group: 0 }, terminationGracePeriod: Duration.seconds(0) });
    expect(spec).toMatchObject({ securityContext: { runAsGroup: 0 }, terminationGracePeriodSeconds: 0 });
  });
});

describe('the volumes of a pod', () => {
  const source = { name: 'settings' };
  const file = { key: 'a', path: 'b' };

  it.each<[string, Volume, string]>([
    [
      'a name that is no DNS label',
      Volume.scratch('My.Volume'),
      "'volumes.name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'My.Volume'",
    ],
    [
      'a ConfigMap without a name',
      Volume.configMap('v', { name: '' }),
      `'volume 'v' source.name' must be ${DNS_NAME}, got ''`,
    ],
    ['a claim without a name', Volume.claim('v', ''), `'volume 'v' claimName' must be ${DNS_NAME}, got ''`],
    [
      'no key',
      Volume.configMap('v', source, { items: [{ ...file, key: '' }] }),
      "'volume 'v' items.key' must be at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…', got ''",
    ],
    ...['', '/etc/b', '../b', 'a/..', '..data'].map((path): [string, Volume, string] => [
      `a file at '${path}'`,
      Volume.configMap('v', source, { items: [{ ...file, path }] }),
      `'volume 'v' items.path' must be a relative path without '..', got '${path}'`,
    ]),
    ...[Number.NaN, -1, 1.5, 0o1000, 2 ** 31].map((defaultMode): [string, Volume, string] => [
      `the file mode ${defaultMode}`,
      Volume.configMap('v', source, { defaultMode }),
      `'volume 'v' defaultMode' must be a file mode from 0 to 0o777, got ${defaultMode}`,
    ]),
    [
      'no room',
      Volume.scratch('v', { sizeLimit: Size.gibibytes(0) }),
      "'volume 'v' sizeLimit' must be a positive whole number of KiB, got '0Ki'",
    ],
    [
      'a part of a KiB',
      Volume.scratch('v', { sizeLimit: Size.gibibytes(0.3) }),
      "'volume 'v' sizeLimit' must be a positive whole number of KiB, got '0.3Gi'",
    ],
  ])('fail with %s', (_, volume, message) => {
    expect(() => mounting({ volume, path: '/v' })).toThrow(`demo: ${message}`);
  });

  it('fail with a claim template in a workload that has none', () => {
    const data = Volume.claimTemplate('data');
    expect(() => mounting({ volume: data, path: '/data' })).toThrow(
      "demo: 'pod.mounts' must have no claim template, which only a StatefulSet has, got 'data'",
    );
    expect(mounting({ volume: data, path: '/data' }, ['data']).spec?.volumes).toBeUndefined();
  });

  it('may have files below a folder, with a mode', () => {
    const items = [{ key: 'a', path: 'b/c..d/...' }];
    expect(
      mounting({ volume: Volume.configMap('v', source, { items, defaultMode: 0o777 }), path: '/v', subPath: 'b' }).spec
        ?.volumes,
    ).toHaveLength(1);
  });

  function mounting(mount: Mount, claims?: readonly string[]) {
    return template({ containers: [{ ...container, mounts: [mount] }] }, identity, claims);
  }
});
