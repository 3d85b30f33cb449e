import type { Chart } from 'cdk8s';
import { Duration } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { podOwners } from '../../lib/kube/objects/inventory';
import { PodCount } from '../../lib/kube/pods/pod-count';
import { Volume } from '../../lib/kube/pods/volumes';
import { Deployment, type DeploymentProps } from '../../lib/workloads/deployment';
import { HorizontalPodAutoscaler } from '../../lib/workloads/horizontal-pod-autoscaler';
import { container, identity, nodePool, pod } from '../support/samples';
import { expectEachPropToMatter, objectOf, synthError, testChart } from '../support/synth';

const autoscaled = { minReplicas: 2, maxReplicas: 6 };

function deployment(props: Partial<DeploymentProps> = {}, chart = testChart()): Deployment {
  return new Deployment(chart, 'server', { identity, pod, ...props });
}

function autoscale(target: Deployment, id = 'hpa'): HorizontalPodAutoscaler {
  const metrics = [{ type: 'cpu', averageUtilization: 60 }] as const;
  return new HorizontalPodAutoscaler(target.node.scope as Chart, id, { name: id, target, metrics });
}

describe('Deployment', () => {
  test('is named by the instance of its identity, and selects its pods without their version', () => {
    const { metadata, spec } = objectOf(deployment(), 'Deployment');
    expect(metadata.name).toBe('api');
    expect(metadata.labels['app.kubernetes.io/version']).toBe('1.2.3');
    expect(spec.selector.matchLabels).not.toHaveProperty('app.kubernetes.io/version');
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  test('has one pod and the rolling update of Kubernetes by default', () => {
    const { spec } = objectOf(deployment(), 'Deployment');
    expect(spec.replicas).toBe(1);
    expect(spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    });
    expect(spec).not.toHaveProperty('progressDeadlineSeconds');
  });

  test('writes no number of replicas where an autoscaler decides', () => {
    const target = deployment({ replicas: autoscaled });
    autoscale(target);
    expect(objectOf(target, 'Deployment').spec).not.toHaveProperty('replicas');
  });

  test('can run no pod at all', () => {
    expect(objectOf(deployment({ replicas: 0 }), 'Deployment').spec.replicas).toBe(0);
  });

  test('replaces all pods at once where only one may hold what they share', () => {
    expect(objectOf(deployment({ strategy: 'Recreate' }), 'Deployment').spec.strategy).toEqual({ type: 'Recreate' });
  });

  test('enters its pods into the inventory', () => {
    const target = deployment({ replicas: 3, strategy: 'Recreate' });
    expect(podOwners(target)).toMatchObject([
      {
        kind: 'Deployment',
        name: 'api',
        namespace: 'demo',
        replicas: { minReplicas: 3, maxReplicas: 3 },
        strategy: 'Recreate',
      },
    ]);
  });

  test('takes every prop to its manifest', () => {
    const render = (props: DeploymentProps) => {
      const chart = testChart();
      const target = new Deployment(chart, 'server', props);
      if (target.autoscaled) autoscale(target);
      return objectOf(target, 'Deployment');
    };
    const all: Required<DeploymentProps> = {
      identity,
      pod,
      replicas: 2,
      strategy: { maxSurge: PodCount.absolute(1), maxUnavailable: PodCount.absolute(0) },
      progressDeadline: Duration.minutes(15),
    };
    expectEachPropToMatter<DeploymentProps>(render, all, {
      identity: { ...identity, instance: 'other' },
      pod: { ...pod, podLabels: { app: 'api' } },
      replicas: autoscaled,
      strategy: { maxSurge: PodCount.percent(50), maxUnavailable: PodCount.absolute(0) },
      progressDeadline: Duration.minutes(5),
    });
  });

  test.each([
    ['a name that is no DNS label', { identity: { ...identity, instance: 'My_API' } }, /'name' must be a DNS label/],
    ['a part of a pod', { replicas: 1.5 }, /'replicas' must be a whole number from 0, got 1.5/],
    ['no pod at all for an autoscaler', { replicas: { minReplicas: 0, maxReplicas: 2 } }, /'replicas.minReplicas'/],
    [
      'bounds the wrong way round',
      { replicas: { minReplicas: 3, maxReplicas: 2 } },
      /'replicas.maxReplicas' must be a whole number from minReplicas \(3\), got 2/,
    ],
    ['more pods than can be counted', { replicas: 2 ** 31 }, /'replicas' must be at most 2147483647, got 2147483648/],
    [
      'more pods for an autoscaler than can be counted',
      { replicas: { minReplicas: 1, maxReplicas: 2 ** 31 } },
      /'replicas.maxReplicas' must be at most 2147483647, got 2147483648/,
    ],
    [
      'no time for a rollout',
      { progressDeadline: Duration.seconds(0) },
      /'progressDeadline' must be a whole number of seconds from 1, got 0/,
    ],
    [
      'a part of a second for a rollout',
      { progressDeadline: Duration.millis(1500) },
      /'progressDeadline' must be a whole number of seconds from 1, got 1.5/,
    ],
    [
      'a mount of a claim template',
      {
        pod: {
          ...pod,
          containers: [{ ...container, mounts: [{ volume: Volume.claimTemplate('data'), path: '/data' }] }],
        },
      },
      /'pod.mounts' must have no claim template, which only a StatefulSet has, got 'data'/,
    ],
    [
      'a rollout that can neither add nor take away a pod',
      { strategy: { maxSurge: PodCount.absolute(0), maxUnavailable: PodCount.absolute(0) } },
      /'strategy.maxUnavailable' must be above 0/,
    ],
  ] satisfies [string, Partial<DeploymentProps>, RegExp][])('fails for %s', (_, props, message) => {
    expect(() => deployment(props)).toThrow(message);
  });

  test('fails for bounds that no autoscaler decides between', () => {
    expect(synthError(deployment({ replicas: autoscaled }))).toContain(
      "[demo/server] 'replicas' must be a number where no HorizontalPodAutoscaler decides between bounds, got 2 to 6",
    );
  });
});

describe('the pods of a Deployment', () => {
  const spread = (target: Deployment) => objectOf(target, 'Deployment').spec.template.spec.topologySpreadConstraints;
  const several = nodePool({ nodes: { min: 1, max: 3 } });

  test('are spread over the nodes of their pool', () => {
    expect(spread(deployment({ replicas: 2, pod: { ...pod, nodePool: several } }))).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        nodeTaintsPolicy: 'Honor',
        labelSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/instance': 'api' }) },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
  });

  test('are spread by the defaults of the scheduler where no nodes are declared', () => {
    expect(spread(deployment({ replicas: 2 }))).toBeUndefined();
  });

  test('are not spread where there is one pod, or one node', () => {
    expect(spread(deployment({ pod: { ...pod, nodePool: several } }))).toBeUndefined();
    expect(spread(deployment({ replicas: 2, pod: { ...pod, nodePool: nodePool() } }))).toBeUndefined();
    expect(spread(deployment({ replicas: 2 }, testChart({ nodePools: [nodePool()] })))).toBeUndefined();
  });

  test('are spread over the nodes whose taints let them in', () => {
    const taints = [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] as const;
    const gpu = nodePool({ name: 'gpu', taints, nodes: { min: 5 } });
    const open = nodePool({ name: 'open' });
    expect(spread(deployment({ replicas: 2 }, testChart({ nodePools: [gpu, open] })))).toBeUndefined();
    const more = nodePool({ name: 'more' });
    expect(spread(deployment({ replicas: 2 }, testChart({ nodePools: [gpu, open, more] })))).toHaveLength(1);
  });

  test('keep the constraints that they were given', () => {
    const own = { maxSkew: 2, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' };
    expect(spread(deployment({ replicas: 2, pod: { ...pod, topologySpreadConstraints: [own] } }))).toEqual([own]);
  });
});
