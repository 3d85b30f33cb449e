import { Chart, Duration, Size } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Haproxy, type HaproxyProps } from '../../../lib/components/edge/haproxy';
import { ingress } from '../../../lib/components/edge/ingress';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import { nodePort } from '../../../lib/kube/network/exposure';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { images } from '../../../lib/versions';
import { isolate } from '../../../lib/workloads/network-policy';
import { nodePool, resources } from '../../support/samples';
import { expectEachPropToMatter, find, type Manifest, synth, testChart } from '../../support/synth';
import { configOf, containerOf, haproxy, podOf, render, servers, setting } from './haproxy-samples';

const kindsOf = (props?: Partial<HaproxyProps>) =>
  render(props).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('Haproxy', () => {
  test('is a Deployment, its configuration and its Services: of clients, of the servers, of metrics', () => {
    expect(kindsOf({ replicas: 1 })).toEqual([
      'Service balancer-servers',
      'ConfigMap balancer-config',
      'Deployment balancer',
      'Service balancer',
      'Service balancer-metrics',
    ]);
    expect(kindsOf({ exposure: ingress({ host: 'api.example.org' }) })).toEqual(
      expect.arrayContaining(['Ingress balancer', 'PodDisruptionBudget balancer-pdb']),
    );
  });

  test('answers clients on port 80, which needs no capability behind its Service', () => {
    const target = haproxy({ exposure: nodePort(30023) });
    const host = 'balancer.demo.svc';
    expect(target.connection).toEqual({ host, port: 80, url: `http://${host}:80` });
    expect(find(synth(target), 'Service', 'balancer').spec).toMatchObject({
      type: 'NodePort',
      ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort: 30023 }],
    });
    expect(containerOf().ports).toEqual([
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 8405 },
    ]);
    expect(configOf()).toContain('bind *:8080,:::8080 v6only\n');
  });

  test('finds the servers by a Service that leaves out those that are not ready', () => {
    const { spec } = find(render(), 'Service', 'balancer-servers');
    expect(spec).toMatchObject({ clusterIP: 'None', ports: [{ name: 'http', port: 8080, targetPort: 'http' }] });
    expect(spec.selector['app.kubernetes.io/instance']).toBe('api');
    expect(spec).not.toHaveProperty('publishNotReadyAddresses');
    expect(setting('server-template')).toBe('pod 1-25 balancer-servers.demo.svc.cluster.local:8080');
    expect(setting('server-template', { clusterDomain: 'example.org' })).toContain('.demo.svc.example.org:8080');
  });

  test('serves its metrics on a port that clients do not reach', () => {
    expect(haproxy().metrics).toMatchObject({ job: 'balancer', host: 'balancer-metrics.demo.svc', port: 8405 });
    const leading = render({ statsPassword: new SecretRef('stats').key('password') })
      .filter(({ kind }) => kind === 'Service')
      .map(({ metadata, spec }) => [metadata.name, spec.ports.map(({ targetPort }: Manifest) => targetPort)]);
    expect(leading).toEqual([
      ['balancer-servers', ['http']],
      ['balancer', ['http']],
      ['balancer-metrics', ['metrics']],
    ]);
  });

  test('runs as the user of the image, without capabilities and on a read-only root', () => {
    expect(podOf().spec.securityContext).toMatchObject({ runAsUser: 99, runAsNonRoot: true });
    expect(containerOf().securityContext).toMatchObject({
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
    expect(containerOf().volumeMounts).toEqual([{ name: 'config', mountPath: '/etc/haproxy', readOnly: true }]);
  });

  test('rolls its pods when its configuration changes', () => {
    const checksum = (port: number) => podOf({ servers: { ...servers, port } }).metadata.annotations['checksum/config'];
    expect(checksum(8080)).not.toBe(checksum(8081));
  });

  test('keeps one replica while nodes are drained, and adds one before it takes one away', () => {
    expect(find(render(), 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    const { replicas, strategy } = find(render(), 'Deployment').spec;
    expect(replicas).toBe(2);
    expect(strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('reaches the servers, and is reached by anyone only where it is exposed', () => {
    const policy = (props?: Partial<HaproxyProps>) => {
      const target = haproxy(props);
      isolate(Chart.of(target));
      return (name: string) => find(synth(target), 'NetworkPolicy', name).spec;
    };
    const [egress] = policy()('balancer').egress;
    expect(egress.ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
    expect(egress.to[0].podSelector.matchLabels['app.kubernetes.io/instance']).toBe('api');
    const [ingress] = policy()('api').ingress;
    expect(ingress.from[0].podSelector.matchLabels['app.kubernetes.io/instance']).toBe('balancer');
    expect(policy()('balancer').ingress).toBeUndefined();
    const anyone = [{ ports: [{ protocol: 'TCP', port: 8080 }] }];
    expect(policy({ exposure: nodePort(30023) })('balancer').ingress).toEqual(anyone);
  });

  test('balances the pods of an InferenceService by its connection', () => {
    const chart = testChart();
    const server = new InferenceService(chart, 'server', {
      name: 'embedder',
      image: 'example.org/embedder:1.2.0',
      user: { user: 1000 },
      resources,
      port: 8002,
      health: { path: '/healthz', readyPath: '/ready' },
      replicas: { minReplicas: 2, maxReplicas: 6 },
    });
    expect(server.servers).toMatchObject({ port: 8002, portName: 'http', readyPath: '/ready' });
    new Haproxy(chart, 'balancer', { name: 'balancer', servers: server.servers });
    const config: string = find(synth(chart), 'ConfigMap').data['haproxy.cfg'];
    expect(config).toContain('server-template pod 1-7 balancer-servers.demo.svc.cluster.local:8002\n');
    expect(config).toContain('http-check send meth GET uri /ready ');
  });

  test('takes every prop to its manifests', () => {
    const all: Required<HaproxyProps> = {
      name: 'balancer',
      image: images.haproxy,
      servers,
      requestTimeout: Duration.seconds(60),
      paths: ['/predict'],
      maxConnections: 2048,
      clusterDomain: 'cluster.local',
      statsPassword: new SecretRef('stats').key('password'),
      replicas: 2,
      resources: { requests: resources.requests, limits: { memory: Size.mebibytes(256) } },
      exposure: nodePort(30023),
      nodePool: nodePool(),
    };
    expectEachPropToMatter(render, all, {
      name: 'other',
      image: 'example.org/haproxy:3.2.0',
      servers: { ...servers, readyPath: '/health' },
      requestTimeout: Duration.seconds(61),
      paths: ['/embed'],
      maxConnections: 1024,
      clusterDomain: 'example.org',
      statsPassword: new SecretRef('stats').key('other'),
      replicas: 3,
      resources: { requests: resources.requests, limits: { memory: Size.mebibytes(512) } },
      exposure: nodePort(30024),
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });
});
