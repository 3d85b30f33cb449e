import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../kube/objects/errors';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import { requireDnsSubdomain } from '../kube/objects/names';
import type { PodCount } from '../kube/pods/pod-count';
import type { Deployment } from './deployment';
import type { StatefulSet } from './stateful-set';

/** How many pods a drain of nodes leaves alone; percentages are rounded up. */
export type DisruptionBudget =
  | {
      /** Pods that stay ready. */
      readonly minAvailable: PodCount;
    }
  | {
      /** Pods that may be away. */
      readonly maxUnavailable: PodCount;
    };

export interface PodDisruptionBudgetProps {
  readonly name: string;
  /** Whose pods it protects. */
  readonly target: Deployment | StatefulSet;
  readonly budget: DisruptionBudget;
  /**
   * Whether pods that are not ready may be evicted beyond the budget: otherwise a service that waits, or fails, blocks every
   * drain. `IfHealthyBudget` is for pods that are not ready because they still recover data.
   * @default 'AlwaysAllow'
   */
  readonly unhealthyPodEvictionPolicy?: 'AlwaysAllow' | 'IfHealthyBudget';
}

/**
 * How many pods may be evicted at once. It holds back evictions, as of `kubectl drain`, and nothing else: not a
 * rollout, which its strategy governs, nor a node that dies. On a cluster of one node a drain never ends, since the
 * evicted pods have nowhere else to become ready.
 */
export class PodDisruptionBudget extends Construct {
  /** @throws InvalidPropError for a budget that would never let a pod go at the fewest replicas of the target */
  constructor(scope: Construct, id: string, props: PodDisruptionBudgetProps) {
    super(...placed(scope, id));
    const words =
      'name target:Deployment|StatefulSet budget:object unhealthyPodEvictionPolicy?:AlwaysAllow|IfHealthyBudget';
    requireKnownProps(this, props, words);
    const { name, target, budget, unhealthyPodEvictionPolicy = 'AlwaysAllow' } = props;
    requireDnsSubdomain(this, 'name', name);
    requireKnownProps(this, budget, 'minAvailable?:PodCount maxUnavailable?:PodCount', 'budget');
    const given = Object.values(budget).filter((count) => count !== undefined);
    requireProp(given.length === 1, this, 'budget', "have 'minAvailable' or 'maxUnavailable'", Object.keys(budget));
    const replicas = target.replicas.minReplicas;
    for (const { isPercent, amount } of given)
      requireProp(!isPercent || amount <= 100, this, 'budget', 'be at most 100%', `${amount}%`);
    if ('minAvailable' in budget) {
      const allowed = `leave at least one of the ${replicas} guaranteed replicas to evict (no drain would ever end)`;
      const { minAvailable } = budget;
      requireProp(minAvailable.roundedUp(replicas) < replicas, this, 'budget.minAvailable', allowed, `${minAvailable}`);
    } else {
      const { maxUnavailable } = budget;
      const allowed = 'be above 0 (no drain would ever end)';
      requireProp(maxUnavailable.amount > 0, this, 'budget.maxUnavailable', allowed, `${maxUnavailable}`);
    }
    new k8s.KubePodDisruptionBudget(this, 'Default', {
      metadata: { name, labels: { ...target.selector } },
      spec: {
        ...('minAvailable' in budget
          ? { minAvailable: budget.minAvailable.toIntOrString() }
          : { maxUnavailable: budget.maxUnavailable.toIntOrString() }),
        selector: { matchLabels: { ...target.selector } },
        unhealthyPodEvictionPolicy,
      },
    });
  }
}
