import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { podUsage, quantityMillis } from '../../lib/kube/resources/pod-resources';
import { typedPod } from '../../lib/kube/resources/typed-pod';
import { synth } from '../../lib/testing';
import { run } from '../../test/support/rolling-update-model';
import { legend, rect, svg, text } from './svg';

/** Looks of a pod, in the order in which pods of a moment are piled up. */
const PODS = {
  ready: ['bar color0', 'ready'],
  old: ['bar color5', 'ready, of the old revision'],
  starting: ['shape others', 'starting'],
  ending: ['bar color2', 'ending'],
} as const;

type Pod = keyof typeof PODS;

/** What an app with one autoscaled Deployment, a quota and a LimitRange says of its pods. */
export function scalingOf(app: App) {
  const objects = synth(app) as Manifest[];
  const specOf = (kind: string) => objects.find((object) => object.kind === kind)?.spec;
  const { template, strategy } = specOf('Deployment');
  const { default: limits, defaultRequest: requests } = specOf('LimitRange').limits[0];
  const usage = podUsage(typedPod(template.spec));
  const debug = podUsage(typedPod({ containers: [{ name: 'debug', resources: { limits, requests } }] }));
  const room = Object.entries(specOf('ResourceQuota').hard).map(
    ([key, hard]) => (quantityMillis(k8s.Quantity.fromString(`${hard}`)) - (debug[key] ?? 0n)) / (usage[key] ?? 1n),
  );
  return {
    ...specOf('HorizontalPodAutoscaler'),
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
  return chart(`A rollout at ${maxReplicas} replicas: ${more} more for a while`, moments, ticks, fits);
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
  for (let look = 0; look < 13 * MINUTE; look += 1) {
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
  return chart(`The autoscaler: ${minReplicas} to ${maxReplicas} pods`, moments, ticks, fits);
}

/** Pods over time, with texts below some of the moments, and how many the quota admits. */
function chart(title: string, moments: readonly (readonly Pod[])[], ticks: Record<number, string>, fits: number) {
  const x = (index: string | number) => 14 + Number(index) * (656 / moments.length);
  const y = (count: number) => 182 - count * 15;
  const used = Object.entries(PODS).filter(([pod]) => moments.some((pods) => pods.includes(pod as Pod)));
  const keys = legend(
    used.map(([, look]) => look),
    y(0) + 42,
  );
  return svg(title, 700, keys.bottom, [
    text(title, 14, 22, 'ink bold', 'start'),
    ...moments.flatMap((pods, index) =>
      pods.map((pod, below) => rect(PODS[pod][0], x(index), y(below + 1), x(1) - x(0) - 2, 13, 2)),
    ),
    `<path class="limitline" d="M14 ${y(fits) - 1}H670"/>`,
    text(`the quota admits ${fits}, and a debug pod`, 670, y(fits) - 7, 'limit', 'end'),
    ...Object.entries(ticks).map(([index, label]) => text(label, x(index), y(0) + 16, 'muted', 'start')),
    ...keys.content,
  ]);
}
