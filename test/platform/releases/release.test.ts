import { describe, expect, test } from 'vitest';
import { type HelmRelease, releasesFile } from '../../../lib/platform/releases/release';
import { serviceNames } from '../../../lib/stacks/fair/charts/services';
import { charts } from '../../../lib/versions';
import { leftovers, releases } from './samples';

const all = releases();
const only = (...names: readonly HelmRelease['name'][]) => all.filter(({ name }) => names.includes(name));

describe('the releases file', () => {
  test('says of each release that is on where it goes and what it waits for', () => {
    expect(releasesFile(all).stac).toEqual({
      enabled: true,
      version: '0.12.0',
      namespace: 'fair',
      database: {
        namespace: 'fair',
        server: { resource: 'statefulset/postgres', until: 'jsonpath={.status.readyReplicas}=1' },
        databases: { resource: 'job/postgres-databases-0a1b2c3d', until: 'condition=complete' },
      },
    });
    expect(releasesFile(all)['metrics-server']).toEqual({
      enabled: true,
      version: charts.metricsServer.version,
      namespace: 'kube-system',
    });
  });

  test('holds every known release, the others switched off', () => {
    const file = releasesFile(only('zenml'));
    expect(Object.entries(file).map(([name, { enabled }]) => [name, enabled])).toEqual([
      ['stac', false],
      ['mlflow', false],
      ['zenml', true],
      ['metrics-server', false],
      ['nvidia-device-plugin', false],
      ['cert-manager', false],
      ['cloudnative-pg', false],
      ['plugin-barman-cloud', false],
    ]);
    for (const { version, namespace } of Object.values(file)) expect([version, namespace]).not.toContain('');
  });

  test('is the same whatever the order of the releases', () => {
    expect(JSON.stringify(releasesFile([...all].reverse()))).toBe(JSON.stringify(releasesFile(all)));
  });

  test('takes another version of a chart', () => {
    const zenml = only('zenml').map((release) => ({ ...release, version: '0.94.2' }));
    expect(releasesFile(zenml).zenml.version).toBe('0.94.2');
  });

  test('holds nothing undefined, null or empty', () => {
    expect(leftovers(releasesFile(only('mlflow')))).toEqual([]);
  });

  test('fails with a version that is not exact', () => {
    const zenml = only('zenml').map((release) => ({ ...release, version: '^0.93' }));
    expect(() => releasesFile(zenml)).toThrow("helm releases: 'zenml.version' must be an exact version (1.2.3)");
  });

  test('fails with a release twice', () => {
    expect(() => releasesFile([...all, ...only('mlflow')])).toThrow("'name' must be given once, got 'mlflow'");
  });

  test('fails with a release that helmfile.yaml does not know', () => {
    const unknown = { ...only('metrics-server')[0], name: 'grafana' } as unknown as HelmRelease;
    expect(() => releasesFile([unknown])).toThrow(
      "'name' must be one of 'stac', 'mlflow', 'zenml', 'metrics-server', 'nvidia-device-plugin', 'cert-manager', 'cloudnative-pg', 'plugin-barman-cloud', got 'grafana'",
    );
  });

  test('fails with a namespace that cannot be', () => {
    const wrong = only('metrics-server').map((release) => ({ ...release, namespace: 'Kube System' }));
    expect(() => releasesFile(wrong)).toThrow("'metrics-server.namespace' must be a DNS label");
  });
});

test('a Service has four names inside the cluster', () => {
  expect(serviceNames('mlflow', 'fair')).toEqual([
    'mlflow',
    'mlflow.fair',
    'mlflow.fair.svc',
    'mlflow.fair.svc.cluster.local',
  ]);
});
