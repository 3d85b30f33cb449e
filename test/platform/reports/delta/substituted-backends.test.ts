import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../lib/kube/objects/serialization';
import { delta } from '../../../../lib/platform/reports/delta/delta';
import { objects, only } from './comparisons';
import { object, output, release, serving } from './samples';

describe('a substituted backend', () => {
  const claims = [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '5Gi' } } } }];
  const server = serving('postgres', 'StatefulSet', 'fair/postgres', { replicas: 1, volumeClaimTemplates: claims });
  const cnpg = (kind: string, name: string, spec: Manifest) =>
    object(kind, `fair/${name}`, { apiVersion: 'postgresql.cnpg.io/v1', spec });
  const dev = [server, serving('postgres', 'Service', 'fair/postgres')];
  const prod = [
    cnpg('Cluster', 'db', {
      instances: 2,
      storage: { size: '50Gi', storageClass: 'gp3' },
      walStorage: { size: '20Gi' },
    }),
    cnpg('ScheduledBackup', 'db-backup', { schedule: '0 0 3 * * *' }),
    object('PodMonitor', 'fair/db', { spec: { selector: { matchLabels: { 'cnpg.io/cluster': 'db' } } } }),
  ];

  it('is one difference, with the objects of both', () => {
    expect(objects(dev, prod).groups.backends).toEqual([
      {
        of: 'PostgreSQL',
        label: 'what serves it',
        from: { served: 'StatefulSet', objects: ['Service fair/postgres', 'StatefulSet fair/postgres'] },
        to: {
          served: 'CloudNativePG',
          objects: ['Cluster fair/db', 'PodMonitor fair/db', 'ScheduledBackup fair/db-backup'],
        },
      },
    ]);
    expect(objects(dev, prod).drift).toEqual([]);
  });

  it('says what both say in their own ways about instances, volumes and backups', () => {
    expect(objects(dev, prod).groups).toMatchObject({
      scale: [{ of: 'PostgreSQL', label: 'instances', from: { postgres: 1 }, to: { db: 2 } }],
      storage: [
        { label: 'volumes of an instance', from: { postgres: '5Gi' }, to: { db: '50Gi of gp3, WAL 20Gi' } },
        { label: 'backups', to: { 'db-backup': '0 0 3 * * *' } },
      ],
    });
  });

  it('is S3 where MinIO is not, and something has buckets', () => {
    const minio = serving('minio', 'StatefulSet', 'fair/minio');
    const [from, to] = [output('dev', [minio], release({})), output('prod', [], release({}))];
    expect(delta(from, to).groups.backends).toMatchObject([
      { of: 'object storage', from: { served: 'MinIO' }, to: { served: 'S3', objects: [] } },
    ]);
    expect(delta(from, output('prod', [])).groups.backends).toMatchObject([{ to: { served: 'nothing' } }]);
  });

  it('is none where both are served by the same thing, whose fields are compared', () => {
    const more = serving('postgres', 'StatefulSet', 'fair/postgres', { replicas: 2, volumeClaimTemplates: claims });
    expect(objects([server], [more])).toMatchObject(
      only('scale', { of: 'StatefulSet fair/postgres', label: 'replicas', path: 'spec.replicas', from: 1, to: 2 }),
    );
  });
});
