import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import type { ZenmlChart } from '../../../lib/stacks/fair/charts/zenml';
import type { S3ObjectStore } from '../../../lib/stacks/fair/object-store';
import { FairStack } from '../../../lib/stacks/fair/stack';
import { charts } from '../../../lib/versions';
import { find, synth } from '../../support/synth';

const s3: S3ObjectStore = {
  type: 'S3',
  region: 'us-east-1',
  buckets: { data: { bucket: 'data' }, mlflow: { bucket: 'runs' }, zenml: { bucket: 'shared', path: 'zenml' } },
};
const roleArn = 'arn:aws:iam::123456789012:role/fair';

describe('buckets of S3', () => {
  it('are written nowhere: there is no server and no Job', () => {
    const objects = synth(build(s3));
    expect(objects.filter(({ metadata }) => metadata.name.startsWith('minio'))).toEqual([]);
    expect(build(s3).minio).toBeUndefined();
  });

  it('are handed out with their region, and the Secret that opens them', () => {
    const { mlflow, zenml } = build(s3);
    expect(mlflow.artifacts).toMatchObject({ bucket: 'runs', region: 'us-east-1' });
    expect(mlflow.artifacts.endpoint).toBeUndefined();
    expect(zenml.artifacts).toMatchObject({
      bucket: 'shared',
      path: 'zenml',
      credentials: {
        accessKeyId: { secret: { name: 's3-credentials' }, key: 'AWS_ACCESS_KEY_ID' },
        secretAccessKey: { secret: { name: 's3-credentials' }, key: 'AWS_SECRET_ACCESS_KEY' },
      },
    });
  });

  it('are opened by a role instead, as the account of the pipelines says', () => {
    const stack = build({ ...s3, roleArn });
    expect(stack.zenml.artifacts).toMatchObject({ bucket: 'shared', roleArn });
    expect(stack.zenml.artifacts.credentials).toBeUndefined();
    expect(find(synth(stack), 'ServiceAccount').metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': roleArn,
    });
  });

  it.each<[string, ZenmlChart, S3ObjectStore, boolean]>([
    ['a chart that takes no key', charts.zenml, s3, false],
    ['a chart that takes the key', charts.zenml094, s3, true],
    ['a role', charts.zenml, { ...s3, roleArn }, true],
  ])('are reached by the server of ZenML exactly where it can open them: with %s', (_, chart, store, opens) => {
    const stack = new FairStack(new App(), 'fair', {
      credentials: existingSecrets(),
      objectStore: store,
      charts: { zenml: { chart } },
    });
    const { egress } = find(synth(stack), 'NetworkPolicy', 'zenml').spec;
    expect(JSON.stringify(egress).includes('"port":443')).toBe(opens);
    const reads = requiredSecrets(stack)
      .find(({ name }) => name === 's3-credentials')
      ?.readers.includes('zenml');
    expect(reads).toBe(store.roleArn === undefined ? opens : undefined);
  });

  it.each<[string, Partial<S3ObjectStore>, string]>([
    [
      'a region that cannot be',
      { region: 'Virginia' },
      "fair: 'objectStore.region' must be a region of AWS (us-east-1), got 'Virginia'",
    ],
    [
      'a role that is none',
      { roleArn: 'fair' },
      "fair: 'objectStore.roleArn' must be the ARN of an IAM role (arn:aws:iam::<account>:role/<name>), got 'fair'",
    ],
  ])('fails for %s', (_, change, message) => {
    expect(() => build({ ...s3, ...change })).toThrow(message);
  });

  it('fails for a bucket that somebody would have to create', () => {
    expect(
      () =>
        new FairStack(new App(), 'fair', { credentials: existingSecrets(), objectStore: s3, extraBuckets: ['more'] }),
    ).toThrow(`fair: 'extraBuckets' must be empty with S3, where none is created, got ["more"]`);
  });
});

function build(objectStore: S3ObjectStore): FairStack {
  return new FairStack(new App(), 'fair', { credentials: existingSecrets(), objectStore });
}
