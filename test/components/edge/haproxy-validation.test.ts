import { Duration, Size } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Haproxy, type HaproxyProps } from '../../../lib/components/edge/haproxy';
import { resources } from '../../support/samples';
import { synth, testChart } from '../../support/synth';
import { haproxy, minimal, render, servers } from './haproxy-samples';

describe('Haproxy', () => {
  test.each<[string, Partial<HaproxyProps>, string]>([
    [
      'name',
      { name: '8balancer' },
      "be a DNS label that starts with a letter (lower-case letters, digits and '-', at most 63), got '8balancer'",
    ],
    ['replicas', { replicas: 0 }, 'be a whole number from 1, got 0'],
    ['requestTimeout', { requestTimeout: Duration.millis(1500) }, 'be a whole number of seconds from 1, got 1.5'],
    ['maxConnections', { maxConnections: 0.5 }, 'be a whole number from 1, got 0.5'],
    [
      'clusterDomain',
      { clusterDomain: 'cluster.local.' },
      "be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'cluster.local.'",
    ],
    [
      'servers.readyPath',
      { servers: { ...servers, readyPath: 'ready' } },
      "start with '/' and have letters, digits and '-._~/?=&%' only, got 'ready'",
    ],
    [
      'servers.readyPath',
      { servers: { ...servers, readyPath: '/ready # ' } },
      "start with '/' and have letters, digits and '-._~/?=&%' only, got '/ready # '",
    ],
    [
      'paths',
      { paths: ['/predict', '/{any}'] },
      "start with '/' and have letters, digits and '-._~/?=&%' only, got '/{any}'",
    ],
    [
      'servers.replicas',
      { servers: { ...servers, replicas: { minReplicas: 1, maxReplicas: 300 } } },
      'be at most 290 pods with their surge: one DNS answer has no room for more, got 375',
    ],
    [
      'resources.limits.memory',
      { resources: { ...resources, limits: { memory: Size.gibibytes(0.3) } } },
      "be a positive whole number of KiB, got '0.3Gi'",
    ],
    ['resources.limits.memory', { maxConnections: 10_000 }, "be at least 386Mi, for 10000 connections, got '256Mi'"],
  ])('fails for a wrong %s: %o', (prop, props, allowed) => {
    expect(() => haproxy(props)).toThrow(`demo/balancer: '${prop}' must ${allowed}`);
  });

  test('fails in a chart without a namespace, which its DNS names need', () => {
    expect(() => haproxy({}, { namespace: null })).toThrow(
      "demo/balancer: 'namespace' must be that of its chart: names need one here, got undefined",
    );
  });

  test('fails at synth where no pod has the identity of the servers, or not the port', () => {
    const chart = testChart();
    new Haproxy(chart, 'balancer', minimal);
    expect(() => synth(chart)).toThrow("'selector' must match the labels of a pod in namespace 'demo'");
    expect(() => render({ servers: { ...servers, portName: 'grpc' } })).toThrow(
      "'ports.targetPort' must be one of the container ports of 'api', 'http', 'metrics', got 'grpc'",
    );
  });
});
