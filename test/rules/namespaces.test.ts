import { object } from '../support/manifests';
import { describeRule, type Manifest, nameOf, type Rule, world } from '../support/rules';

const CLUSTER_SCOPED = [
  'Namespace',
  'RuntimeClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'PersistentVolume',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  // Karpenter's.
  'NodePool',
];

const rule: Rule = ({ files }) =>
  Object.entries(files).flatMap(([file, objects]) => {
    const [first] = objects;
    // Namespaces of operators, with the policies that isolate them, are no stacks of their own.
    const isolated = file === 'cluster' ? objects.filter(({ kind }) => kind === 'NetworkPolicy') : [];
    const namespaced = objects.filter((one) => !CLUSTER_SCOPED.includes(one.kind) && !isolated.includes(one));
    const [namespace] = namespaced.map(({ metadata }) => metadata.namespace);
    const before = (one: Manifest) => objects.slice(0, objects.indexOf(one));
    const isNamespaceOf = (one: Manifest) => (other: Manifest) =>
      other.kind === 'Namespace' && other.metadata.name === one.metadata.namespace;
    return [
      ...(objects.length === 0 ? [`${file} is empty`] : []),
      ...objects
        .filter(({ kind, metadata }) => CLUSTER_SCOPED.includes(kind) && metadata.namespace !== undefined)
        .map((other) => `${nameOf(other)} belongs to no namespace`),
      ...namespaced
        .filter(({ metadata }) => metadata.namespace === undefined || metadata.namespace !== namespace)
        .map((other) => `${nameOf(other)} is not in the namespace of ${file}`),
      ...isolated
        .filter((one) => !before(one).some(isNamespaceOf(one)))
        .map((one) => `${nameOf(one)} stands before its namespace`),
      ...(namespaced.length > 0 && !(first?.kind === 'Namespace' && first.metadata.name === namespace)
        ? [`${file} does not begin with its namespace`]
        : []),
    ];
  });

const file = (...objects: Parameters<typeof world>[0]) => world(objects);
const clusterFile = (...objects: Parameters<typeof world>[0]) => world(objects, { files: { cluster: objects } });
const cluster = (kind: string, name: string) => object(kind, name, { metadata: { namespace: undefined } });

describeRule('a file begins with its namespace and holds nothing of another', rule, {
  good: [
    clusterFile(cluster('Namespace', 'demo'), object('NetworkPolicy', 'a')),
    file(cluster('Namespace', 'demo'), object('Secret', 'a'), cluster('ClusterRole', 'a')),
    file(cluster('RuntimeClass', 'nvidia')),
  ],
  bad: [
    [file(), 'demo is empty'],
    [clusterFile(object('NetworkPolicy', 'a')), 'NetworkPolicy a stands before its namespace'],
    [file(object('Namespace', 'demo')), 'Namespace demo belongs to no namespace'],
    [file(object('Secret', 'a'), cluster('Namespace', 'demo')), 'demo does not begin with its namespace'],
    [file(cluster('Namespace', 'other'), object('Secret', 'a')), 'demo does not begin with its namespace'],
    [
      file(
        cluster('Namespace', 'demo'),
        object('Secret', 'a'),
        object('Secret', 'b', { metadata: { namespace: 'b' } }),
      ),
      'Secret b is not in the namespace of demo',
    ],
    [
      file(cluster('Namespace', 'demo'), object('Secret', 'a'), cluster('Secret', 'b')),
      'Secret b is not in the namespace of demo',
    ],
  ],
});
