import { App, Cron, Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import type { CredentialSource, SecretSpec } from '../../../lib/kube/secrets/secrets';
import type { CloudNativePgDatabases, FairCluster } from '../../../lib/stacks/fair/databases';
import { FairStack, type FairStackProps } from '../../../lib/stacks/fair/stack';
import { find, synth } from '../../support/synth';

const storage = Size.gibibytes(10);
const each: readonly [FairCluster, ...FairCluster[]] = [
  { name: 'stac-db', storage, databases: ['stac'] },
  { name: 'mlflow-db', storage, databases: ['mlflow'] },
  { name: 'zenml-db', storage, databases: ['zenml'] },
];
const oneForAll: CloudNativePgDatabases = {
  type: 'CloudNativePG',
  clusters: [{ name: 'fair-db', storage, databases: ['stac', 'mlflow', 'zenml', 'mlflowAuth', 'raw_data'] }],
};

describe('databases of CloudNativePG, one cluster each', () => {
  const { stack, objects, specs } = build({ database: { type: 'CloudNativePG', clusters: each } });

  it('are clusters, and neither a StatefulSet nor a Job', () => {
    const kinds = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).toEqual(expect.arrayContaining(['Cluster stac-db', 'Cluster mlflow-db', 'Cluster zenml-db']));
    expect(kinds).not.toContain('StatefulSet postgres');
    expect(kinds.filter((name) => name.startsWith('Job postgres'))).toEqual([]);
    expect(stack.postgres).toBeUndefined();
    expect(stack.clusters.map(({ name }) => name)).toEqual(['stac-db', 'mlflow-db', 'zenml-db']);
  });

  it('are reached by the same connection as those of a StatefulSet, at the primary of their cluster', () => {
    expect(stack.stac.connection).toMatchObject({
      host: 'stac-db-rw.fair.svc',
      port: 5432,
      database: 'fair_models',
      username: 'fair_models',
      password: { secret: { name: 'stac-db' }, key: 'password' },
    });
    expect(stack.zenml.waitFor.map(({ namespace, resource }) => `${namespace}: ${resource}`)).toEqual([
      'fair: clusters.postgresql.cnpg.io/zenml-db',
      'fair: databases.postgresql.cnpg.io/zenml-db-zenml',
    ]);
  });

  it('have Secrets that their operator can read, and that say where the database is', () => {
    expect(Object.keys(specs.get('zenml-db')?.keys ?? {})).toEqual(['username', 'password']);
    expect(specs.get('stac-db')?.keys.host?.value).toBe('stac-db-rw.fair.svc');
    expect(specs.get('stac-db')?.labels).toEqual({ 'cnpg.io/reload': 'true' });
    expect(specs.get('stac-db')?.readers).toEqual(['stac', 'stac-db']);
    expect(specs.has('postgres-credentials')).toBe(false);
  });
});

describe('databases of CloudNativePG in one cluster', () => {
  const { stack, objects } = build({
    database: oneForAll,
    mlflowUsers: true,
    extraDatabases: [{ name: 'raw_data', owner: 'raw' }],
  });

  it('are each an object of its own, with an owner of its own', () => {
    const databases = objects.filter(({ kind }) => kind === 'Database').map(({ metadata }) => metadata.name);
    expect(databases).toEqual([
      'fair-db-fair-models',
      'fair-db-mlflow',
      'fair-db-zenml',
      'fair-db-mlflow-auth',
      'fair-db-raw-data',
    ]);
    const { managed, postgresql } = find(objects, 'Cluster').spec;
    expect(managed.roles.map(({ name }: { name: string }) => name)).toEqual([
      'fair_models',
      'mlflow',
      'zenml',
      'mlflow_auth',
      'raw',
    ]);
    expect(postgresql.pg_hba).toHaveLength(10);
  });

  it('are reached at one host', () => {
    for (const { connection } of [stack.stac, stack.mlflow, stack.zenml]) {
      expect(connection.host).toBe('fair-db-rw.fair.svc');
    }
    expect(stack.mlflow.users?.client.connection.database).toBe('mlflow_auth');
  });
});

describe('backups of the clusters', () => {
  const retention = Duration.days(30);
  const [first, ...others] = each.map((cluster) => ({ ...cluster, backupSchedule: Cron.daily() }));
  const clusters = [first, ...others] as unknown as typeof each;

  it('go to one bucket, which a Secret opens where no role does', () => {
    const { objects, specs } = build({
      database: { type: 'CloudNativePG', clusters, backups: { bucket: { bucket: 'db' }, retention } },
    });
    expect(find(objects, 'ObjectStore').spec.configuration.s3Credentials.accessKeyId).toEqual({
      name: 'backup-credentials',
      key: 'access-key-id',
    });
    expect(specs.has('backup-credentials')).toBe(true);
    expect(objects.filter(({ kind }) => kind === 'ScheduledBackup')).toHaveLength(3);
  });

  it('need no Secret where a role opens the bucket', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/backups';
    const { objects, specs } = build({
      database: { type: 'CloudNativePG', clusters, backups: { bucket: { bucket: 'db', roleArn }, retention } },
    });
    expect(specs.has('backup-credentials')).toBe(false);
    expect(find(objects, 'Cluster', 'stac-db').spec.serviceAccountTemplate.metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': roleArn,
    });
  });

  it.each<[string, CloudNativePgDatabases]>([
    ['a schedule without a place for the backups', { type: 'CloudNativePG', clusters }],
    [
      'a place for backups that are never made',
      { type: 'CloudNativePG', clusters: each, backups: { bucket: { bucket: 'db' }, retention } },
    ],
  ])('fails with %s', (_, database) => {
    expect(() => build({ database })).toThrow("fair: 'stac-db.backupSchedule' must be given together with 'backups'");
  });
});

it.each<[string, CloudNativePgDatabases['clusters'], string]>([
  [
    'a database that is nowhere',
    [each[0] as FairCluster],
    "fair: 'database.clusters' must hold each database once, 'mlflow' too, got 0",
  ],
  [
    'a database that is in two clusters',
    [...each, { name: 'more', storage, databases: ['stac'] }],
    "fair: 'database.clusters' must hold each database once, 'stac' too, got 2",
  ],
  [
    'a database that nobody asked for',
    [...each, { name: 'more', storage, databases: ['other'] }],
    "fair: 'more.databases' must be one of 'stac', 'mlflow', 'zenml', got 'other'",
  ],
])('fails for %s', (_, clusters, message) => {
  expect(() => build({ database: { type: 'CloudNativePG', clusters } })).toThrow(message);
});

function build(props: Omit<FairStackProps, 'credentials'>) {
  const specs = new Map<string, SecretSpec>();
  const credentials: CredentialSource = {
    provide: (scope, spec) => {
      specs.set(spec.name, spec);
      return existingSecrets().provide(scope, spec);
    },
  };
  const stack = new FairStack(new App(), 'fair', { ...props, credentials });
  return { stack, specs, objects: synth(stack) };
}
