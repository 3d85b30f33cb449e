import type { App } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { PodCount } from '../../lib/kube/pods/pod-count';
import { rolloutRoom } from '../../lib/kube/pods/rollout';
import { podUsage, quantityMillis } from '../../lib/kube/resources/pod-resources';
import { typedPod } from '../../lib/kube/resources/typed-pod';
import { synth } from '../../lib/testing';
import { run } from '../../test/support/rolling-update-model';
import { rect, svg, text } from './svg';
import { textWidth } from './text';

/** Looks of a pod. */
type Pod = keyof typeof PODS;

const PODS = {
  ready: ['bar color0', 'ready'],
  old: ['bar color5', 'ready, of the old revision'],
  starting: ['shape others', 'starting'],
  ending: ['bar color2', 'ending'],
} as const;

/** A stack of pods for each moment. */
interface Course {
  readonly moments: readonly (readonly Pod[])[];
  /** Texts below some of the moments. */
  readonly ticks: ReadonlyMap<number, string>;
}

/** What an app with one autoscaled Deployment, a quota and a LimitRange says of its pods. */
export function scalingOf(app: App) {
  const objects = synth(app) as Manifest[];
  const specOf = (kind: string) => objects.find((object) => object.kind === kind)?.spec;
  const { template, strategy } = specOf('Deployment');
  const { default: limits, defaultRequest: requests } = specOf('LimitRange').limits[0];
  const { hard } = specOf('ResourceQuota');
  const usage = podUsage(typedPod(template.spec));
  const debug = podUsage(typedPod({ containers: [{ name: 'debug', resources: { limits, requests } }] }));
  const room = Object.keys(hard).map((key) => {
    const each = usage[key] ?? 1n;
    return (quantityMillis(k8s.Quantity.fromString(`${hard[key]}`)) - (debug[key] ?? 0n)) / each;
  });
  return {
    ...specOf('HorizontalPodAutoscaler'),
    rollingUpdate: strategy.rollingUpdate,
    /** How many of its pods the quota admits beside one that says nothing. */
    fits: Number(room.reduce((least, next) => (next < least ? next : least))),
    /** Seconds until a pod may be ready. */
    start: template.spec.containers[0].readinessProbe.initialDelaySeconds ?? 0,
  };
}

type Scaling = ReturnType<typeof scalingOf>;

/** A rolling update of the most replicas, step by step. */
export function rollout({ maxReplicas, rollingUpdate, fits }: Scaling): string {
  const moments: Pod[][] = [];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  const deployment = { replicas: maxReplicas, maxSurge, maxUnavailable, cost: [1], rollsOut: true };
  run(
    { quota: [fits], deployments: [deployment] },
    () => 0,
    ([pair]) => {
      const { old, new: fresh } = pair ?? {};
      if (old === undefined || fresh === undefined) return;
      const pods: Pod[] = [
        ...Array<Pod>(fresh.ready).fill('ready'),
        ...Array<Pod>(old.ready).fill('old'),
        ...Array<Pod>(fresh.starting + old.starting).fill('starting'),
        ...Array<Pod>(old.terminating + fresh.terminating).fill('ending'),
      ];
      if (`${pods}` !== `${moments.at(-1)}`) moments.push(pods);
    },
  );
  const count = (amount: number | string) =>
    typeof amount === 'number' ? PodCount.absolute(amount) : PodCount.percent(Number.parseInt(amount, 10));
  const { surge } = rolloutRoom({ maxSurge: count(maxSurge), maxUnavailable: count(maxUnavailable) }, maxReplicas);
  const title = `A rollout at ${maxReplicas} replicas: ${surge} more for a while`;
  return chart(
    title,
    {
      moments,
      ticks: new Map([
        [0, 'before'],
        [moments.length - 2, 'after'],
      ]),
    },
    fits,
  );
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
    return [...Array<Pod>(ready).fill('ready'), ...Array<Pod>(count - ready).fill('starting')];
  });
  const ticks = new Map([
    [MINUTE, 'load begins'],
    [5 * MINUTE, 'load ends'],
  ]);
  for (const minute of [3, 5, 7]) ticks.set((5 + minute) * MINUTE, `${minute} min later`);
  return chart(`The autoscaler: ${minReplicas} to ${maxReplicas} pods`, { moments, ticks }, fits);
}

const BASE = 182;
const POD = 15;

/** Pods over time, and how many the quota admits. */
function chart(title: string, { moments, ticks }: Course, fits: number): string {
  const step = 640 / moments.length;
  const top = (pods: number) => BASE - pods * POD;
  const used = new Set(moments.flat());
  let x = 36;
  const legend = Object.entries(PODS).flatMap(([pod, [kind, label]]) => {
    if (!used.has(pod as Pod)) return [];
    const entry = rect(kind, x - 6, BASE + 32, 14, 11, 2) + text(label, x + 13, BASE + 42, 'muted', 'start');
    x += textWidth(label) + 40;
    return entry;
  });
  return svg(title, 700, BASE + 56, [
    text(title, 30, 24, 'ink bold', 'start'),
    ...moments.flatMap((pods, index) =>
      pods.map((pod, height) => rect(PODS[pod][0], 30 + index * step, top(height + 1), step - 2, POD - 2, 2)),
    ),
    `<path class="limitline" d="M30 ${top(fits) - 1}H670"/>`,
    text(`the quota admits ${fits}, and a debug pod`, 670, top(fits) - 7, 'limit', 'end'),
    ...[...ticks].map(([index, label]) => text(label, 30 + index * step, BASE + 16, 'muted', 'start')),
    ...legend,
  ]);
}
