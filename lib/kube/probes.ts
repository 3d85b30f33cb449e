import type { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';

/** When and how often a probe runs, and how many failures count. */
export interface ProbeTiming {
  /** @default - at once */
  readonly initialDelay?: Duration;
  /** @default Duration.seconds(10) */
  readonly period?: Duration;
  /** @default Duration.seconds(1) */
  readonly timeout?: Duration;
  /** @default 3 */
  readonly failureThreshold?: number;
}

/** The probes of a container. */
export interface Probes {
  /** Holds the other two back until it has succeeded once. @default - none */
  readonly startup?: k8s.Probe;
  /** Takes the pod out of its Services while it fails. @default - none */
  readonly readiness?: k8s.Probe;
  /** Restarts the container when it fails. @default - none */
  readonly liveness?: k8s.Probe;
}

/** A probe by HTTP GET on a named port: 200 to 399 is success. */
export function httpProbe(path: string, port: string, timing: ProbeTiming = {}): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) }, ...timingFields(timing) };
}

/** A probe by opening a TCP connection to a named port. */
export function tcpProbe(port: string, timing: ProbeTiming = {}): k8s.Probe {
  return { tcpSocket: { port: k8s.IntOrString.fromString(port) }, ...timingFields(timing) };
}

/** A probe by a command in the container: exit code 0 is success. */
export function execProbe(command: readonly string[], timing: ProbeTiming = {}): k8s.Probe {
  return { exec: { command: [...command] }, ...timingFields(timing) };
}

function timingFields({ initialDelay, period, timeout, failureThreshold }: ProbeTiming): k8s.Probe {
  return {
    initialDelaySeconds: initialDelay?.toSeconds(),
    periodSeconds: period?.toSeconds(),
    timeoutSeconds: timeout?.toSeconds(),
    failureThreshold,
  };
}
