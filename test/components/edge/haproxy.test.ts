import { Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Haproxy, type HaproxyProps, serverSlots } from '../../../lib/components/edge/haproxy';
import { maxSlots } from '../../../lib/components/edge/haproxy-config';
import { ingress } from '../../../lib/components/edge/ingress';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import { nodePort } from '../../../lib/kube/exposure';
import { PodCount } from '../../../lib/kube/pod-count';
import { type RollingUpdate, rolloutRoom, type UpdateStrategy } from '../../../lib/kube/rollout';
import { SecretRef } from '../../../lib/kube/secrets';
import { images } from '../../../lib/versions';
import { Deployment } from '../../../lib/workloads/deployment';
import { isolate } from '../../../lib/workloads/network-policy';
import { identity, nodePool, resources, webPod } from '../../support/samples';
import {
  expectEachPropToMatter,
  find,
  type Manifest,
  synth,
  type TestChartOptions,
  testChart,
} from '../../support/synth';

const servers: HaproxyProps['servers'] = {
  identity,
  port: 8080,
  portName: 'http',
  readyPath: '/ready',
  replicas: { minReplicas: 4, maxReplicas: 20 },
  strategy: {},
};
const minimal: HaproxyProps = { name: 'balancer', servers };

function haproxy(props: Partial<HaproxyProps> = {}, options: TestChartOptions = {}): Haproxy {
  const chart = testChart(options);
  new Deployment(chart, 'server', { identity, pod: webPod });
  return new Haproxy(chart, 'balancer', { ...minimal, ...props });
}

/** What it writes, without the pods that it is before. */
function render(props?: Partial<HaproxyProps>): Manifest[] {
  return synth(haproxy(props)).filter(({ metadata }) => metadata.name !== identity.instance);
}

const kindsOf = (props?: Partial<HaproxyProps>) =>
  render(props).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const podOf = (props?: Partial<HaproxyProps>) => find(render(props), 'Deployment').spec.template;
const containerOf = (props?: Partial<HaproxyProps>) => podOf(props).spec.containers[0];
const configOf = (props?: Partial<HaproxyProps>): string => find(render(props), 'ConfigMap').data['haproxy.cfg'];
/** The words after the first one that a line of the configuration starts with. */
const setting = (key: string, props?: Partial<HaproxyProps>) =>
  configOf(props)
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith(`${key} `))
    ?.slice(key.length + 1);

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
    expect(configOf()).toContain('bind *:8080\n');
  });

  test('finds the servers by a Service that leaves out those that are not ready', () => {
    const { spec } = find(render(), 'Service', 'balancer-servers');
    expect(spec).toMatchObject({ clusterIP: 'None', ports: [{ name: 'http', port: 8080, targetPort: 'http' }] });
    expect(spec.selector['app.kubernetes.io/instance']).toBe('api');
    expect(spec).not.toHaveProperty('publishNotReadyAddresses');
    expect(setting('server-template')).toBe('pod 1-25 balancer-servers.demo.svc.cluster.local:8080');
    expect(setting('server-template', { clusterDomain: 'example.org' })).toContain('.demo.svc.example.org:8080');
  });

  test('says where it serves its metrics: on a port that clients do not reach', () => {
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

  test('is ready while there is a server, and alive while it answers', () => {
    const { readinessProbe, livenessProbe } = containerOf();
    expect(readinessProbe.httpGet).toEqual({ path: '/ready', port: 'metrics' });
    expect(livenessProbe.httpGet).toEqual({ path: '/live', port: 'metrics' });
    expect(configOf()).toContain('monitor-uri /ready\n  monitor fail if { nbsrv(servers) eq 0 }\n');
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

  test('keeps one replica while nodes are drained, and adds one before it takes one away', () => {
    expect(find(render(), 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    const { replicas, strategy, template } = find(render(), 'Deployment').spec;
    expect(replicas).toBe(2);
    expect(strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(template.spec.topologySpreadConstraints).toHaveLength(1);
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

  test('is before an InferenceService by what that says of its pods', () => {
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
      'come to at most 290 pods, their surge included, which one answer of DNS has room for, got 375',
    ],
    ['resources.limits.memory', { maxConnections: 10_000 }, "be at least 386Mi, for 10000 connections, got '256Mi'"],
  ])('fails for a wrong %s: %o', (prop, props, allowed) => {
    expect(() => haproxy(props)).toThrow(`demo/balancer: '${prop}' must ${allowed}`);
  });

  test('fails in a chart without a namespace, which the name that it asks DNS for must have', () => {
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

describe('the slots for servers', () => {
  const count = (least: number) =>
    fc.oneof(
      fc.integer({ min: least, max: 50 }).map((pods) => PodCount.absolute(pods)),
      fc.integer({ min: least, max: 100 }).map((percent) => PodCount.percent(percent)),
    );
  const strategies: fc.Arbitrary<UpdateStrategy> = fc.oneof(
    fc.constant('Recreate' as const),
    fc.record<RollingUpdate>({ maxSurge: count(1), maxUnavailable: count(0) }, { requiredKeys: [] }),
  );

  test('are enough for every number of replicas and what a rollout adds to it', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), strategies, (least, more, strategy) => {
        const range = { minReplicas: least + 1, maxReplicas: least + 1 + more };
        const slots = serverSlots({ replicas: range, strategy });
        for (let replicas = range.minReplicas; replicas <= range.maxReplicas; replicas += 1) {
          expect(slots).toBeGreaterThanOrEqual(replicas + rolloutRoom(strategy, replicas).surge);
        }
      }),
    );
  });

  test('fit into one answer of 8192 bytes, be the addresses as long as those of IPv6', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 253 }), (length) => {
        const bytes = (records: number) => 12 + 11 + (length + 2 + 4) + records * 28;
        const most = maxSlots('a'.repeat(length));
        expect(bytes(most)).toBeLessThanOrEqual(8192);
        expect(bytes(most + 1)).toBeGreaterThan(8192);
      }),
    );
  });
});
