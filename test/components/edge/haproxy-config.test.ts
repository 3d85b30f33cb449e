import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { configOf, containerOf, podOf, setting } from './haproxy-samples';

describe('Haproxy', () => {
  test('is ready while there is a server, and alive while it answers', () => {
    const { readinessProbe, livenessProbe } = containerOf();
    expect(readinessProbe.httpGet).toEqual({ path: '/ready', port: 'metrics' });
    expect(livenessProbe.httpGet).toEqual({ path: '/live', port: 'metrics' });
    expect(configOf()).toContain('monitor-uri /ready\n  monitor fail if { nbsrv(servers) eq 0 }\n');
  });

  test('gives a server its time, then gives up, then stops, each later than the one before', () => {
    const requestTimeout = Duration.seconds(30);
    expect(setting('timeout server', { requestTimeout })).toBe('35s');
    expect(setting('timeout client', { requestTimeout })).toBe('35s');
    expect(setting('hard-stop-after', { requestTimeout })).toBe('40s');
    expect(containerOf({ requestTimeout }).lifecycle.preStop.exec.command).toEqual(['sleep', '10']);
    expect(podOf({ requestTimeout }).spec.terminationGracePeriodSeconds).toBe(55);
  });

  test('passes on the paths that it is given, and without them all', () => {
    expect(setting('http-request return status 404 unless { path', { paths: ['/predict', '/ping'] })).toBe(
      '/predict /ping }',
    );
    expect(configOf()).not.toContain('404 unless { path /predict');
  });

  test('has a thread for each core that it may use', () => {
    const threads = (cpu: Cpu, limit?: Cpu) =>
      setting('nbthread', {
        resources: { requests: { cpu, memory: Size.mebibytes(64) }, limits: { cpu: limit, memory: Size.gibibytes(1) } },
      });
    expect(threads(Cpu.millis(200), Cpu.millis(500))).toBe('1');
    expect(threads(Cpu.millis(200), Cpu.millis(1500))).toBe('2');
    expect(threads(Cpu.units(3))).toBe('3');
  });

  test('has a page of statistics only with a password, which it reads from a Secret', () => {
    expect(configOf()).not.toContain('stats');
    const statsPassword = new SecretRef('stats').key('password');
    expect(containerOf({ statsPassword }).env).toEqual([
      { name: 'STATS_PASSWORD', valueFrom: { secretKeyRef: { name: 'stats', key: 'password' } } },
    ]);
    expect(configOf({ statsPassword })).toMatch(/setenv STATS_PASSWORD "\$\{STATS_PASSWORD\}"\n/);
    expect(containerOf({ statsPassword }).ports).toContainEqual({ name: 'stats', containerPort: 8404 });
  });
});
