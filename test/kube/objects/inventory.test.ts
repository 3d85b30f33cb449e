import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import {
  namespaceOf,
  podOwners,
  recordPodOwner,
  requireContainerPorts,
  requireSelectedPods,
  requireUniqueNames,
  selects,
  serviceHost,
} from '../../../lib/kube/objects/inventory';
import { clusterScoped } from '../../../lib/kube/objects/serialization';
import { synth, synthError, testChart } from '../../support/synth';

it('an app of plain charts fails with a string that kubectl would read as a number', () => {
  const chart = testChart();
  requireUniqueNames(chart);
  new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { MODE: '0o755' } });
  expect(synthError(chart)).toContain("demo/settings: 'data.MODE' must be a string that every reader of YAML");
});

describe('the inventory', () => {
  it('is empty where there is no workload', () => {
    expect(podOwners(testChart())).toEqual([]);
  });

  it('holds the workloads of the whole app, in the order of their making', () => {
    const app = new App();
    const second = new Chart(app, 'second');
    const first = new Chart(app, 'first');
    enter(first, 'a');
    enter(second, 'b');
    expect(podOwners(second).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(podOwners(testChart())).toEqual([]);
  });
});

it('a host is the DNS name of a Service that every namespace resolves', () => {
  expect(serviceHost(testChart({ namespace: 'fair' }), 'postgres')).toBe('postgres.fair.svc');
  expect(namespaceOf(testChart({ namespace: 'fair' }))).toBe('fair');
});

it('a host is the bare name of a Service where the namespace is left to kubectl', () => {
  expect(serviceHost(testChart({ namespace: null }), 'postgres')).toBe('postgres');
});

it('a selector selects what has all of its labels', () => {
  expect(selects({ a: '1' }, { a: '1', b: '2' })).toBe(true);
  expect(selects({ a: '1', b: '2' }, { a: '1' })).toBe(false);
  expect(selects({ a: '1' }, { a: '2' })).toBe(false);
  expect(selects({ a: '1' }, undefined)).toBe(false);
});

describe('a selector', () => {
  it('may come before the pods that it selects', () => {
    const chart = testChart();
    requireSelectedPods(chart, 'selector', { app: 'a' });
    enter(chart, 'a');
    expect(() => synth(chart)).not.toThrow();
  });

  it('fails where it selects no pod', () => {
    const chart = testChart();
    enter(chart, 'b');
    requireSelectedPods(chart, 'selector', { app: 'a' });
    expect(synthError(chart)).toContain(
      `[demo] 'selector' must match the labels of a pod in namespace 'demo', got {"app":"a"}`,
    );
  });

  it('fails where the pod is in another namespace', () => {
    const app = new App();
    enter(new Chart(app, 'there', { namespace: 'there' }), 'a');
    requireSelectedPods(new Chart(app, 'here'), 'selector', { app: 'a' });
    expect(synthError(app)).toContain(
      `[here] 'selector' must match the labels of a pod in namespace '(default)', got {"app":"a"}`,
    );
  });
});

describe('the ports of selected pods', () => {
  it('may have every name that a container of the pod has', () => {
    const chart = testChart();
    requireContainerPorts(chart, 'targetPort', { app: 'a' }, ['http']);
    enter(chart, 'a', ['http', 'metrics']);
    expect(() => synth(chart)).not.toThrow();
  });

  it('fails for a name that no container has', () => {
    const chart = testChart();
    requireContainerPorts(chart, 'targetPort', { app: 'a' }, ['http', 'https']);
    enter(chart, 'a', ['http', 'metrics']);
    expect(synthError(chart)).toContain(
      "[demo] 'targetPort' must be one of the container ports of 'a', 'http', 'metrics', got 'https'",
    );
  });

  it('fails for pods without ports', () => {
    const chart = testChart();
    requireContainerPorts(chart, 'targetPort', { app: 'a' }, ['http']);
    enter(chart, 'a');
    expect(synthError(chart)).toContain(
      "[demo] 'targetPort' must be one of the container ports of 'a', (none), got 'http'",
    );
  });
});

describe('two objects', () => {
  it('fails for one kind and name in one namespace', () => {
    const chart = testChart();
    requireUniqueNames(chart);
    new k8s.KubeConfigMap(chart, 'one', { metadata: { name: 'a' } });
    new k8s.KubeConfigMap(chart, 'two', { metadata: { name: 'a' } });
    expect(synthError(chart)).toContain(
      "demo/two: 'name' must be unique for a ConfigMap in namespace 'demo', got 'a', which demo/one has",
    );
  });

  it('fails for one kind and name without a namespace, whatever the namespaces of their charts', () => {
    const app = new App();
    requireUniqueNames(app);
    for (const id of ['one', 'two']) {
      const chart = new Chart(app, id, { namespace: id });
      clusterScoped(new k8s.KubeNamespace(chart, 'namespace', { metadata: { name: 'a' } }));
    }
    expect(synthError(app)).toContain(
      "two/namespace: 'name' must be unique for a Namespace, got 'a', which one/namespace has",
    );
  });

  it('may share a name where kind, group or namespace differ', () => {
    const app = new App();
    requireUniqueNames(app);
    for (const id of ['one', 'two']) {
      const chart = new Chart(app, id, { namespace: id });
      new k8s.KubeConfigMap(chart, 'config-map', { metadata: { name: 'a' } });
      new k8s.KubeSecret(chart, 'secret', { metadata: { name: 'a' } });
    }
    expect(() => synth(app)).not.toThrow();
  });

  it('are reported once, however often the check is asked for', () => {
    const chart = testChart();
    requireUniqueNames(chart);
    requireUniqueNames(chart);
    enter(chart, 'x');
    new k8s.KubeConfigMap(chart, 'one', { metadata: { name: 'a' } });
    new k8s.KubeConfigMap(chart, 'two', { metadata: { name: 'a' } });
    expect(synthError(chart).match(/must be unique/g)).toHaveLength(1);
  });
});

function enter(chart: Chart, name: string, ports: readonly string[] = []): void {
  recordPodOwner({
    construct: chart,
    kind: 'Deployment',
    name,
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'main', ports: ports.map((port, index) => ({ name: port, containerPort: 80 + index })) }],
      },
    },
  });
}
