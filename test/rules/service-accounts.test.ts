import { deployment, object } from '../support/manifests';
import { describeRule, type Manifest, nameOf, neighbours, podOf, type Rule, world } from '../support/rules';

const rule: Rule = (all) =>
  all.objects.flatMap((manifest) => check(manifest).map((text) => `${nameOf(manifest)}: ${text}`));

function check(manifest: Manifest): string[] {
  if (manifest.kind === 'ServiceAccount') {
    return manifest.automountServiceAccountToken === undefined ? ['does not say whether its token is mounted'] : [];
  }
  const { spec } = podOf(manifest) ?? {};
  if (spec === undefined) return [];
  const { automountServiceAccountToken: token, serviceAccountName: account } = spec;
  return [
    ...(token === undefined ? ['does not say whether a token is mounted'] : []),
    ...(token === true && account === undefined ? ['mounts the token of the default ServiceAccount'] : []),
  ];
}

const existing: Rule = (all) =>
  all.objects.flatMap((manifest) => {
    const { namespace } = manifest.metadata;
    const { serviceAccountName: name } = podOf(manifest)?.spec ?? {};
    const named: { name: string; namespace?: string }[] = [
      ...(name === undefined ? [] : [{ name }]),
      ...(manifest.subjects ?? []),
    ];
    return named
      .filter((account) => {
        const metadata = { namespace, ...account };
        return !neighbours(all, { metadata }, 'ServiceAccount').some((other) => other.metadata.name === account.name);
      })
      .map((account) => `${nameOf(manifest)}: there is no ServiceAccount ${account.name}`);
  });

function clusterRoleBinding(namespace: string): Manifest {
  const subjects = [{ kind: 'ServiceAccount', name: 'operator', namespace }];
  return object('ClusterRoleBinding', 'a', { metadata: { namespace: undefined }, subjects });
}

const account = object('ServiceAccount', 'operator', { automountServiceAccountToken: false });

describeRule('a token of the API server is mounted only where somebody asks for it', rule, {
  good: [
    world([deployment()]),
    world([account, deployment({ serviceAccountName: 'operator', automountServiceAccountToken: true })]),
  ],
  bad: [
    [
      world([deployment({ automountServiceAccountToken: undefined })]),
      'Deployment api: does not say whether a token is mounted',
    ],
    [
      world([deployment({ automountServiceAccountToken: true })]),
      'Deployment api: mounts the token of the default ServiceAccount',
    ],
    [world([object('ServiceAccount', 'a')]), 'ServiceAccount a: does not say whether its token is mounted'],
  ],
});

describeRule('every ServiceAccount that a pod or a binding names is there', existing, {
  good: [
    world([account, deployment({ serviceAccountName: 'operator' })]),
    world([deployment()]),
    world([account, clusterRoleBinding('demo')]),
  ],
  bad: [
    [world([account, clusterRoleBinding('other')]), 'ClusterRoleBinding a: there is no ServiceAccount operator'],
    [world([deployment({ serviceAccountName: 'operator' })]), 'Deployment api: there is no ServiceAccount operator'],
    [
      world([object('RoleBinding', 'a', { subjects: [{ kind: 'ServiceAccount', name: 'operator' }] })]),
      'RoleBinding a: there is no ServiceAccount operator',
    ],
  ],
});
