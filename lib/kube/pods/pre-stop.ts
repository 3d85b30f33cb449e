import { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ErrorLocation, requireProp } from '../objects/errors';
import { given } from '../objects/given';
import { kubernetesMinor } from '../objects/kubernetes-version';
import { wholeSeconds } from '../objects/numbers';
import type { Manifest } from '../objects/serialization';

/**
 * What a container does before it is told to stop: a pause, in whole seconds, or a command.
 *
 * A pause is the `sleep` action from Kubernetes 1.30 on (`setKubernetesVersion`). Before, it runs `sleep` of the image:
 * one that has none stops at once, and its pod has an event `FailedPreStopHook`.
 */
export type PreStop = Duration | readonly string[];

/** What counts of a container that stops. */
interface Stopping {
  readonly ports?: Readonly<Record<string, number>>;
  readonly preStop?: PreStop;
}

/** Longer than kube-proxy and ingress controllers take to learn that a pod stops. */
const PAUSE = Duration.seconds(5);

/** Servers that say nothing else pause before they stop: clients still send requests until they know of it. */
export function pausingServers<C extends readonly Stopping[]>(containers: C): C {
  const pausing = (container: Stopping) =>
    Object.keys(container?.ports ?? {}).length === 0 ? container : { preStop: PAUSE, ...given(container) };
  // What is no list is an error of the pod's.
  return Array.isArray(containers) ? (containers.map(pausing) as readonly Stopping[] as C) : containers;
}

/** Checks what a container does before it stops, and writes it. */
export function preStopLifecycle(scope: Construct, prop: string, preStop: PreStop): k8s.Lifecycle | undefined {
  const command = isPause(preStop) ? ['sleep', `${wholeSeconds(scope, prop, preStop)}`] : [...preStop];
  requireProp(command.length > 0, scope, prop, 'name a command', preStop);
  return isPause(preStop) && preStop.toSeconds() === 0 ? undefined : { preStop: { exec: { command } } };
}

/** Checks that a pod may take longer to stop than its containers pause: what is left is for the program. */
export function requireTimeToStop(location: ErrorLocation, containers: readonly Stopping[], seconds = 30): void {
  const pauses = containers.flatMap(({ preStop }) => (isPause(preStop) ? preStop.toSeconds({ integral: false }) : []));
  const longest = Math.max(0, ...pauses);
  const allowed = `be more than the ${longest} seconds that its containers pause before they stop (preStop)`;
  requireProp(longest === 0 || seconds > longest, location, 'terminationGracePeriod', allowed, seconds);
}

/** Lets Kubernetes pause, where it can, so that images need no `sleep`. L1 constructs do not know the action. */
export function withSleepAction(scope: Construct): (workload: Manifest) => Manifest {
  const minor = kubernetesMinor(scope);
  return (workload) => {
    for (const { lifecycle } of workload.spec.template.spec.containers) {
      const [program, seconds, ...others] = lifecycle?.preStop?.exec?.command ?? [];
      if (minor >= 30 && program === 'sleep' && /^\d+$/.test(seconds) && others.length === 0)
        lifecycle.preStop = { sleep: { seconds: Number(seconds) } };
    }
    return workload;
  };
}

function isPause(preStop: PreStop | undefined): preStop is Duration {
  return typeof (preStop as Duration | undefined)?.toSeconds === 'function';
}
