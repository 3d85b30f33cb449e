import type { ApiCalls } from '../../../kube/objects/access';

/**
 * The calls that an operator of ModelDeployments makes in its namespace: those of kopf (1.37 to 1.45), and those for the objects
 * that a ModelDeployment becomes. Its Role is made of them, so that it may do nothing else.
 */
export const OPERATOR_CALLS: readonly ApiCalls[] = [
  {
    apiGroup: 'ml.example.com',
    resource: 'modeldeployments',
    verbs: ['list', 'watch', 'patch'],
    reason: 'follow them; kopf keeps its finalizer and its progress in their metadata',
  },
  {
    apiGroup: 'ml.example.com',
    resource: 'modeldeployments/status',
    verbs: ['patch'],
    reason: 'report their state',
  },
  ...objects('apps', 'deployments'),
  { apiGroup: 'apps', resource: 'deployments/status', verbs: ['get'], reason: 'see how many pods are ready' },
  ...objects('', 'services'),
  ...objects('autoscaling', 'horizontalpodautoscalers'),
  ...objects('policy', 'poddisruptionbudgets'),
  { apiGroup: '', resource: 'events', verbs: ['create'], reason: 'kopf reports what it does as events' },
];

/**
 * What it reads where no namespace is. Without the right to list namespaces, kopf 1.45 tries again for 54 s at each start
 * before it serves, and is ready meanwhile.
 */
export const OPERATOR_CLUSTER_CALLS: readonly ApiCalls[] = [
  {
    apiGroup: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    verbs: ['list', 'watch'],
    reason: 'notice the kind ModelDeployment when it is created after the operator',
  },
  {
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['list', 'watch'],
    reason: 'notice its own namespace: kopf asks for the names of all',
  },
];

function objects(apiGroup: string, resource: string): ApiCalls[] {
  const reason = 'create what is missing, correct what differs, delete what is no longer needed';
  return [{ apiGroup, resource, verbs: ['get', 'create', 'patch', 'delete'], reason }];
}
