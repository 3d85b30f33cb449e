import type { NodePool } from '../../kube/nodes/node-pools';

/** Nodes that pods may run on: those that match one of the terms. */
export interface NodeAffinityValues {
  readonly nodeAffinity: {
    readonly requiredDuringSchedulingIgnoredDuringExecution: {
      readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
    };
  };
}

/** Labels that a node has to carry, all of them. */
export interface NodeSelectorTerm {
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: 'In';
    readonly values: readonly string[];
  }[];
}

/** Puts pods on the nodes of any of these pools, for charts that have no node selector or that need several pools. */
export function nodeAffinity(nodePools: readonly NodePool[]): NodeAffinityValues {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: nodePools.map(({ selector }) => ({
          matchExpressions: Object.entries(selector).map(([key, value]) => ({ key, operator: 'In', values: [value] })),
        })),
      },
    },
  };
}
