import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { declaredNodePools, type NodePool } from '../nodes/node-pools';
import { type ErrorLocation, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireLabels } from '../objects/names';
import { requireWhole } from '../objects/numbers';

/**
 * Spreads the pods of a selector over the nodes, and the zones, of declared node pools, where there is more than one. A
 * preference: a pod that cannot be spread still runs. Without declared pools the defaults of the scheduler spread pods
 * over both; a constraint here would switch them off.
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
  const pools = nodePool === undefined ? untaintedPools(scope) : [nodePool];
  const nodes = pools.reduce((sum, pool) => sum + pool.nodes.max, 0);
  if (replicas < 2 || nodes < 2) return undefined;
  const spread = (topologyKey: string): k8s.TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    // A node whose taints keep the pods away would count as an empty one.
    nodeTaintsPolicy: 'Honor',
    labelSelector: { matchLabels: { ...selector } },
    matchLabelKeys: revisionLabel === undefined ? undefined : [revisionLabel],
  });
  // The scheduler ranks a node last that lacks the label of any constraint, so zones are named only where nodes have them.
  const zones = pools.some((pool) => pool.zones > 1) ? [spread('topology.kubernetes.io/zone')] : [];
  return [...zones, spread('kubernetes.io/hostname')];
}

/** The declared pools that take any pod. */
function untaintedPools(scope: Construct): readonly NodePool[] {
  const pools = declaredNodePools(scope) ?? [];
  return pools.filter(({ taints }) => !taints.some(({ effect }) => effect !== 'PreferNoSchedule'));
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
