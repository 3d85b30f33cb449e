import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireAbsolutePath } from '../../kube/objects/names';
import { requireWhole, wholeSeconds } from '../../kube/objects/numbers';
import { httpProbe, type Probes, type ProbeTiming } from '../../kube/pods/probes';

/** How the health of a model server is asked for. */
export interface Health {
  /** Path that answers 200 once the model is loaded. @default '/health' */
  readonly path?: string;
  /** Path that answers 200 once the model is loaded, where `path` shows only that the server runs. @default - `path` */
  readonly readyPath?: string;
  /** Path that ends the start, where a model may come much later than the server. @default - `readyPath` */
  readonly startupPath?: string;
  /** How long a start may take, with the load of the model, before the container is restarted. @default Duration.minutes(10) */
  readonly startupTimeout?: Duration;
  /** When a pod gets no more requests. @default - after 30 s without an answer: each 5 s, timeout 5 s, 6 failures */
  readonly readiness?: ProbeTiming;
  /** When a container is restarted. @default - after 3 min without an answer: each 15 s, timeout 10 s, 12 failures */
  readonly liveness?: ProbeTiming;
}

const HEALTH_PATH = '/health';

/** The path of the readiness probe. */
export function readyPathOf({ path = HEALTH_PATH, readyPath = path }: Health): string {
  return readyPath;
}

type Timing = Required<Omit<ProbeTiming, 'initialDelay'>>;

const STARTUP_PERIOD = Duration.seconds(5);
const READINESS = { period: Duration.seconds(5), timeout: Duration.seconds(5), failureThreshold: 6 };
const LIVENESS = { period: Duration.seconds(15), timeout: Duration.seconds(10), failureThreshold: 12 };

/** How long a start may take, in seconds. */
export function startupSeconds(scope: Construct, { startupTimeout = Duration.minutes(10) }: Health): number {
  return wholeSeconds(scope, 'health.startupTimeout', startupTimeout);
}

/**
 * Probes that a busy model server survives. Many servers compute in the thread that answers them: under load a health
 * check waits like every other request, and restarting the pod would only move its load to the next one.
 */
export function healthProbes(scope: Construct, port: string, health: Health): Probes {
  requireKnownProps(scope, { health }, 'health:Health');
  const { path = HEALTH_PATH } = health;
  const readyPath = readyPathOf(health);
  const { startupPath = readyPath } = health;
  const readiness = withDefaults(health.readiness, READINESS);
  const liveness = withDefaults(health.liveness, LIVENESS);
  requireAbsolutePath(scope, 'health.path', path);
  requireAbsolutePath(scope, 'health.readyPath', readyPath);
  requireAbsolutePath(scope, 'health.startupPath', startupPath);
  const unready = secondsToFailure(scope, 'health.readiness', readiness);
  const dead = secondsToFailure(scope, 'health.liveness', liveness);
  const allowed = `take longer to fail than readiness, which takes ${unready} s (a busy pod must stop getting requests before it is restarted)`;
  requireProp(dead > unready, scope, 'health.liveness', allowed, `${dead} s`);
  return {
    startup: httpProbe(startupPath, port, {
      period: STARTUP_PERIOD,
      timeout: STARTUP_PERIOD,
      failureThreshold: Math.max(1, Math.ceil(startupSeconds(scope, health) / STARTUP_PERIOD.toSeconds())),
    }),
    readiness: httpProbe(readyPath, port, readiness),
    liveness: httpProbe(path, port, liveness),
  };
}

function withDefaults(given: ProbeTiming = {}, defaults: Timing): Timing & ProbeTiming {
  const { initialDelay, period = defaults.period, timeout = defaults.timeout } = given;
  const { failureThreshold = defaults.failureThreshold } = given;
  return { initialDelay, period, timeout, failureThreshold };
}

function secondsToFailure(scope: Construct, prop: string, { period, failureThreshold }: Timing): number {
  requireWhole(scope, `${prop}.failureThreshold`, failureThreshold, 1);
  return wholeSeconds(scope, `${prop}.period`, period, 1) * failureThreshold;
}
