import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { FairStack, type FairStackProps } from '../../../lib/stacks/fair/stack';
import { find } from '../../support/synth';
import { minimal, render } from './samples';

describe('the stack fair with minimal props', () => {
  const objects = render(minimal);

  it('has a database and an owner for each chart, and lets the owner of STAC run pgstac', () => {
    const sql = find(objects, 'ConfigMap', 'postgres-init').data['init-databases.sql'];
    for (const owner of ['"zenml"', '"fair_models"', '"mlflow"', '"pgstac_admin"']) expect(sql).toContain(owner);
  });

  it('has a bucket for data, MLflow and ZenML', () => {
    const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('minio-buckets'));
    expect(job?.spec.template.spec.containers[0].command.slice(-3)).toEqual(['fair-data', 'mlflow', 'zenml']);
  });
});

describe('the stack fair', () => {
  it('hands the charts their databases and buckets, as one host that is written once', () => {
    const { stac, mlflow, zenml } = new FairStack(new App(), 'fair', { credentials: existingSecrets() });
    for (const { connection } of [stac, mlflow, zenml]) {
      expect(connection).toMatchObject({ host: 'postgres.fair.svc', port: 5432 });
    }
    expect(stac.connection).toMatchObject({ database: 'fair_models', username: 'fair_models' });
    expect(mlflow.connection.password).toMatchObject({ secret: { name: 'mlflow-db' }, key: 'password' });
    expect(zenml.artifacts).toMatchObject({
      bucket: 'zenml',
      endpoint: 'http://minio.fair.svc:9000',
      credentials: {
        accessKeyId: { secret: { name: 's3-credentials' }, key: 'AWS_ACCESS_KEY_ID' },
        secretAccessKey: { secret: { name: 's3-credentials' }, key: 'AWS_SECRET_ACCESS_KEY' },
      },
    });
  });

  it('does not restart its server for a database that is added', () => {
    const after = render({ ...minimal, extraDatabases: [{ name: 'raw_data', owner: 'raw' }] });
    expect(find(after, 'StatefulSet', 'postgres')).toEqual(find(render(minimal), 'StatefulSet', 'postgres'));
  });

  it.each<[string, Partial<FairStackProps>, string]>([
    [
      'a database that it has already',
      { extraDatabases: [{ name: 'mlflow', owner: 'other' }] },
      "fair: 'extraDatabases' must have a Secret of their own ('mlflow-db' is taken), got 'mlflow'",
    ],
    [
      'two databases with one Secret',
      {
        extraDatabases: [
          { name: 'raw_data', owner: 'a' },
          { name: 'raw-data', owner: 'b' },
        ],
      },
      "fair: 'extraDatabases' must have a Secret of their own ('raw-data-db' is taken), got 'raw-data'",
    ],
    [
      'a database with the Secret of another client',
      { extraDatabases: [{ name: 'stac', owner: 'other' }] },
      "fair: 'extraDatabases' must have a Secret of their own ('stac-db' is taken), got 'stac'",
    ],
    [
      'an owner that it has already',
      { extraDatabases: [{ name: 'other', owner: 'mlflow' }] },
      "fair/postgres: 'databases.owner' must have no duplicates, got 'mlflow'",
    ],
    [
      'a bucket that it has already',
      { extraBuckets: ['zenml'] },
      "fair/minio: 'buckets' must have no duplicates, got 'zenml'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => new FairStack(new App(), 'fair', { credentials: existingSecrets(), ...props })).toThrow(message);
  });
});
