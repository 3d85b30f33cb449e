import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { type ErrorLocation, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireWhole } from '../objects/numbers';

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
  requireKnownProps('httpProbe()', { path, port, timing }, 'path port timing?:object');
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) }, ...timingFields(timing) };
}

/** A probe by opening a TCP connection to a named port. */
export function tcpProbe(port: string, timing: ProbeTiming = {}): k8s.Probe {
  requireKnownProps('tcpProbe()', { port, timing }, 'port timing?:object');
  return { tcpSocket: { port: k8s.IntOrString.fromString(port) }, ...timingFields(timing) };
}

/** A probe by a command in the container: exit code 0 is success. */
export function execProbe(command: readonly string[], timing: ProbeTiming = {}): k8s.Probe {
  requireKnownProps('execProbe()', { command, timing }, 'command:string[] timing?:object');
  requireProp(command.length > 0, 'execProbe()', 'command', 'name a command', command);
  return { exec: { command: [...command] }, ...timingFields(timing) };
}

/**
 * Probes of a server that answers late while it is busy: it gets no more requests after half a minute without an answer,
 * and is restarted after two.
 * @param startup - how long a start may take, in steps of five seconds
 * @param probe - one probe with this timing
 */
export function serverProbes(startup: Duration, probe: (timing: ProbeTiming) => k8s.Probe): Required<Probes> {
  const [period, timeout] = [Duration.seconds(5), Duration.seconds(5)];
  return {
    startup: probe({ period, timeout, failureThreshold: startup.toSeconds() / period.toSeconds() }),
    readiness: probe({ period: Duration.seconds(10), timeout }),
    liveness: probe({ period: Duration.seconds(20), timeout: Duration.seconds(10), failureThreshold: 6 }),
  };
}

function timingFields(timing: ProbeTiming): k8s.Probe {
  const words = 'initialDelay?:Duration period?:Duration timeout?:Duration failureThreshold?:number';
  requireKnownProps('probe', timing, words);
  const { initialDelay, period, timeout, failureThreshold } = timing;
  return {
    // requireProbes refuses parts of a second: it knows the container.
    initialDelaySeconds: initialDelay?.toSeconds({ integral: false }),
    periodSeconds: period?.toSeconds({ integral: false }),
    timeoutSeconds: timeout?.toSeconds({ integral: false }),
    failureThreshold,
  };
}

/** Checks the probes of a container with these ports. Kubernetes reads 0 as its default, but for the delay. */
export function requireProbes(location: ErrorLocation, prop: string, probes: Probes, ports: readonly string[]): void {
  requireKnownProps(location, probes, 'startup?:object readiness?:object liveness?:object', prop);
  for (const kind of ['startup', 'readiness', 'liveness'] as const) {
    const probe = probes[kind];
    if (probe === undefined) continue;
    const handlers = [probe.httpGet, probe.tcpSocket, probe.exec, probe.grpc].filter(
      (handler) => handler !== undefined,
    );
    requireProp(
      handlers.length === 1,
      location,
      `${prop}.${kind}`,
      'come from httpProbe(), tcpProbe() or execProbe()',
      probe,
    );
    const port = (probe.httpGet ?? probe.tcpSocket)?.port?.value;
    const { path } = probe.httpGet ?? {};
    requireProp(path !== '', location, `${prop}.${kind}`, 'have a path', path);
    if (typeof port === 'string') requireProp(ports.includes(port), location, `${prop}.${kind}`, oneOf(ports), port);
    requireTiming(location, `${prop}.${kind}`, probe);
  }
}

function requireTiming(location: ErrorLocation, prop: string, probe: k8s.Probe): void {
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const whole = (name: keyof ProbeTiming, value: number | undefined, from: number, allowed?: string) => {
    if (value !== undefined) requireWhole(location, `${prop}.${name}`, value, from, allowed);
  };
  whole('initialDelay', initialDelaySeconds, 0, 'be a whole number of seconds');
  whole('period', periodSeconds, 1, 'be a whole number of seconds from 1');
  whole('timeout', timeoutSeconds, 1, 'be a whole number of seconds from 1');
  whole('failureThreshold', failureThreshold, 1);
}
