import { describe, expect, test } from 'vitest';
import { Postgres, type PostgresProps } from '../../../lib/components/data/postgres';
import { patch } from '../../../lib/kube/objects/patch';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { cloudNativePgReady, postgresReady } from '../../../lib/platform/releases/wait-target';
import { find, synth, testChart } from '../../support/synth';

const SERVER = {
  name: 'the database server is ready',
  namespace: 'fair',
  resource: 'statefulset/postgres',
  until: 'jsonpath={.status.readyReplicas}=1',
};

describe('a release that uses a server', () => {
  const secret = new SecretRef('postgres-credentials').key('password');
  const server = (databases: PostgresProps['databases']) =>
    new Postgres(testChart(), 'postgres', { superuser: { username: 'postgres', password: secret }, databases });

  test('waits for the server and for the Job that creates its databases, under the name that is written', () => {
    const postgres = server([{ name: 'zenml', owner: 'zenml', password: secret }]);
    const waitFor = postgresReady(postgres, 'fair');
    const before = waitFor.map(({ resource }) => resource);
    if (postgres.databaseJob) patch(postgres.databaseJob, { op: 'replace', path: '/spec/backoffLimit', value: 3 });
    const job = `job/${find(synth(postgres), 'Job').metadata.name}`;
    expect(waitFor).toEqual([
      SERVER,
      { name: 'the databases exist', namespace: 'fair', resource: job, until: 'condition=complete' },
    ]);
    expect(before).not.toContain(job);
  });

  test('waits for the server alone where it creates no databases', () => {
    expect(postgresReady(server([]), 'fair')).toEqual([SERVER]);
  });
});

test('a release that uses a cluster waits for it and for the database by the whole names of their kinds', () => {
  expect(cloudNativePgReady('fair', 'db', 'db-zenml')).toEqual([
    { ...SERVER, resource: 'clusters.postgresql.cnpg.io/db', until: 'condition=Ready' },
    {
      name: 'the databases exist',
      namespace: 'fair',
      resource: 'databases.postgresql.cnpg.io/db-zenml',
      until: 'jsonpath={.status.applied}=true',
    },
  ]);
});
