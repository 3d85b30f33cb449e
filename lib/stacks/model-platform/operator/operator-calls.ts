import type { ApiCalls } from '../../../kube/objects/access';

/**
 * The calls that an operator of ModelDeployments makes in its namespace: those of kopf 1.37, and those for the objects
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

/** What it does where no namespace is: kopf waits for kinds that it does not know yet, and finds them again after a change. */
export const OPERATOR_CLUSTER_CALLS: readonly ApiCalls[] = [
  {
    apiGroup: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    verbs: ['list', 'watch'],
    reason: 'notice the kind ModelDeployment when it is created after the operator',
  },
];

function objects(apiGroup: string, resource: string): ApiCalls[] {
  const reason = 'create what is missing, correct what differs, delete what is no longer needed';
  return [{ apiGroup, resource, verbs: ['get', 'create', 'patch', 'delete'], reason }];
}
