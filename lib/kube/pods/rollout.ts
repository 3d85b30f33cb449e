import { type ErrorLocation, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { PodCount } from './pod-count';

/** How far a rolling update may go beyond and below the replicas of a Deployment while it replaces its pods. */
export interface RollingUpdate {
  /** Pods beyond the replicas; a share rounds up. @default PodCount.percent(25) */
  readonly maxSurge?: PodCount;
  /** Replicas that may be missing; a share rounds down. @default PodCount.percent(25) */
  readonly maxUnavailable?: PodCount;
}

/** How a Deployment replaces its pods: step by step, or (`Recreate`) all at once, the old ones first. */
export type UpdateStrategy = 'Recreate' | RollingUpdate;

/** Surge and unavailable pods of a strategy at one number of replicas. */
export interface RolloutRoom {
  /** Pods beyond the replicas; never more than the replicas, because there are no more pods to replace. */
  readonly surge: number;
  /** Replicas that may be missing. */
  readonly unavailable: number;
}

/**
 * Surge and unavailable of a strategy at `replicas`. Where rounding leaves neither, Kubernetes lets one pod be
 * unavailable, because a rollout could not take its first step otherwise.
 */
export function rolloutRoom(strategy: UpdateStrategy, replicas: number): RolloutRoom {
  if (strategy === 'Recreate') return { surge: 0, unavailable: replicas };
  const { maxSurge, maxUnavailable } = rollingUpdate(strategy);
  const surge = Math.min(maxSurge.roundedUp(replicas), replicas);
  const unavailable = Math.min(maxUnavailable.roundedDown(replicas), replicas);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** Both numbers of a rolling update, with the defaults of Kubernetes. */
export function rollingUpdate(strategy: RollingUpdate): Required<RollingUpdate> {
  const { maxSurge = PodCount.percent(25), maxUnavailable = PodCount.percent(25) } = strategy;
  return { maxSurge, maxUnavailable };
}

/** Checks what the API server checks: one of the two must be above 0, and no more than all pods may be unavailable. */
export function requireUpdateStrategy(location: ErrorLocation, prop: string, strategy: UpdateStrategy): void {
  if (strategy === 'Recreate') return;
  requireKnownProps(location, strategy, 'maxSurge?:PodCount maxUnavailable?:PodCount', prop);
  const { maxSurge, maxUnavailable } = rollingUpdate(strategy);
  requireProp(
    !maxUnavailable.isPercent || maxUnavailable.amount <= 100,
    location,
    `${prop}.maxUnavailable`,
    'be at most 100%',
    `${maxUnavailable}`,
  );
  requireProp(
    maxSurge.amount > 0 || maxUnavailable.amount > 0,
    location,
    `${prop}.maxUnavailable`,
    'be above 0 where maxSurge is 0: no pod could be added and none taken away',
    `${maxUnavailable}`,
  );
}
