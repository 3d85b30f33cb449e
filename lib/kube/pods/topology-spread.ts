import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { declaredNodePools, type NodePool } from '../nodes/node-pools';
import { type ErrorLocation, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireLabels } from '../objects/names';
import { requireWhole } from '../objects/numbers';

/**
 * Spreads the pods of a selector over nodes, where there is more than one of either. A preference: a pod that cannot
 * be spread still runs.
 * @param replicas - how many pods there are at most
 * @param nodePool - where the pods run; undefined for any node without taints
 * @param revisionLabel - where pods of two revisions run at once: the label that tells them apart. Those that a rollout
 *   is about to remove do not count
 */
export function topologySpread(
  scope: Construct,
  selector: Labels,
  replicas: number,
  nodePool: NodePool | undefined,
  revisionLabel?: string,
): k8s.TopologySpreadConstraint[] | undefined {
  requireKnownProps(scope, { nodePool }, 'nodePool?:NodePool');
  if (replicas < 2 || nodeCount(scope, nodePool) < 2) return undefined;
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      // A node whose taints keep the pods away would count as an empty one.
      nodeTaintsPolicy: 'Honor',
      labelSelector: { matchLabels: { ...selector } },
      matchLabelKeys: revisionLabel === undefined ? undefined : [revisionLabel],
    },
  ];
}

/** Checks constraints that are given. */
export function requireSpread(location: ErrorLocation, constraints: readonly k8s.TopologySpreadConstraint[]): void {
  for (const [index, constraint] of constraints.entries()) {
    const words =
      'maxSkew:number topologyKey whenUnsatisfiable labelSelector?:object matchLabelKeys?:string[] minDomains?:number nodeAffinityPolicy? nodeTaintsPolicy?';
    const prop = `topologySpreadConstraints[${index}]`;
    requireKnownProps(location, constraint, words, prop);
    requireWhole(location, `${prop}.maxSkew`, constraint.maxSkew, 1);
    requireLabels(location, `${prop}.topologyKey`, { [constraint.topologyKey]: '' });
    const known = ['ScheduleAnyway', 'DoNotSchedule'];
    const { whenUnsatisfiable } = constraint;
    requireProp(
      known.includes(whenUnsatisfiable),
      location,
      `${prop}.whenUnsatisfiable`,
      oneOf(known),
      whenUnsatisfiable,
    );
  }
}

/** The greatest number of nodes; infinite where no pool is declared. */
function nodeCount(scope: Construct, nodePool: NodePool | undefined): number {
  if (nodePool !== undefined) return nodePool.nodes.max;
  const pools = declaredNodePools(scope);
  if (pools === undefined) return Number.POSITIVE_INFINITY;
  return pools
    .filter(({ taints }) => !taints.some(({ effect }) => effect !== 'PreferNoSchedule'))
    .reduce((sum, { nodes }) => sum + nodes.max, 0);
}
