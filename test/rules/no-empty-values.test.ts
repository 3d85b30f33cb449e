import { object } from '../support/manifests';
import { describeRule, eachObject, leaves, world } from '../support/rules';

/** Where nothing says something: an empty directory, every pod or connection, a subresource, the core API group, the text of a file. */
const MEANT =
  /\/(emptyDir|(pod|namespace|object)Selector|subresources\/status|(in|e)gress\/\d+)$|\/apiGroups\/\d+$|^\/data\//;

const rule = eachObject((manifest) =>
  leaves(manifest)
    .filter(({ path, value }) => !MEANT.test(path) && (value === null || value === '' || typeof value === 'object'))
    .map(({ path, value }) => `${path} is ${JSON.stringify(value)}`),
);

describeRule('nothing is null or empty: an L1 loses what it cannot say, and the API server what is empty', rule, {
  good: [
    world([
      object('Pod', 'a', { spec: { volumes: [{ name: 'tmp', emptyDir: {} }], replicas: 0, tty: false } }),
      object('Role', 'a', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
      object('NetworkPolicy', 'a', { spec: { podSelector: {}, egress: [{}] } }),
      object('ConfigMap', 'a', { data: { '__init__.py': '' } }),
    ]),
  ],
  bad: [
    [
      world([object('Pod', 'a', { spec: { limits: { 'nvidia.com/gpu': null } } })]),
      'Pod a: /spec/limits/nvidia.com/gpu is null',
    ],
    [world([object('Service', 'a', { spec: { externalIPs: [] } })]), 'Service a: /spec/externalIPs is []'],
    [world([object('Pod', 'a', { spec: { securityContext: {} } })]), 'Pod a: /spec/securityContext is {}'],
    [
      world([object('RoleBinding', 'a', { subjects: [{ apiGroup: '' }] })]),
      'RoleBinding a: /subjects/0/apiGroup is ""',
    ],
  ],
});
