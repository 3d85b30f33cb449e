import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { PipelineStack } from '../../lib/charts/fair-pipelines';
import { existingSecrets } from '../../lib/components/secrets/sources';
import type { BucketConnection } from '../../lib/kube/connections';
import { namespaceOf } from '../../lib/kube/inventory';
import { SecretRef } from '../../lib/kube/secrets';
import { find, synth } from '../support/synth';

const secret = new SecretRef('s3-credentials');
const credentials = {
  accessKeyId: secret.key('AWS_ACCESS_KEY_ID'),
  secretAccessKey: secret.key('AWS_SECRET_ACCESS_KEY'),
};

describe('a namespace of pipelines', () => {
  const { objects, needed } = build({ bucket: 'zenml', credentials });

  it('has an account for who starts a pipeline, for what starts its steps, and for the steps', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace pipelines',
      'LimitRange pipeline-defaults',
      'ServiceAccount zenml-client',
      'Role zenml-client',
      'RoleBinding zenml-client',
      'ServiceAccount zenml-pipelines',
      'Role zenml-pipelines',
      'RoleBinding zenml-pipelines',
      'ServiceAccount zenml-steps',
    ]);
  });

  it('lets what starts steps create and watch their Jobs, and no more', () => {
    expect(find(objects, 'Role', 'zenml-pipelines').rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    ]);
  });

  it('lets who starts pipelines start them, now or on a schedule', () => {
    expect(find(objects, 'Role', 'zenml-client').rules).toContainEqual({
      apiGroups: ['batch'],
      resources: ['cronjobs'],
      verbs: ['get', 'list', 'create', 'patch', 'delete'],
    });
  });

  it('mounts the token of the API server for what starts steps alone', () => {
    const tokens = objects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ metadata, automountServiceAccountToken }) => [metadata.name, automountServiceAccountToken]);
    expect(tokens).toEqual([
      ['zenml-client', false],
      ['zenml-pipelines', true],
      ['zenml-steps', false],
    ]);
  });

  it('has a Secret of its own for the bucket, for Secrets do not cross namespaces', () => {
    expect(needed).toEqual(['pipelines/s3-credentials']);
  });

  it('needs none where a role opens the bucket', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/zenml';
    const withRole = build({ bucket: 'zenml', roleArn });
    expect(withRole.needed).toEqual([]);
    for (const name of ['zenml-pipelines', 'zenml-steps']) {
      expect(find(withRole.objects, 'ServiceAccount', name).metadata.annotations).toEqual({
        'eks.amazonaws.com/role-arn': roleArn,
      });
    }
  });
});

function build(artifacts: BucketConnection) {
  const needed: string[] = [];
  const stack = new PipelineStack(new App(), 'pipelines', {
    namespace: 'pipelines',
    artifacts,
    credentials: {
      provide: (scope, spec) => {
        needed.push(`${namespaceOf(scope)}/${spec.name}`);
        return existingSecrets().provide(scope, spec);
      },
    },
  });
  return { needed, objects: synth(stack) };
}
