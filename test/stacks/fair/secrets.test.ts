import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import type { CredentialSource, SecretSpec } from '../../../lib/kube/secrets/secrets';
import { FairStack } from '../../../lib/stacks/fair/stack';
import { find, synth } from '../../support/synth';
import { decoded, minimal, render } from './samples';

describe('the stack fair with minimal props', () => {
  const objects = render(minimal);

  it.each([
    ['postgres-credentials', { username: 'postgres', password: 'postgres' }],
    ['minio-credentials', { accessKey: 'minioadmin', secretKey: 'minioadmin' }],
    ['s3-credentials', { AWS_ACCESS_KEY_ID: 'minioadmin', AWS_SECRET_ACCESS_KEY: 'minioadmin' }],
    [
      'stac-db',
      {
        username: 'fair_models',
        password: 'fair_models',
        host: 'postgres.fair.svc',
        port: '5432',
        database: 'fair_models',
      },
    ],
    ['mlflow-db', { username: 'mlflow', password: 'mlflow' }],
    ['zenml-db', { password: 'zenml' }],
  ])('has the Secret %s in the shape that its reader wants, with documented values', (name, data) => {
    expect(decoded(find(objects, 'Secret', name))).toEqual(data);
  });
});

describe('the stack fair', () => {
  it('refers to Secrets by name only, outside a local environment', () => {
    const objects = synth(new FairStack(new App(), 'fair', { credentials: existingSecrets() }));
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain('minioadmin');
  });

  it('fails to write credentials outside a local environment', () => {
    expect(() => new FairStack(new App(), 'fair', minimal)).toThrow(
      "fair/postgres-credentials-secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'postgres-credentials'",
    );
  });

  it('says of every Secret what each key means', () => {
    const specs = new Map<string, SecretSpec>();
    const credentials: CredentialSource = {
      provide: (scope, spec) => {
        specs.set(spec.name, spec);
        return existingSecrets().provide(scope, spec);
      },
    };
    new FairStack(new App(), 'fair', { credentials });
    expect([...specs.keys()].sort()).toEqual([
      'minio-credentials',
      'mlflow-db',
      'postgres-credentials',
      's3-credentials',
      'stac-db',
      'zenml-db',
    ]);
    for (const { keys } of specs.values()) for (const { meaning } of Object.values(keys)) expect(meaning).not.toBe('');
  });
});
