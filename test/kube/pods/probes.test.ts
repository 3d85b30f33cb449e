import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { execProbe, httpProbe, type ProbeTiming, tcpProbe } from '../../../lib/kube/pods/probes';

describe('a probe', () => {
  it('asks a named port by HTTP', () => {
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

  it('says nothing of its timing where nothing was said', () => {
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
