import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { podUsage, quantityMillis } from '../../lib/kube/resources/pod-resources';
import { typedPod } from '../../lib/kube/resources/typed-pod';
import { objectOf } from '../../lib/testing';
import { autoscaled, LOOK } from '../../test/support/autoscaler-model';
import { run } from '../../test/support/rolling-update-model';
import { block, type Color, cell, chart, color, key, text } from './graphviz';

/** What an app with one autoscaled Deployment, a quota and a LimitRange says of its pods. */
export function scalingOf(app: App) {
  const specOf = (kind: string): Manifest => objectOf(app, kind).spec;
  const { template, strategy } = specOf('Deployment');
  const [{ default: limits, defaultRequest: requests }] = specOf('LimitRange').limits;
  const usage = podUsage(typedPod(template.spec));
  const debug = podUsage(typedPod({ containers: [{ name: 'debug', resources: { limits, requests } }] }));
  const room = Object.entries(specOf('ResourceQuota').hard).map(
    ([key, hard]) => (quantityMillis(k8s.Quantity.fromString(`${hard}`)) - (debug[key] ?? 0n)) / (usage[key] ?? 1n),
  );
  return {
    autoscaler: specOf('HorizontalPodAutoscaler'),
    rollingUpdate: strategy.rollingUpdate,
    /** How many of its pods the quota admits beside one that says nothing. */
    fits: Math.min(...room.map(Number)),
    /** Seconds until a pod may be ready. */
    start: template.spec.containers[0].readinessProbe.initialDelaySeconds ?? 0,
  };
}

type Scaling = ReturnType<typeof scalingOf>;

const MINUTE = 60 / LOOK;
/** What pods of a moment are like, in the order in which they are piled up. */
const LOOKS = [
  ['blue', 'ready'],
  ['line', 'ready, of the old revision'],
  ['orange', 'starting'],
  ['violet', 'ending'],
] as const;
/** How many pods of each look. */
type Moment = readonly number[];

/** A rolling update of the most replicas, step by step. */
export function rollout({ autoscaler: { maxReplicas }, rollingUpdate, fits }: Scaling): string {
  const moments: Moment[] = [];
  const deployment = { ...rollingUpdate, replicas: maxReplicas, cost: [1], rollsOut: true };
  run(
    { quota: [fits], deployments: [deployment] },
    () => 0,
    (sets) => {
      const next = sets.flatMap(({ old, new: fresh }): number[] => [
        ...[fresh.ready, old.ready],
        ...[fresh.starting + old.starting, fresh.terminating + old.terminating],
      ]);
      if (`${next}` !== `${moments.at(-1)}`) moments.push(next);
    },
  );
  const ticks = { 0: 'before', [moments.length - 2]: 'after' };
  return podsOverTime(`A rollout at ${maxReplicas} replicas`, moments, ticks, fits);
}

/** The replicas at each look of the autoscaler, while a load for the most of them lasts from the first minute to the fifth. */
export function replicasUnderLoad({ minReplicas, maxReplicas, behavior }: Manifest): number[] {
  const asked = Array.from({ length: 14 * MINUTE }, (_, look) =>
    look >= MINUTE && look < 5 * MINUTE ? maxReplicas : minReplicas,
  );
  return autoscaled({ minReplicas, behavior }, asked);
}

/** The autoscaler, while a load for the most replicas lasts four minutes. */
export function autoscaler({ autoscaler, fits, start }: Scaling): string {
  const { minReplicas, maxReplicas } = autoscaler;
  const counts = replicasUnderLoad(autoscaler);
  const moments = counts.map((count, look) => {
    const ready = Math.min(count, counts[look - Math.ceil(start / LOOK)] ?? minReplicas);
    return [ready, 0, count - ready];
  });
  const later = [3, 5, 7].map((minute) => [(5 + minute) * MINUTE, `${minute} min later`]);
  const ticks = { [MINUTE]: 'load begins', [5 * MINUTE]: 'load ends', ...Object.fromEntries(later) };
  return podsOverTime(`The autoscaler: ${minReplicas} to ${maxReplicas} pods`, moments, ticks, fits);
}

/** Pods over time, with texts below some of the moments, and how many the quota admits. */
function podsOverTime(title: string, moments: readonly Moment[], ticks: Record<number, string>, fits: number): string {
  const width = Math.floor(670 / moments.length) - 2;
  const piles = moments.map((counts) => LOOKS.flatMap(([color], look) => Array<Color>(counts[look] ?? 0).fill(color)));
  const levels = [...Array(fits).keys()].map((level) =>
    piles.map((pile) => block(pile[fits - 1 - level] ?? 'page', width, 13)),
  );
  const starts = [...new Set([0, ...Object.keys(ticks).map(Number)])];
  const labels = starts.map((from, index) => {
    const label = text(ticks[from] ?? ' ', 'muted');
    return cell(label, `ALIGN="LEFT" COLSPAN="${(starts[index + 1] ?? moments.length) - from}"`);
  });
  const whole = `COLSPAN="${moments.length}"`;
  const admits = cell(text(`the quota admits ${fits}, and a debug pod`, 'limit'), `ALIGN="RIGHT" ${whole}`);
  const line = cell('', `HEIGHT="2" CELLPADDING="0" BGCOLOR="${color('limit')}" ${whole}`);
  const used = LOOKS.filter((_, look) => moments.some((counts) => (counts[look] ?? 0) > 0));
  const keys = used.map(([color, label]) => key(color, label));
  return chart(title, [[admits], [line], ...levels, labels], keys);
}
