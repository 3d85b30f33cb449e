import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import {
  execProbe,
  httpProbe,
  type ProbeTiming,
  requireProbes,
  serverProbes,
  tcpProbe,
} from '../../../lib/kube/pods/probes';

describe('a probe', () => {
  it('requests a named port by HTTP', () => {
    expect(httpProbe('/ready', 'http')).toEqual({
      httpGet: { path: '/ready', port: k8s.IntOrString.fromString('http') },
    });
  });

  it('opens a named port', () => {
    expect(tcpProbe('kafka')).toEqual({ tcpSocket: { port: k8s.IntOrString.fromString('kafka') } });
  });

  it('runs a command', () => {
    expect(execProbe(['pg_isready', '--quiet'])).toEqual({ exec: { command: ['pg_isready', '--quiet'] } });
  });

  it('has no timing by default', () => {
    expect(JSON.stringify(tcpProbe('kafka'))).toBe('{"tcpSocket":{"port":{"value":"kafka"}}}');
  });

  it.each([
    ['by HTTP', httpProbe.bind(undefined, '/ready', 'http')],
    ['by TCP', tcpProbe.bind(undefined, 'http')],
    ['by a command', execProbe.bind(undefined, ['true'])],
  ])('takes all of its timing %s', (_, probe) => {
    const timing: Required<ProbeTiming> = {
      initialDelay: Duration.seconds(1),
      period: Duration.minutes(2),
      timeout: Duration.seconds(3),
      failureThreshold: 4,
    };
    expect(probe(timing)).toMatchObject({
      initialDelaySeconds: 1,
      periodSeconds: 120,
      timeoutSeconds: 3,
      failureThreshold: 4,
    });
  });
});

describe('the probes of a server', () => {
  const probes = (startup: Duration) => serverProbes(startup, (timing) => tcpProbe('http', timing));

  it('give a start all of its time', () => {
    const { startup } = probes(Duration.minutes(5));
    expect((startup.periodSeconds ?? 0) * (startup.failureThreshold ?? 0)).toBe(300);
  });

  it('take a busy server out of its Service long before they restart it', () => {
    const { readiness, liveness } = probes(Duration.minutes(5));
    const seconds = [readiness, liveness].map(
      ({ periodSeconds = 0, failureThreshold = 3 }) => periodSeconds * failureThreshold,
    );
    expect(seconds).toEqual([30, 120]);
  });

  it('fails for a start that is no number of probes', () => {
    expect(() => requireProbes('demo', 'probes', probes(Duration.seconds(7)), ['http'])).toThrow(
      "demo: 'probes.startup.failureThreshold' must be a whole number from 1, got 1.4",
    );
  });
});
