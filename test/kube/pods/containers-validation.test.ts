import { Duration } from 'cdk8s';
import { EnvFieldPaths, EnvValue, k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { type ContainerProps, container } from '../../../lib/kube/pods/containers';
import { httpProbe } from '../../../lib/kube/pods/probes';
import { Volume } from '../../../lib/kube/pods/volumes';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { container as minimal } from '../../support/samples';
import { testChart } from '../../support/synth';

const chart = testChart();
const tmp = Volume.scratch('tmp');
const ports = { http: 80 };
const readiness = (timing: Parameters<typeof httpProbe>[2]) => ({ readiness: httpProbe('/', 'http', timing) });

describe('a container', () => {
  it.each<[string, Partial<ContainerProps>, string]>([
    [
      'two ports of one number, which kubectl apply would merge',
      { ports: { http: 8080, metrics: 8080 } },
      "ports.metrics' must differ from that of 'http': kubectl apply merges ports of one number, got 8080",
    ],
    [
      'a mount without a path',
      { mounts: [{ volume: tmp, path: '' }] },
      "mounts.tmp.path' must start with '/' and have no ':', got ''",
    ],
    [
      'a mount at a relative path',
      { mounts: [{ volume: tmp, path: 'tmp' }] },
      "mounts.tmp.path' must start with '/' and have no ':', got 'tmp'",
    ],
    [
      'a mount of what is not in its volume',
      { mounts: [{ volume: tmp, path: '/tmp', subPath: 'a/../../b' }] },
      "mounts.tmp.subPath' must be a relative path without '..', got 'a/../../b'",
    ],
    ['an argument that is a number', { args: ['--workers', 4 as never] }, "args[1]' must be a string, got 4"],
    ['a command that is not given', { command: [undefined as never] }, "command[0]' must be a string, got undefined"],
    [
      'a number of seconds before the end',
      { preStop: ['sleep', 5 as never] },
      "preStop' must be a Duration or a list of strings or be left out",
    ],
    ['an empty command before the end', { preStop: [] }, "preStop' must name a command, got []"],
    [
      'a pause of half a second before the end',
      { preStop: Duration.millis(500) },
      "preStop' must be a whole number of seconds, got 0.5",
    ],
    ['the root user', { user: 0 }, "user' must be a user id above 0, got 0"],
    ['no user', { user: Number.NaN }, "user' must be a user id above 0, got NaN"],
    ['a user that there cannot be', { user: 2 ** 31 }, "user' must be at most 2147483647, got 2147483648"],
    [
      'a part of a second between two probes',
      { ports, probes: readiness({ period: Duration.millis(2500) }) },
      "probes.readiness.period' must be a whole number of seconds from 1, got 2.5",
    ],
    [
      'a probe that never fails',
      { ports, probes: { liveness: httpProbe('/', 'http', { failureThreshold: 0 }) } },
      "probes.liveness.failureThreshold' must be a whole number from 1, got 0",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => container(chart, { ...minimal, ...props })).toThrow(`demo: 'container 'main' ${message}`);
  });

  it.each(['/', '/tmp', '/etc/app.d/..data'])('may mount a volume at %s', (path) => {
    expect(container(chart, { ...minimal, mounts: [{ volume: tmp, path }] }).volumeMounts).toHaveLength(1);
  });

  it('may have ports, and a probe with all of its timing', () => {
    const timing = {
      initialDelay: Duration.seconds(0),
      period: Duration.seconds(1),
      timeout: Duration.minutes(1),
      failureThreshold: 1,
    };
    expect(() =>
      container(chart, { ...minimal, ports: { http: 80, metrics: 90 }, probes: readiness(timing) }),
    ).not.toThrow();
  });

  it.each<[string, Partial<k8s.Probe>, string]>([
    ['initialDelay', { initialDelaySeconds: -1 }, 'be a whole number of seconds, got -1'],
    ['timeout', { timeoutSeconds: 0 }, 'be a whole number of seconds from 1, got 0'],
  ])('fails for a wrong %s of a probe that was not made here', (prop, timing, allowed) => {
    const startup: k8s.Probe = { tcpSocket: { port: k8s.IntOrString.fromNumber(80) }, ...timing };
    expect(() => container(chart, { ...minimal, probes: { startup } })).toThrow(
      `demo: 'container 'main' probes.startup.${prop}' must ${allowed}`,
    );
  });
});

describe('the environment of a container', () => {
  it.each<[string, unknown, string]>([
    ['a number', 4, '4'],
    ['a truth', true, 'true'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object of no known kind', { value: 'a' }, '{"value":"a"}'],
  ])('fails for %s, which TypeScript would refuse', (_, value, shown) => {
    expect(() => container(chart, { ...minimal, env: { WORKERS: value as string } })).toThrow(
      `demo: 'env.WORKERS' must be a string, a key of a Secret or an EnvValue, got ${shown}`,
    );
  });

  it('fails for a key that no Secret can have', () => {
    expect(() =>
      container(chart, { ...minimal, env: { PASSWORD: { secret: new SecretRef('db'), key: 'a b' } } }),
    ).toThrow("demo: 'env.PASSWORD.key' must be at most 253 letters, digits, '-', '_' and '.'");
  });

  it('fails for a ConfigMap with a name that none can have', () => {
    expect(() => container(chart, { ...minimal, envFrom: [{ configMap: { name: 'Settings' } }] })).toThrow(
      "demo: 'envFrom.configMap.name' must be a DNS name",
    );
  });

  it('may be a field of the pod', () => {
    const env = { POD: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME) };
    expect(container(chart, { ...minimal, env }).env).toMatchObject([{ name: 'POD' }]);
  });
});
