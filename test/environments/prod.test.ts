import { describe, expect, it } from 'vitest';
import { dev, prod } from '../../environments';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { schedulingFromStacItem } from '../../lib/stacks/fair/mlm/model-scheduling';
import { synthesize, worldOf } from '../support/environments';
import { stacItem } from '../support/stac-items';
import { find } from '../support/synth';

const { objects, existingSecrets } = worldOf(prod);
const { platform } = synthesize(prod);
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);

describe('the nodes of production', () => {
  it.each([
    ['training', 'amd64', 'fair-cpu-training'],
    ['training', 'cuda', 'fair-gpu-training'],
    ['inference', 'amd64', 'fair-cpu-inference'],
    ['inference', 'cuda', 'fair-gpu-inference'],
  ] as const)('take %s on %s, with every taint tolerated', (workload, accelerator, pool) => {
    const scheduling = schedulingFromStacItem(stacItem('model', { 'mlm:accelerator': accelerator }), {
      workload,
      pools: prod.nodePools,
      labelDomain: prod.labelDomain,
    });
    expect(scheduling.nodePool.name).toBe(pool);
    expect(scheduling.tolerations).toEqual(scheduling.nodePool.tolerations);
  });

  it('come from pools that have a limit, GPUs included, and that take no node away from what runs on it', () => {
    for (const { metadata, spec } of ofKind('NodePool')) {
      expect(spec.limits.cpu, metadata.name).toMatch(/^\d+$/);
      const isGpu = metadata.name.includes('gpu');
      expect(spec.limits['nvidia.com/gpu'] !== undefined, metadata.name).toBe(isGpu);
      expect(spec.disruption.consolidationPolicy).toBe('WhenEmpty');
    }
    expect(ofKind('NodePool')).toHaveLength(4);
  });
});

describe('the databases of production', () => {
  it('are in four clusters, on volumes that outlive them', () => {
    const [storageClass] = ofKind('StorageClass');
    expect(storageClass?.reclaimPolicy).toBe('Retain');
    const clusters = ofKind('Cluster').map(({ metadata, spec }) => [metadata.name, spec.instances, spec.enablePDB]);
    expect(clusters).toEqual([
      ['fair-prod-db', 2, true],
      ['fair-stac-db-prod', 2, true],
      ['mlflow-prod-db', 2, true],
      ['zenml-db-production', 1, false],
    ]);
    for (const { spec } of ofKind('Cluster')) {
      expect([spec.storage.storageClass, spec.walStorage.storageClass]).toEqual(
        Array(2).fill(storageClass?.metadata.name),
      );
    }
  });

  it('are backed up, each cluster on a schedule of its own', () => {
    const schedules = ofKind('ScheduledBackup').map(({ spec }) => [spec.cluster.name, spec.schedule]);
    expect(schedules).toEqual([
      ['fair-prod-db', '0 0 3 * * 1'],
      ['fair-stac-db-prod', '0 0 4 * * *'],
      ['mlflow-prod-db', '0 0 4 * * 0'],
      ['zenml-db-production', '0 0 3 * * 6'],
    ]);
    expect(find(objects, 'ObjectStore').spec.retentionPolicy).toBe('60d');
  });

  it('have the same owners, rights and extensions as those of dev where the same chart reads them', () => {
    const spec = find(objects, 'Cluster', 'fair-stac-db-prod').spec;
    const { fair = [] } = worldOf(dev).files;
    const sql = find(fair, 'ConfigMap', 'postgres-init').data['init-databases.sql'];
    for (const role of ['pgstac_admin', 'pgstac_read', 'pgstac_ingest']) {
      expect(sql).toContain(role);
      expect(spec.managed.roles[0].inRoles).toContain(role);
    }
    const database = find(objects, 'Database', 'fair-stac-db-prod-fair-stac-prod').spec;
    for (const { name } of database.extensions) expect(sql).toContain(`CREATE EXTENSION IF NOT EXISTS "${name}"`);
  });
});

