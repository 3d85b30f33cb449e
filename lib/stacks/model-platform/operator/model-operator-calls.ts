import type { ApiCalls } from '../../../kube/objects/access';

/** The calls that the operator of this repository makes in each namespace whose ModelDeployments it reconciles. */
export const MODEL_OPERATOR_CALLS: readonly ApiCalls[] = [
  {
    apiGroup: 'ml.example.com',
    resource: 'modeldeployments',
    verbs: ['list', 'watch'],
    reason: 'follow them; it keeps nothing in them but their status',
  },
  {
    apiGroup: 'ml.example.com',
    resource: 'modeldeployments/status',
    verbs: ['patch'],
    reason: 'report their state',
  },
  ...objects('apps', 'deployments'),
  ...objects('', 'services'),
  ...objects('autoscaling', 'horizontalpodautoscalers'),
  ...objects('policy', 'poddisruptionbudgets'),
  { apiGroup: '', resource: 'pods', verbs: ['list', 'watch'], reason: 'say why a model does not serve' },
  { apiGroup: '', resource: 'events', verbs: ['create'], reason: 'say what it did, and what is wrong' },
];

/** The calls that it makes in the namespace of its own pods. */
export const MODEL_OPERATOR_LEASE_CALLS: readonly ApiCalls[] = [
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'create', 'update'],
    reason: 'elect the one of its pods that writes',
  },
];

function objects(apiGroup: string, resource: string): ApiCalls[] {
  const reason = 'follow them, apply what is missing or differs, delete what is no longer wanted';
  // An apply that creates needs both verbs.
  return [{ apiGroup, resource, verbs: ['list', 'watch', 'create', 'patch', 'delete'], reason }];
}
