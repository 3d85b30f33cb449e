import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it, test } from 'vitest';
import type { NodePool } from '../../../lib/kube/nodes/node-pools';
import {
  type BarmanCloudProps,
  barmanCloudValues,
  type CertManagerProps,
  type CloudNativePgProps,
  certManagerValues,
  cloudNativePgValues,
} from '../../../lib/platform/cluster/add-on-values';
import { nvidiaDevicePluginValues } from '../../../lib/platform/cluster/nvidia-device-plugin';
import { addOnReleases, operatorNamespaces, operatorReleases } from '../../../lib/platform/cluster/operators';
import { charts } from '../../../lib/versions';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter } from '../../support/synth';
import { gpuPool, infraPool, leftovers, mirroredScope, scope } from '../releases/samples';

const all = { cloudNativePg: {}, barmanCloud: {}, certManager: {} };
const otherPool = nodePool({ name: 'other', labels: { a: 'b' } });
const resources = {
  requests: { cpu: Cpu.millis(10), memory: Size.mebibytes(32) },
  limits: { memory: Size.mebibytes(64) },
};

describe('operators', () => {
  it('are releases, each in a namespace that is written for it', () => {
    const releases = operatorReleases(scope(), all);
    expect(releases.map(({ name, namespace }) => `${namespace}/${name}`)).toEqual([
      'cert-manager/cert-manager',
      'cnpg-system/cloudnative-pg',
      // Beside the operator, which finds it nowhere else.
      'cnpg-system/plugin-barman-cloud',
    ]);
    expect(operatorNamespaces(scope(), all)).toEqual({ 'cert-manager': [10250], 'cnpg-system': [9443] });
  });

  it('are those that are asked for, and no others', () => {
    expect(operatorReleases(scope(), {})).toEqual([]);
    expect(operatorNamespaces(scope(), {})).toEqual({});
    expect(Object.keys(operatorNamespaces(scope(), { cloudNativePg: {} }))).toEqual(['cnpg-system']);
  });

  it('fails with the plug-in alone, which is a part of the operator', () => {
    expect(() => operatorReleases(scope(), { barmanCloud: {} })).toThrow(
      "fair: 'operators.barmanCloud' must be given together with cloudNativePg, whose namespace it shares, got {}",
    );
  });

  it('come before everything else: the plug-in after the operator, and after cert-manager, whose certificates it has', () => {
    const [certManager, operator, plugin] = operatorReleases(scope(), all);
    expect([certManager?.after, operator?.after, plugin?.after]).toEqual([
      undefined,
      undefined,
      [certManager, operator],
    ]);
    // It may be there already.
    const [alone, other] = operatorReleases(scope(), { cloudNativePg: {}, barmanCloud: {} });
    expect(other?.after).toEqual([alone]);
    for (const { stage } of operatorReleases(scope(), all)) expect(stage).toBe('operators');
  });

  it('take any value that their props do not know', () => {
    const values = { monitoring: { podMonitorEnabled: true } };
    const given = { cloudNativePg: { values }, barmanCloud: { values }, certManager: { values } };
    const before = operatorReleases(scope(), all);
    expect(operatorReleases(scope(), given).map((release) => release.values)).toEqual(
      before.map((release) => ({ ...release.values, ...values })),
    );
  });

  it('have requests, limits and pinned images from the registry of the environment', () => {
    for (const { name, values } of operatorReleases(mirroredScope(), all)) {
      expect(leftovers(values), name).toEqual([]);
      const text = JSON.stringify(values);
      expect(text).not.toMatch(/quay\.io|ghcr\.io/);
      expect(text).toContain('registry.example.org');
      expect(text).toContain('"imagePullSecrets":[{"name":"mirror-login"}]');
      expect(values).toMatchObject({ resources: { requests: { cpu: expect.any(String) }, limits: {} } });
    }
    for (const { name, values } of operatorReleases(scope(), all)) expect(leftovers(values), name).toEqual([]);
  });
});

describe('what a cluster is given where it has it not', () => {
  const addOns = (nodePools: readonly NodePool[]) =>
    addOnReleases(scope(), { metricsServer: {}, nodePools, devicePluginNamespace: 'nvidia' });

  it('is metrics-server where it is asked for, with any value', () => {
    expect(addOnReleases(scope(), { nodePools: [infraPool], devicePluginNamespace: 'nvidia' })).toEqual([]);
    const [server] = addOns([infraPool]);
    expect(server).toMatchObject({ name: 'metrics-server', namespace: 'kube-system', stage: 'operators' });
    const metricsServer = { values: { replicas: 3 } };
    const [other] = addOnReleases(scope(), { metricsServer, nodePools: [], devicePluginNamespace: 'nvidia' });
    expect(other?.values).toEqual({ ...server?.values, replicas: 3 });
  });

  it('is the device plug-in where the nodes of a pool need a runtime for their GPUs, which nothing waits for', () => {
    expect(addOns([infraPool, gpuPool, nodePool({ name: 'preset', gpus: { count: 1 } })])).toEqual([
      ...addOns([infraPool]),
      {
        name: 'nvidia-device-plugin',
        namespace: 'nvidia',
        chart: charts.nvidiaDevicePlugin,
        stage: 'operators',
        wait: false,
        values: nvidiaDevicePluginValues(scope(), { nodePools: [gpuPool] }),
      },
    ]);
  });
});

test('the values of the operator take every prop', () => {
  expectEachPropToMatter<CloudNativePgProps>(
    (props) => cloudNativePgValues(scope(), props),
    { replicas: 2, resources, image: 'example.org/cnpg:1.30.1', nodePool: infraPool },
    {
      replicas: 1,
      resources: { ...resources, limits: { memory: Size.gibibytes(1) } },
      image: 'a/b:1',
      nodePool: otherPool,
    },
  );
});

test('the values of the plug-in take every prop, and an image in three parts', () => {
  expectEachPropToMatter<BarmanCloudProps>(
    (props) => barmanCloudValues(scope(), props),
    { resources, image: 'example.org/plugin:1', sidecarImage: 'example.org/sidecar:1', nodePool: infraPool },
    {
      resources: { ...resources, limits: { memory: Size.gibibytes(1) } },
      image: 'example.org/plugin:2',
      sidecarImage: 'example.org/sidecar:2',
      nodePool: otherPool,
    },
  );
  expect(barmanCloudValues(scope()).image).toEqual({
    registry: 'ghcr.io',
    repository: 'cloudnative-pg/plugin-barman-cloud',
    tag: 'v0.13.0',
  });
});

test('the values of cert-manager take every prop, for each of its programs, and keep its CRDs', () => {
  const values = certManagerValues(scope(), { resources, nodePool: infraPool });
  for (const part of [values, values.webhook, values.cainjector, values.startupapicheck]) {
    expect(part).toMatchObject({ nodeSelector: infraPool.selector, tolerations: infraPool.tolerations });
    expect(part.resources.limits).toEqual({ memory: '64Mi' });
  }
  expect(values.crds).toEqual({ enabled: true, keep: true });
  expectEachPropToMatter<CertManagerProps>(
    (props) => certManagerValues(scope(), props),
    { resources, nodePool: infraPool },
    { resources: { ...resources, limits: { memory: Size.gibibytes(1) } }, nodePool: otherPool },
  );
});
