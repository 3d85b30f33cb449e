import { k8s } from 'cdk8s-plus-28';
import { requireWhole } from '../objects/numbers';

/** A number of pods, or a share of the replicas of a workload: `PodCount.absolute(1)`, `PodCount.percent(25)`. */
export class PodCount {
  /** So many pods: a whole number from 0. */
  static absolute(pods: number): PodCount {
    requireWhole('PodCount', 'absolute', pods, 0);
    return new PodCount(pods, false);
  }

  /** A share of the replicas: a whole number of per cent from 0. */
  static percent(percent: number): PodCount {
    requireWhole('PodCount', 'percent', percent, 0, 'be a whole number of per cent from 0');
    return new PodCount(percent, true);
  }

  private constructor(
    /** Pods, or per cent where `isPercent`. */
    readonly amount: number,
    readonly isPercent: boolean,
  ) {}

  /** The pods of `replicas`, a part of a pod counted as one: what Kubernetes does with maxSurge and in a PodDisruptionBudget. */
  roundedUp(replicas: number): number {
    return this.isPercent ? Math.ceil((this.amount * replicas) / 100) : this.amount;
  }

  /** The pods of `replicas`, a part of a pod not counted: what Kubernetes does with maxUnavailable of a rollout. */
  roundedDown(replicas: number): number {
    return this.isPercent ? Math.floor((this.amount * replicas) / 100) : this.amount;
  }

  /** The field of an L1: `1` or `25%`. */
  toIntOrString(): k8s.IntOrString {
    return this.isPercent ? k8s.IntOrString.fromString(`${this.amount}%`) : k8s.IntOrString.fromNumber(this.amount);
  }

  /** As messages show it: `1` or `25%`. */
  toString(): string {
    return this.isPercent ? `${this.amount}%` : String(this.amount);
  }
}
