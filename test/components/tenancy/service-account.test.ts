import { type App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ServiceAccount, type ServiceAccountProps } from '../../../lib/components/tenancy/service-account';
import { setKubernetesVersion } from '../../../lib/kube/objects/kubernetes-version';
import { expectEachPropToMatter, find, synth, testChart } from '../../support/synth';

const all: Required<ServiceAccountProps> = {
  name: 'pipelines',
  rules: [
    { apiGroup: '', resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
    { apiGroup: 'batch', resources: ['jobs'], verbs: ['create'] },
  ],
  clusterRules: [{ apiGroup: '', resources: ['nodes'], verbs: ['list', 'watch'] }],
  admission: [{ resources: { batch: ['jobs'] }, expression: 'false', message: 'none' }],
  automountServiceAccountToken: true,
  annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/pipelines' },
};

describe('a ServiceAccount with minimal props', () => {
  it('may do nothing and mounts no token', () => {
    expect(render({ name: 'pipelines' })).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'pipelines', namespace: 'demo' },
        automountServiceAccountToken: false,
      },
    ]);
  });
});

describe('a ServiceAccount with all props', () => {
  const objects = render(all);

  it('has each of them', () => {
    expect(find(objects, 'ServiceAccount')).toMatchObject({
      metadata: { annotations: all.annotations },
      automountServiceAccountToken: true,
    });
    expectEachPropToMatter<ServiceAccountProps>(render, all, {
      name: 'other',
      rules: [],
      clusterRules: [],
      admission: [],
      automountServiceAccountToken: false,
      annotations: {},
    });
  });

  it('may do what its rules say, in its own namespace', () => {
    expect(find(objects, 'Role')).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'pipelines', namespace: 'demo' },
      rules: [
        { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
      ],
    });
  });

  it('is bound to its Role, in the form that the API server stores', () => {
    const { metadata, roleRef, subjects } = find(objects, 'RoleBinding');
    expect(metadata).toEqual({ name: 'pipelines', namespace: 'demo' });
    expect(roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pipelines' });
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'pipelines', namespace: 'demo' }]);
  });
});

describe('what an account may do in the namespace of another chart', () => {
  it('is a Role there, which is bound to the account where that is', () => {
    const chart = testChart();
    const other = new Chart(chart.node.root as App, 'other', { namespace: 'other' });
    const account = new ServiceAccount(chart, 'account', { name: 'pipelines' });
    account.grantIn(other, all.rules);
    const objects = synth(chart);
    expect(find(objects, 'Role').metadata).toEqual({ name: 'pipelines', namespace: 'other' });
    const { metadata, subjects } = find(objects, 'RoleBinding');
    expect(metadata).toEqual({ name: 'pipelines', namespace: 'other' });
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'pipelines', namespace: 'demo' }]);
  });
});

describe('what an account may do in the whole cluster', () => {
  it('is a ClusterRole that carries its namespace in its name, and is in none', () => {
    const objects = render(all);
    expect(find(objects, 'ClusterRole')).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'demo-pipelines' },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }],
    });
    const { metadata, roleRef, subjects } = find(objects, 'ClusterRoleBinding');
    expect(metadata).toEqual({ name: 'demo-pipelines' });
    expect(roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'demo-pipelines' });
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'pipelines', namespace: 'demo' }]);
  });

  it('is nothing unless it is said', () => {
    expect(render({ ...all, clusterRules: [], admission: [] }).map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
    ]);
  });
});

describe('a ServiceAccount', () => {
  it('hands the pull Secrets of the environment to pods that others create', () => {
    const chart = testChart({ images: { pullSecrets: ['pull'] } });
    new ServiceAccount(chart, 'account', { name: 'pipelines' });
    expect(find(synth(chart), 'ServiceAccount').imagePullSecrets).toEqual([{ name: 'pull' }]);
  });

  it('fails for a name that is no DNS name', () => {
    expect(() => render({ name: 'Pipelines' })).toThrow(
      "demo/account: 'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'Pipelines'",
    );
  });

  it('fails for an annotation with a key that is none', () => {
    expect(() => render({ name: 'pipelines', annotations: { 'role arn': 'a' } })).toThrow(
      "demo/account: 'annotations' must have keys of the form name or domain/name (letters, digits, '-', '_' and '.'), got 'role arn'",
    );
  });

  it('fails with rules in a chart without a namespace: a binding must name that of its subject', () => {
    expect(() => new ServiceAccount(testChart({ namespace: null }), 'account', all)).toThrow(
      "demo/account: 'rules' must be given in a chart with a namespace, got undefined",
    );
  });
});

it('a rule of admission is a policy for the requests of this account alone, from Kubernetes 1.30 on', () => {
  const policies = (kubernetes: string) => render(all, kubernetes).filter(({ kind }) => kind.startsWith('Validating'));
  expect(policies('1.29')).toEqual([]);
  expect(policies('1.30').map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace])).toEqual([
    ['ValidatingAdmissionPolicy', 'demo-pipelines', undefined],
    ['ValidatingAdmissionPolicyBinding', 'demo-pipelines', undefined],
  ]);
  expect(policies('1.30')[0]?.spec).toMatchObject({
    matchConstraints: {
      resourceRules: [{ apiGroups: ['batch'], resources: ['jobs'], operations: ['CREATE', 'UPDATE'] }],
    },
    matchConditions: [{ expression: "request.userInfo.username == 'system:serviceaccount:demo:pipelines'" }],
    validations: [{ expression: 'false', message: 'none' }],
  });
});

function render(props: ServiceAccountProps, kubernetes = '1.30') {
  const chart = testChart();
  setKubernetesVersion(chart, kubernetes);
  new ServiceAccount(chart, 'account', props);
  return synth(chart);
}
