import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { externalSecrets } from '../../../lib/components/secrets/external-secret';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { allowLocalCredentials, SecretRef } from '../../../lib/kube/secrets/secrets';
import { PipelineStack, type PipelineStackProps } from '../../../lib/stacks/fair/pipelines';
import { expectEachPropToMatter, find, type Manifest, namesOf, policiesOf, synth } from '../../support/synth';

const keys = new SecretRef('s3-credentials');
const credentials = { accessKeyId: keys.key('AWS_ACCESS_KEY_ID'), secretAccessKey: keys.key('AWS_SECRET_ACCESS_KEY') };
const withKeys: Required<PipelineStackProps> = {
  namespace: 'zenml-pipelines',
  network: 'declared',
  artifacts: { bucket: 'zenml', endpoint: 'http://minio.fair.svc:9000', credentials },
  servers: [{ host: 'zenml.elsewhere.svc', port: 80 }],
  artifactsNamespace: 'fair',
  credentials: localCredentials(),
};
const roleArn = 'arn:aws:iam::123456789012:role/zenml';

describe('the stack of pipelines', () => {
  const objects = render(withKeys);

  it('is a namespace with an account for each who acts in it', () => {
    expect(namesOf(objects)).toEqual([
      'Namespace zenml-pipelines',
      'LimitRange pipeline-defaults',
      'Secret s3-credentials',
      'ServiceAccount zenml-client',
      'Role zenml-client',
      'RoleBinding zenml-client',
      'ServiceAccount zenml-pipelines',
      'Role zenml-pipelines',
      'RoleBinding zenml-pipelines',
      'ServiceAccount zenml-steps',
    ]);
    expect(policiesOf(objects)).toEqual(['default-deny', 'allow-dns', 'pipelines', 'pipelines-orchestrator']);
  });

  it('lets nobody read a Secret or delete a pod', () => {
    const rules: Manifest[] = objects.filter(({ kind }) => kind === 'Role').flatMap((role) => role.rules);
    for (const { resources, verbs } of rules) {
      expect(resources).not.toContain('secrets');
      if (resources.includes('pods')) expect(verbs).toEqual(['get', 'list']);
    }
  });

  it('mounts a token only into the pods that start steps', () => {
    const mounted = objects.filter(({ automountServiceAccountToken }) => automountServiceAccountToken === true);
    expect(mounted.map(({ metadata }) => metadata.name)).toEqual(['zenml-pipelines']);
    expect(find(objects, 'ServiceAccount', 'zenml-steps').automountServiceAccountToken).toBe(false);
  });

  it('needs no Secret where its accounts open the bucket by themselves', () => {
    const byRole = render({ ...withKeys, artifacts: { bucket: 'zenml', roleArn } });
    expect(byRole.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const name of ['zenml-pipelines', 'zenml-steps']) {
      expect(Object.values(find(byRole, 'ServiceAccount', name).metadata.annotations)).toContain(roleArn);
    }
    expect(find(byRole, 'ServiceAccount', 'zenml-client').metadata.annotations).toBeUndefined();
  });

  it('has a Secret with the values of the one beside the bucket', () => {
    const app = new App();
    new PipelineStack(app, 'pipelines', { ...withKeys, credentials: existingSecrets() });
    const [secret] = requiredSecrets(app);
    expect(secret?.keys.AWS_ACCESS_KEY_ID?.from).toEqual({ sameAs: credentials.accessKeyId, namespace: 'fair' });
    expect(secret?.keys.AWS_SECRET_ACCESS_KEY?.from).toEqual({
      sameAs: credentials.secretAccessKey,
      namespace: 'fair',
    });
  });

  it('has each of its props', () => {
    const all: Required<PipelineStackProps> = { ...withKeys, credentials: externalSecrets({ store: { name: 'aws' } }) };
    expectEachPropToMatter<PipelineStackProps>(render, all, {
      namespace: 'other',
      network: 'any',
      servers: [],
      artifacts: { bucket: 'zenml', roleArn },
      artifactsNamespace: 'other',
      credentials: existingSecrets(),
    });
  });
});

function render(props: PipelineStackProps) {
  const app = new App();
  allowLocalCredentials(app);
  return synth(new PipelineStack(app, 'pipelines', props));
}
