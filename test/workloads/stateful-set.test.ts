import { Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { podOwners } from '../../lib/kube/objects/inventory';
import { Volume } from '../../lib/kube/pods/volumes';
import { type ClaimTemplate, StatefulSet, type StatefulSetProps } from '../../lib/workloads/stateful-set';
import { container, identity, pod } from '../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../support/synth';

const selector = {
  'app.kubernetes.io/name': 'server',
  'app.kubernetes.io/instance': 'api',
  'app.kubernetes.io/component': 'web',
  'app.kubernetes.io/part-of': 'demo',
  'app.kubernetes.io/managed-by': 'cdk8s',
};

const minimal: StatefulSetProps = {
  identity,
  serviceName: 'api-headless',
  pod: mounting('data'),
  claims: [{ name: 'data', size: Size.gibibytes(5) }],
};

const all: Required<StatefulSetProps> = { ...minimal, replicas: 3, podManagementPolicy: 'Parallel' };

describe('a StatefulSet with minimal props', () => {
  const { metadata, spec } = render(minimal);

  it('is named by its instance and is one pod, whose claim is kept', () => {
    expect(metadata).toEqual({
      name: 'api',
      namespace: 'demo',
      labels: { ...selector, 'app.kubernetes.io/version': '1.2.3' },
    });
    expect(spec).toMatchObject({
      serviceName: 'api-headless',
      replicas: 1,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
  });

  it('selects by labels that no release changes, and neither do those of its claims', () => {
    expect(spec.selector.matchLabels).toEqual(selector);
    expect(spec.volumeClaimTemplates[0].metadata).toEqual({ name: 'data', labels: selector });
  });

  it('writes its claims as the API server returns them, so that a second apply finds nothing to do', () => {
    expect(spec.volumeClaimTemplates).toEqual([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', labels: selector },
        spec: {
          accessModes: ['ReadWriteOnce'],
          volumeMode: 'Filesystem',
          resources: { requests: { storage: '5Gi' } },
        },
        status: { phase: 'Pending' },
      },
    ]);
  });

  it('leaves the volume of a claim to Kubernetes', () => {
    expect(spec.template.spec).not.toHaveProperty('volumes');
    expect(spec.template.spec.containers[0].volumeMounts).toEqual([{ name: 'data', mountPath: '/data' }]);
  });

  it('enters its pods into the inventory', () => {
    const chart = testChart();
    new StatefulSet(chart, 'server', all);
    expect(podOwners(chart)).toMatchObject([
      { kind: 'StatefulSet', name: 'api', namespace: 'demo', replicas: { minReplicas: 3, maxReplicas: 3 } },
    ]);
  });
});

describe('a StatefulSet with all props', () => {
  it('has each of them', () => {
    expect(render(all).spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' });
    expectEachPropToMatter<StatefulSetProps>(render, all, {
      identity: { ...identity, instance: 'other' },
      serviceName: 'other',
      replicas: 0,
      podManagementPolicy: 'OrderedReady',
      pod: { ...minimal.pod, priorityClassName: 'high' },
      claims: [{ name: 'data', size: Size.gibibytes(6) }],
    });
  });

  it('has each prop of a claim', () => {
    const claim: Required<ClaimTemplate> = { name: 'data', size: Size.mebibytes(2048), storageClassName: 'fast' };
    const rendered = (given: ClaimTemplate) => render({ ...minimal, pod: mounting(given.name), claims: [given] });
    expect(rendered(claim).spec.volumeClaimTemplates[0]).toMatchObject({
      metadata: { name: 'data' },
      spec: { storageClassName: 'fast', resources: { requests: { storage: '2Gi' } } },
    });
    expectEachPropToMatter<ClaimTemplate>(rendered, claim, {
      name: 'other',
      size: Size.gibibytes(3),
      storageClassName: 'slow',
    });
  });
});

it('a claim may have no class, by the empty name', () => {
  const { spec } = render({ ...minimal, claims: [{ ...minimal.claims[0], storageClassName: '' }] });
  expect(spec.volumeClaimTemplates[0].spec.storageClassName).toBe('');
});

describe('a StatefulSet at synth', () => {
  const claim = minimal.claims[0];

  it.each<[string, Partial<StatefulSetProps>, string]>([
    [
      'a name that is no DNS label',
      { identity: { ...identity, instance: 'a.b' } },
      "'name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'a.b'",
    ],
    [
      'a name that leaves no room for a hash',
      { identity: { ...identity, instance: 'a'.repeat(53) } },
      `'name' must have at most 52 characters, the name of a StatefulSet, got '${'a'.repeat(53)}'`,
    ],
    ['half a replica', { replicas: 0.5 }, "'replicas' must be a whole number from 0, got 0.5"],
    [
      'a claim of no size',
      { claims: [{ ...claim, size: Size.gibibytes(0) }] },
      "'claims.data.size' must be a positive whole number of KiB, got '0Gi'",
    ],
    [
      'a claim with a name that is no DNS label',
      { claims: [{ ...claim, name: 'Data' }], pod: mounting('Data') },
      "'claims.name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'Data'",
    ],
    [
      'more replicas than can be counted',
      { replicas: 2 ** 31 },
      "'replicas' must be at most 2147483647, got 2147483648",
    ],
    [
      'a part of a KiB',
      { claims: [{ ...claim, size: Size.gibibytes(0.3) }] },
      "'claims.data.size' must be a positive whole number of KiB, got '0.3Gi'",
    ],
    [
      'a class that is no name',
      { claims: [{ ...claim, storageClassName: 'Fast_SSD' }] },
      "'claims.data.storageClassName' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'Fast_SSD'",
    ],
    ['two claims of one name', { claims: [claim, claim] }, "'claims.name' must have no duplicates, got 'data'"],
    ['a claim that nothing mounts', { pod }, "'claims' must be mounted by a container, got 'data'"],
    ['a mount of no claim', { pod: mounting('dta') }, "'pod.mounts' must be one of 'data' (claims), got 'dta'"],
  ])('fails for %s', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(`demo/server: ${message}`);
  });
});

function mounting(claim: string) {
  const mounts = [{ volume: Volume.claimTemplate(claim), path: '/data' }];
  return { ...pod, containers: [{ ...container, mounts }] as const };
}

function render(props: StatefulSetProps) {
  const chart = testChart();
  new StatefulSet(chart, 'server', props);
  return objectOf(chart, 'StatefulSet');
}
