import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { nodePort, type RouteBackend } from '../../lib/kube/network/exposure';
import { edges } from '../../lib/kube/network/network';
import { Deployment } from '../../lib/workloads/deployment';
import { Service, type ServicePort, type ServiceProps } from '../../lib/workloads/service';
import { identity, webPod } from '../support/samples';
import { expectEachPropToMatter, objectOf, synthError, testChart } from '../support/synth';

const selector = {
  'app.kubernetes.io/name': 'server',
  'app.kubernetes.io/instance': 'api',
  'app.kubernetes.io/component': 'web',
  'app.kubernetes.io/part-of': 'demo',
  'app.kubernetes.io/managed-by': 'cdk8s',
};
type UnexposedProps = Omit<ServiceProps, 'exposure'>;
const minimal: ServiceProps = { name: 'api', identity, ports: [{ name: 'http', port: 80 }] };

describe('a Service with minimal props', () => {
  it('leads inside the cluster to the named port of its pods, and its selector has no version', () => {
    expect(render(minimal)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'demo', labels: selector },
      spec: { type: 'ClusterIP', selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
  });

  it('hands out its host, which every namespace resolves', () => {
    expect(new Service(testChart({ namespace: 'fair' }), 'service', minimal).host).toBe('api.fair.svc');
  });
});

describe('a Service with all props', () => {
  const port: Required<ServicePort> = { name: 'web', port: 80, targetPort: 'http', nodePort: 30080 };
  const all: Required<UnexposedProps> = {
    name: 'api',
    identity,
    ports: [{ name: 'http', port: 80 }],
    headless: true,
    publishNotReadyAddresses: true,
  };

  it('has each of them', () => {
    expect(render(all).spec).toMatchObject({ type: 'ClusterIP', clusterIP: 'None', publishNotReadyAddresses: true });
    expectEachPropToMatter<UnexposedProps>(render, all, {
      name: 'other',
      identity: { ...identity, instance: 'other' },
      ports: [{ name: 'metrics', port: 80 }],
      headless: false,
      publishNotReadyAddresses: false,
    });
  });

  it('has each prop of a port, and one with a node port makes it a NodePort', () => {
    expect(render({ ...minimal, ports: [port] }).spec).toMatchObject({ type: 'NodePort', ports: [port] });
    expectEachPropToMatter<ServicePort>((given) => render({ ...minimal, ports: [given] }), port, {
      name: 'other',
      port: 81,
      targetPort: 'metrics',
      nodePort: 30081,
    });
  });

  it('keeps its ports in the order given', () => {
    const ports = [
      { name: 'metrics', port: 90 },
      { name: 'http', port: 80 },
    ] as const;
    expect(render({ ...minimal, ports }).spec.ports.map((entry: ServicePort) => entry.name)).toEqual([
      'metrics',
      'http',
    ]);
  });
});

describe('a Service that is exposed', () => {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'metrics', port: 90, nodePort: 30090 },
  ] as const;

  it('has the node port at its first port', () => {
    const { spec } = render({ ...minimal, ports, exposure: nodePort(30080) });
    expect(spec.ports.map((port: ServicePort) => port.nodePort)).toEqual([30080, 30090]);
  });

  it('has a route to its first port, whose pods accept connections from anywhere', () => {
    const chart = testChart();
    const backends: RouteBackend[] = [];
    const route = (scope: Construct, backend: RouteBackend) => {
      backends.push(backend);
      return new Construct(scope, 'route');
    };
    const service = new Service(chart, 'service', {
      ...minimal,
      ports: [{ ...ports[0], targetPort: 'web' }],
      exposure: { type: 'HTTPRoute', route },
    });
    expect(service.route?.node.path).toBe('demo/service/route');
    expect(backends).toEqual([{ serviceName: 'api', port: 80 }]);
    expect(edges(chart)).toMatchObject([{ from: { type: 'anywhere' }, to: { type: 'pods' }, ports: ['web'] }]);
  });

  it('is reached by HTTP at its first port, and not from outside where nothing exposes it', () => {
    const chart = testChart({ namespace: 'fair' });
    const service = new Service(chart, 'service', { ...minimal, ports: [ports[0]] });
    expect(service.http).toEqual({ host: 'api.fair.svc', port: 80, url: 'http://api.fair.svc:80' });
    expect(service.route).toBeUndefined();
    expect(edges(chart)).toEqual([]);
  });
});