describe('the Secrets of production', () => {
  it('are none that is written: each is one that must exist, in the namespace of its readers', () => {
    expect(ofKind('Secret')).toEqual([]);
    expect(existingSecrets.map(({ namespace, name }) => `${namespace}/${name}`).sort()).toEqual([
      'fair-prod/backup-credentials',
      'fair-prod/fair-prod-db',
      'fair-prod/mlflow-admin',
      'fair-prod/mlflow-auth-db',
      'fair-prod/mlflow-db',
      'fair-prod/s3-credentials',
      'fair-prod/stac-db',
      'fair-prod/zenml-db',
      'fair-prod/zenml-keys',
      'flts/grafana-credentials',
      'flts/haproxy-stats',
      'flts/minio-credentials',
      'flts/mlflow-db',
      'flts/postgres-credentials',
      'zenml-pipelines-prod/s3-credentials',
    ]);
  });

  it('are those that a cluster refers to, with the keys that its operator reads', () => {
    const names = ofKind('Cluster').flatMap(({ spec, metadata }) => [
      ...spec.managed.roles.map(({ passwordSecret }: Manifest) => `${metadata.namespace}/${passwordSecret.name}`),
      `${metadata.namespace}/${spec.bootstrap.initdb.secret.name}`,
    ]);
    for (const name of names) {
      const secret = existingSecrets.find((other) => `${other.namespace}/${other.name}` === name);
      expect(secret?.keys, name).toEqual(expect.arrayContaining(['username', 'password']));
    }
  });
});

describe('the releases of production', () => {
  it('wait for the cluster and the database of their own', () => {
    const waits = platform.releases.flatMap((release) =>
      release.database === undefined
        ? []
        : [[release.name, release.database.server.resource, release.database.databases.resource]],
    );
    expect(waits).toEqual([
      [
        'stac',
        'clusters.postgresql.cnpg.io/fair-stac-db-prod',
        'databases.postgresql.cnpg.io/fair-stac-db-prod-fair-stac-prod',
      ],
      [
        'mlflow',
        'clusters.postgresql.cnpg.io/mlflow-prod-db',
        'databases.postgresql.cnpg.io/mlflow-prod-db-mlflow-auth',
      ],
      [
        'zenml',
        'clusters.postgresql.cnpg.io/zenml-db-production',
        'databases.postgresql.cnpg.io/zenml-db-production-zenml',
      ],
    ]);
    for (const [, cluster = '', database = ''] of waits) {
      find(objects, 'Cluster', cluster.split('/')[1]);
      find(objects, 'Database', database.split('/')[1]);
    }
  });

  it('are reached by pipelines at the ports that their Services have', () => {
    const stack = platform.deployFiles['zenml/k8s.yaml'];
    expect(stack).toContain('tracking_uri: http://mlflow.fair-prod.svc:80\n');
    expect(stack).toContain('value: http://zenml.fair-prod.svc:80\n');
    expect(stack).toContain('zenml_version: 0.94.2\n');
  });
});

it('nothing of production is reached on a port of its nodes, and every host has a certificate', () => {
  expect(ofKind('Service').filter(({ spec }) => spec.type === 'NodePort')).toEqual([]);
  const hosts = ofKind('Ingress').map(({ spec }) => spec.rules[0].host);
  expect(hosts).toEqual([
    'stac.ai.hotosm.org',
    'inference.ai.hotosm.org',
    'flts-mlflow.ai.hotosm.org',
    'flts-api.ai.hotosm.org',
    'flts-grafana.ai.hotosm.org',
  ]);
  for (const { metadata, spec } of ofKind('Ingress')) {
    expect(spec.tls[0].hosts).toEqual([spec.rules[0].host]);
    // Every path: the Service sees it unchanged.
    expect(spec.rules[0].http.paths[0]).toMatchObject({ path: '/', pathType: 'Prefix' });
    expect(JSON.stringify(metadata.annotations)).not.toContain('rewrite-target');
  }
});
