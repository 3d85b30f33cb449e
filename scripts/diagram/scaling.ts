import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { podUsage, quantityMillis } from '../../lib/kube/resources/pod-resources';
import { typedPod } from '../../lib/kube/resources/typed-pod';
import { objectOf } from '../../lib/testing';
import { run } from '../../test/support/rolling-update-model';
import { block, cell, chart, color, key, text } from './graphviz';

/** Looks of a pod, in the order in which pods of a moment are piled up. */
const PODS = {
  ready: ['blue', 'ready'],
  old: ['line', 'ready, of the old revision'],
  starting: ['orange', 'starting'],
  ending: ['pink', 'ending'],
} as const;
type Pod = keyof typeof PODS;

/** What an app with one autoscaled Deployment, a quota and a LimitRange says of its pods. */
export function scalingOf(app: App) {
  const specOf = (kind: string): Manifest => objectOf(app, kind).spec as Manifest;
  const { template, strategy } = specOf('Deployment');
  const { default: limits, defaultRequest: requests } = specOf('LimitRange').limits[0];
  const usage = podUsage(typedPod(template.spec));
  const debug = podUsage(typedPod({ containers: [{ name: 'debug', resources: { limits, requests } }] }));
  const room = Object.entries(specOf('ResourceQuota').hard).map(
    ([key, hard]) => (quantityMillis(k8s.Quantity.fromString(`${hard}`)) - (debug[key] ?? 0n)) / (usage[key] ?? 1n),
  );
  const { minReplicas, maxReplicas, behavior } = specOf('HorizontalPodAutoscaler');
  return {
    minReplicas,
    maxReplicas,
    behavior,
    rollingUpdate: strategy.rollingUpdate,
    /** How many of its pods the quota admits beside one that says nothing. */
    fits: Math.min(...room.map(Number)),
    /** Seconds until a pod may be ready. */
    start: template.spec.containers[0].readinessProbe.initialDelaySeconds ?? 0,
  };
}

type Scaling = ReturnType<typeof scalingOf>;

/** A rolling update of the most replicas, step by step. */
export function rollout({ maxReplicas, rollingUpdate, fits }: Scaling): string {
  const moments: Pod[][] = [];
  const deployment = { ...rollingUpdate, replicas: maxReplicas, cost: [1], rollsOut: true };
  run(
    { quota: [fits], deployments: [deployment] },
    () => 0,
    ([pair]) => {
      if (pair === undefined) return;
      const { old, new: fresh } = pair;
      const [starting, ending] = [fresh.starting + old.starting, fresh.terminating + old.terminating];
      const next = pods({ ready: fresh.ready, old: old.ready, starting, ending });
      if (`${next}` !== `${moments.at(-1)}`) moments.push(next);
    },
  );
  const more = Math.max(...moments.map(({ length }) => length)) - maxReplicas;
  const ticks = { 0: 'before', [moments.length - 2]: 'after' };
  return podsOverTime(`A rollout at ${maxReplicas} replicas: ${more} more for a while`, moments, ticks, fits);
}

function pods(counts: Readonly<Partial<Record<Pod, number>>>): Pod[] {
  return (Object.keys(PODS) as Pod[]).flatMap((pod) => Array<Pod>(counts[pod] ?? 0).fill(pod));
}

/** How often the autoscaler looks, in seconds: the default of Kubernetes. */
const LOOK = 15;
const MINUTE = 60 / LOOK;

/** The autoscaler, while a load for the most replicas lasts four minutes. */
export function autoscaler({ minReplicas, maxReplicas, behavior, fits, start }: Scaling): string {
  const counts: number[] = [];
  const asked: number[] = [minReplicas];
  for (let look = 0; look < 14 * MINUTE; look += 1) {
    const before = counts.at(-1) ?? minReplicas;
    asked.push(look >= MINUTE && look < 5 * MINUTE ? maxReplicas : minReplicas);
    const within = ({ stabilizationWindowSeconds }: Manifest) => asked.slice(-stabilizationWindowSeconds / LOOK - 1);
    const up = Math.min(...within(behavior.scaleUp));
    const down = Math.max(...within(behavior.scaleDown));
    const wanted = up > before ? up : Math.min(before, down);
    const { value, periodSeconds } = (wanted > before ? behavior.scaleUp : behavior.scaleDown).policies[0];
    const periodStart = counts.at(-periodSeconds / LOOK) ?? minReplicas;
    const most = Math.max(before, periodStart + value);
    const least = Math.min(before, periodStart - value);
    counts.push(Math.min(Math.max(wanted, least), most));
  }
  const moments = counts.map((count, look) => {
    const ready = Math.min(count, counts[look - Math.ceil(start / LOOK)] ?? minReplicas);
    return pods({ ready, starting: count - ready });
  });
  const later = [3, 5, 7].map((minute) => [(5 + minute) * MINUTE, `${minute} min later`]);
  const ticks = { [MINUTE]: 'load begins', [5 * MINUTE]: 'load ends', ...Object.fromEntries(later) };
  return podsOverTime(`The autoscaler: ${minReplicas} to ${maxReplicas} pods`, moments, ticks, fits);
}

/** Pods over time, with texts below some of the moments, and how many the quota admits. */
function podsOverTime(title: string, moments: Pod[][], ticks: Readonly<Record<number, string>>, fits: number): string {
  const width = Math.floor(670 / moments.length) - 2;
  const whole = `COLSPAN="${moments.length}"`;
  const levels = Array.from({ length: fits }, (_, above) =>
    moments.map((pods) => {
      const pod = pods[fits - 1 - above];
      return pod === undefined ? cell('') : block(PODS[pod][0], width, 13);
    }),
  );
  const starts = [...new Set([0, ...Object.keys(ticks).map(Number)])];
  const labels = starts.map((from, index) => {
    const span = (starts[index + 1] ?? moments.length) - from;
    return cell(text(ticks[from] ?? '', 'muted'), `ALIGN="LEFT" COLSPAN="${span}"`);
  });
  const rows = [
    [cell(text(`the quota admits ${fits}, and a debug pod`, 'limit'), `ALIGN="RIGHT" ${whole}`)],
    [cell('', `HEIGHT="2" CELLPADDING="0" BGCOLOR="${color('limit')}" ${whole}`)],
    ...levels,
    labels,
  ];
  const used = Object.entries(PODS).filter(([pod]) => moments.some((pods) => pods.includes(pod as Pod)));
  return chart(
    title,
    rows,
    used.map(([, [name, label]]) => key(name, label)),
  );
}
