import type { NodePool } from '../../kube/nodes/node-pools';
import { requireKnownProps } from '../../kube/objects/known-props';

/** Puts pods on the nodes of any of these pools, for charts that have no node selector or that need several pools. */
export function nodeAffinity(nodePools: readonly NodePool[]) {
  requireKnownProps('nodeAffinity()', { nodePools }, 'nodePools:NodePool[]');
  const nodeSelectorTerms = nodePools.map(({ selector }) => ({
    matchExpressions: Object.entries(selector).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
  }));
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}
