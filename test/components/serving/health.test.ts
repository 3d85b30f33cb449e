import { Duration } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { type Health, healthProbes } from '../../../lib/components/serving/health';
import { expectEachPropToMatter, testChart } from '../../support/synth';

const probes = (health: Health = {}) => healthProbes(testChart(), 'http', health);

describe('healthProbes', () => {
  test('let a model load for ten minutes', () => {
    const { startup } = probes();
    expect((startup?.periodSeconds ?? 0) * (startup?.failureThreshold ?? 0)).toBe(600);
  });

  test('let a busy server answer late, and restart it later than they take it out of the Service', () => {
    expect(probes().readiness).toMatchObject({ periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 6 });
    expect(probes().liveness).toMatchObject({ periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 12 });
  });

  test('keep the rest of a probe where one part of it is given', () => {
    expect(probes({ readiness: { initialDelay: Duration.seconds(20), timeout: undefined } }).readiness).toMatchObject({
      initialDelaySeconds: 20,
      periodSeconds: 5,
      timeoutSeconds: 5,
    });
  });

  test('use the path of the loaded model for readiness, and that of the server for liveness', () => {
    const { startup, readiness, liveness } = probes({ path: '/health', readyPath: '/ready' });
    expect([startup, readiness, liveness].map((probe) => probe?.httpGet?.path)).toEqual([
      '/ready',
      '/ready',
      '/health',
    ]);
  });

  test('take every prop', () => {
    const all: Required<Health> = {
      path: '/healthz',
      readyPath: '/ready',
      startupPath: '/healthz',
      startupTimeout: Duration.minutes(5),
      readiness: { timeout: Duration.seconds(3) },
      liveness: { timeout: Duration.seconds(20) },
    };
    expectEachPropToMatter(probes, all, {
      path: '/health',
      readyPath: '/other',
      startupPath: '/other',
      startupTimeout: Duration.seconds(1),
      readiness: {},
      liveness: {},
    });
  });

  test('fails where a busy pod is restarted before it stops getting requests', () => {
    expect(() => probes({ liveness: { failureThreshold: 2 } })).toThrow(
      "demo: 'health.liveness' must take longer to fail than readiness, which takes 30 s (a busy pod must stop getting requests before it is restarted), got '30 s'",
    );
  });

  test.each([
    [
      'readiness.period',
      { readiness: { period: Duration.millis(2500) } },
      'be a whole number of seconds from 1, got 2.5',
    ],
    ['readiness.failureThreshold', { readiness: { failureThreshold: 0 } }, 'be a whole number from 1, got 0'],
    ['liveness.period', { liveness: { period: Duration.seconds(0) } }, 'be a whole number of seconds from 1, got 0'],
    ['liveness.failureThreshold', { liveness: { failureThreshold: 1.5 } }, 'be a whole number from 1, got 1.5'],
    ['startupTimeout', { startupTimeout: Duration.millis(2500) }, 'be a whole number of seconds, got 2.5'],
  ] satisfies [string, Health, string][])('fails for a wrong %s', (prop, health, allowed) => {
    expect(() => probes(health)).toThrow(`demo: 'health.${prop}' must ${allowed}`);
  });

  test('fails for a path without its slash', () => {
    expect(() => probes({ path: 'health' })).toThrow("'health.path' must start with '/', got 'health'");
    expect(() => probes({ readyPath: 'ready' })).toThrow("'health.readyPath' must start with '/', got 'ready'");
  });
});
