/**
 * An autoscaler with stabilization windows and one policy of pods each way, look by look, as the horizontal controller of
 * Kubernetes decides (`stabilizeRecommendationWithBehaviors`, `convertDesiredReplicasWithBehaviorRate`). It shares no code
 * with the library.
 */

/** Seconds between two looks: `--horizontal-pod-autoscaler-sync-period`, at its default. */
export const LOOK = 15;

export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly [{ readonly value: number; readonly periodSeconds: number }];
}

export interface ModelAutoscaler {
  readonly minReplicas: number;
  readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules };
}

/** The replicas after each look, from the fewest on. @param asked - those that the load needs at each look */
export function autoscaled({ minReplicas, behavior }: ModelAutoscaler, asked: readonly number[]): number[] {
  const { scaleUp, scaleDown } = behavior;
  const counts: number[] = [];
  for (const look of asked.keys()) {
    const before = counts.at(-1) ?? minReplicas;
    const within = ({ stabilizationWindowSeconds: seconds }: ScalingRules) => {
      const needed = asked.slice(Math.max(0, look - seconds / LOOK), look + 1);
      return look * LOOK < seconds ? [minReplicas, ...needed] : needed;
    };
    const [up, down] = [Math.min(...within(scaleUp)), Math.max(...within(scaleDown))];
    const wanted = up > before ? up : Math.min(before, down);
    const [{ value, periodSeconds }] = (wanted > before ? scaleUp : scaleDown).policies;
    const periodStart = counts.at(-periodSeconds / LOOK) ?? minReplicas;
    const [least, most] = [Math.min(before, periodStart - value), Math.max(before, periodStart + value)];
    counts.push(Math.min(Math.max(wanted, least), most));
  }
  return counts;
}
