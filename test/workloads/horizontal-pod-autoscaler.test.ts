import { Duration } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { notes } from '../../lib/kube/objects/notes';
import { patch } from '../../lib/kube/objects/patch';
import { Deployment } from '../../lib/workloads/deployment';
import {
  HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerProps,
  type ScalingRules,
} from '../../lib/workloads/horizontal-pod-autoscaler';
import { identity, pod } from '../support/samples';
import { expectEachPropToMatter, objectOf, synthError, testChart } from '../support/synth';

const CPU = [{ type: 'cpu', averageUtilization: 60 }] as const;

function deployment(instance = 'api'): Deployment {
  const replicas = { minReplicas: 2, maxReplicas: 6 };
  return new Deployment(testChart(), 'server', { identity: { ...identity, instance }, pod, replicas });
}

function autoscaler(props: Partial<HorizontalPodAutoscalerProps> = {}): HorizontalPodAutoscaler {
  const { target = deployment() } = props;
  return new HorizontalPodAutoscaler(target, 'hpa', { name: 'api', target, metrics: CPU, ...props });
}

const spec = (props?: Partial<HorizontalPodAutoscalerProps>) =>
  objectOf(autoscaler(props), 'HorizontalPodAutoscaler').spec;

describe('HorizontalPodAutoscaler', () => {
  test('takes its bounds from the Deployment that it scales', () => {
    expect(spec()).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
    });
  });

  test('scales by memory, with a note that it does not come down again', () => {
    const hpa = autoscaler({ metrics: [{ type: 'memory', averageUtilization: 75 }] });
    expect(objectOf(hpa, 'HorizontalPodAutoscaler').spec.metrics[0].resource.name).toBe('memory');
    expect(notes(hpa)).toEqual([expect.stringMatching(/^demo\/server\/hpa: scales by memory/)]);
  });

  test('scales by what the pods report', () => {
    const metric = (averageValue: number) => spec({ metrics: [{ type: 'pods', name: 'queue', averageValue }] }).metrics;
    expect(metric(10)).toEqual([
      { type: 'Pods', pods: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '10' } } },
    ]);
    expect(metric(1.5)[0].pods.target.averageValue).toBe('1500m');
    expect(metric(0.07)[0].pods.target.averageValue).toBe('70m');
  });

  test('scales at the given speed, and leaves the rest to Kubernetes', () => {
    const { behavior } = spec({
      behavior: {
        scaleDown: {
          stabilizationWindow: Duration.minutes(3),
          policies: [{ type: 'Pods', value: 1, period: Duration.minutes(1) }],
        },
      },
    });
    expect(behavior).toEqual({
      scaleDown: { stabilizationWindowSeconds: 180, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
    });
    expect(spec({ behavior: { scaleUp: {} } })).not.toHaveProperty('behavior');
    const window = { stabilizationWindow: Duration.seconds(30) };
    expect(spec({ behavior: { scaleUp: window } }).behavior).toEqual({ scaleUp: { stabilizationWindowSeconds: 30 } });
  });

  test('takes every prop to its manifest', () => {
    // A Deployment has one autoscaler, so each time another one of the same name.
    const render = ({ target, ...props }: HorizontalPodAutoscalerProps) =>
      objectOf(autoscaler({ ...props, target: deployment(target.name) }), 'HorizontalPodAutoscaler');
    const all: Required<HorizontalPodAutoscalerProps> = {
      name: 'api',
      target: deployment(),
      metrics: CPU,
      behavior: { scaleUp: { stabilizationWindow: Duration.seconds(30) } },
    };
    expectEachPropToMatter(render, all, {
      name: 'other',
      target: deployment('other'),
      metrics: [{ type: 'cpu', averageUtilization: 80 }],
      behavior: { scaleDown: { stabilizationWindow: Duration.seconds(30) } },
    });
  });

  test('fails for a Deployment with a number of replicas', () => {
    const target = new Deployment(testChart(), 'server', { identity, pod, replicas: 2 });
    expect(() => autoscaler({ target })).toThrow(
      "demo/server/hpa: 'target' must have bounds for its replicas, not a number, got 2",
    );
  });

  test('fails for a Deployment that another one scales', () => {
    const target = deployment();
    autoscaler({ target });
    expect(() => new HorizontalPodAutoscaler(target, 'second', { name: 'second', target, metrics: CPU })).toThrow(
      "'target' must have one autoscaler, got 'demo/server/hpa'",
    );
  });

  test('fails for a container without the request that a percentage is of', () => {
    const target = deployment();
    autoscaler({ target });
    patch(target, { op: 'remove', path: '/spec/template/spec/containers/0/resources/requests/cpu' });
    expect(synthError(target)).toContain(
      "'metrics.cpu' must have a request to be a percentage of, got container 'main' without one",
    );
  });

  test('fails for a utilization that cannot be read', () => {
    expect(() => autoscaler({ metrics: [{ type: 'cpu', averageUtilization: 2 ** 31 }] })).toThrow(
      "'metrics.cpu.averageUtilization' must be at most 2147483647, got 2147483648",
    );
  });

  test.each([0, 1.5, -3])('fails for a utilization of %s', (averageUtilization) => {
    expect(() => autoscaler({ metrics: [{ type: 'cpu', averageUtilization }] })).toThrow(
      `'metrics.cpu.averageUtilization' must be a whole percentage of the request, from 1, got ${averageUtilization}`,
    );
  });

  test.each([
    ['name', { type: 'pods', name: '', averageValue: 1 }],
    ['averageValue', { type: 'pods', name: 'queue', averageValue: 0 }],
    ['averageValue', { type: 'pods', name: 'queue', averageValue: 0.0001 }],
    ['averageValue', { type: 'pods', name: 'queue', averageValue: Number.NaN }],
    ['averageValue', { type: 'pods', name: 'queue', averageValue: Number.POSITIVE_INFINITY }],
  ] as const)('fails for a metric of the pods with a wrong %s', (prop, metric) => {
    expect(() => autoscaler({ metrics: [metric] })).toThrow(new RegExp(`'metrics\\..*${prop}' must`));
  });

  test.each([
    ['stabilizationWindow', { stabilizationWindow: Duration.hours(2) }],
    ['stabilizationWindow', { stabilizationWindow: Duration.millis(1500) }],
    ['policies', { policies: [] as never }],
    ['policies.period', { policies: [{ type: 'Pods', value: 1, period: Duration.millis(1500) }] }],
    ['policies.value', { policies: [{ type: 'Pods', value: 0, period: Duration.seconds(30) }] }],
    ['policies.period', { policies: [{ type: 'Percent', value: 50, period: Duration.hours(1) }] }],
  ] satisfies [string, ScalingRules][])('fails for a wrong %s', (prop, scaleUp) => {
    expect(() => autoscaler({ behavior: { scaleUp } })).toThrow(`'behavior.scaleUp.${prop}' must`);
  });
});
