import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { PipelineStack, type PipelineStackProps } from '../../lib/charts/fair-pipelines';
import { existingSecrets, localCredentials } from '../../lib/components/secrets/sources';
import { allowLocalCredentials, SecretRef } from '../../lib/kube/secrets';
import { expectEachPropToMatter, find, type Manifest, synth } from '../support/synth';

const keys = new SecretRef('s3-credentials');
const credentials = { accessKeyId: keys.key('AWS_ACCESS_KEY_ID'), secretAccessKey: keys.key('AWS_SECRET_ACCESS_KEY') };
const withKeys: PipelineStackProps = {
  namespace: 'zenml-pipelines',
  artifacts: { bucket: 'zenml', endpoint: 'http://minio.fair.svc:9000', credentials },
  artifactsNamespace: 'fair',
  credentials: localCredentials(),
};
const roleArn = 'arn:aws:iam::123456789012:role/zenml';

describe('the stack of pipelines', () => {
  const objects = render(withKeys);

  it('is a namespace with an account for each who acts in it', () => {
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
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

  it('has each of its props', () => {
    // Where the same Secret is for others is said in the list of Secrets, not in a manifest.
    type Written = Omit<PipelineStackProps, 'artifactsNamespace'>;
    const { artifactsNamespace: _, ...all }: Required<PipelineStackProps> = withKeys;
    expectEachPropToMatter<Written>((props) => render({ ...withKeys, ...props }), all, {
      namespace: 'other',
      artifacts: { bucket: 'zenml', roleArn },
      credentials: existingSecrets(),
    });
  });
});

function render(props: PipelineStackProps) {
  const app = new App();
  allowLocalCredentials(app);
  return synth(new PipelineStack(app, 'pipelines', props));
}