describe('a Service at synth', () => {
  it.each<[string, Partial<ServiceProps>, string]>([
    [
      'a name that starts with a digit',
      { name: '0api' },
      "'name' must be a DNS label that starts with a letter (lower-case letters, digits and '-', at most 63), got '0api'",
    ],
    [
      'a port that is none',
      { ports: [{ name: 'http', port: 0 }] },
      "'ports.port' must be a port from 1 to 65535, got 0",
    ],
    [
      'a port name that is none',
      { ports: [{ name: 'HTTP', port: 80 }] },
      "'ports.name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'HTTP'",
    ],
    [
      'a node port out of the range',
      { ports: [{ name: 'http', port: 80, nodePort: 80 }] },
      "'ports.nodePort' must be a node port from 30000 to 32767, got 80",
    ],
    [
      'a headless Service with a node port',
      { headless: true, ports: [{ name: 'http', port: 80, nodePort: 30080 }] },
      "'nodePort' must not be given to a headless Service, got 'api'",
    ],
    [
      'two ports of one name',
      {
        ports: [
          { name: 'http', port: 80 },
          { name: 'http', port: 81 },
        ],
      },
      "'ports.name' must have no duplicates, got 'http'",
    ],
    [
      'two ports of one number',
      {
        ports: [
          { name: 'http', port: 80 },
          { name: 'metrics', port: 80 },
        ],
      },
      "'ports.port' must have no duplicates, got 80",
    ],
    [
      'two ports of one node port',
      {
        ports: [
          { name: 'http', port: 80, nodePort: 30080 },
          { name: 'metrics', port: 90, nodePort: 30080 },
        ],
      },
      "'ports.nodePort' must be a node port of its own (demo/service has it already), got 30080",
    ],
    [
      'a port without a node port beside one that has one, which would get another one in each cluster',
      {
        ports: [
          { name: 'http', port: 80, nodePort: 30080 },
          { name: 'metrics', port: 90 },
        ],
      },
      "'ports.nodePort' must be given to every port or to none: Kubernetes opens all of them, each at a port of its choice, got 'metrics'",
    ],
    ['no port', { ports: [] as never }, "'ports' must have a port, got []"],
  ])('fails for %s', (_, props, message) => {
    expect(() => render({ ...minimal, ...props })).toThrow(`demo/service: ${message}`);
  });

  it('fails for a node port that another Service of the app has, in whatever namespace', () => {
    const chart = testChart();
    const ports = [{ name: 'http', port: 80, nodePort: 30080 }] as const;
    new Service(chart, 'first', { ...minimal, name: 'first', ports });
    expect(() => new Service(chart, 'second', { ...minimal, name: 'second', ports })).toThrow(
      "demo/second: 'ports.nodePort' must be a node port of its own (demo/first has it already), got 30080",
    );
  });

  it('fails for an identity that is no label value', () => {
    const wrong = { ...identity, component: 'model server' };
    expect(() => new Service(testChart(), 'service', { ...minimal, identity: wrong })).toThrow(
      "demo/service: 'identity.component' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'model server'",
    );
  });

  it('fails where it selects no pod', () => {
    const chart = testChart();
    new Service(chart, 'service', minimal);
    expect(synthError(chart)).toContain(
      `[demo/service] 'selector' must match the labels of a pod in namespace 'demo', got ${JSON.stringify(selector)}`,
    );
  });

  it('fails where it leads to a port that its pods do not have', () => {
    const chart = testChart();
    new Deployment(chart, 'pods', { identity, pod: webPod });
    new Service(chart, 'service', { ...minimal, ports: [{ name: 'http', port: 80, targetPort: 'htttp' }] });
    expect(synthError(chart)).toContain(
      "[demo/service] 'ports.targetPort' must be one of the container ports of 'api', 'http', 'metrics', got 'htttp'",
    );
  });
});

/** A Service and pods for it, and the Service as it is written. */
function render(props: ServiceProps) {
  const chart = testChart();
  new Deployment(chart, 'pods', { identity: props.identity, pod: webPod });
  new Service(chart, 'service', props);
  return objectOf(chart, 'Service');
}
