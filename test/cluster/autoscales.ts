import { expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { pathOf } from '../support/control-plane/api';
import { metricsDefinition, PodLoad } from '../support/control-plane/metrics';
import { until } from '../support/control-plane/settle';
import type { Stage } from './stage';

/** An autoscaler finds its Deployment and its metric, and goes from one bound to the other and back. */
export function autoscales(stage: Stage): void {
  const { api } = stage.cluster;

  for (const autoscaler of stage.ofKind('HorizontalPodAutoscaler')) {
    const { metadata, spec } = autoscaler;
    const { maxReplicas, minReplicas } = spec;
    const target: Manifest = {
      kind: spec.scaleTargetRef.kind,
      metadata: { ...metadata, name: spec.scaleTargetRef.name },
    };
    const resources: readonly string[] = spec.metrics.flatMap((metric: Manifest) => metric.resource?.name ?? []);

    test(`${metadata.name} has a target whose containers all request what it measures`, async () => {
      const { containers } = (await stage.live(target)).spec.template.spec;
      const missing = containers.flatMap(({ name, resources: { requests } }: Manifest) =>
        resources.filter((resource) => requests?.[resource] === undefined).map((resource) => `${name}: ${resource}`),
      );
      expect(missing).toEqual([]);
    });

    test(`${metadata.name} scales to ${maxReplicas} under load, and back to ${minReplicas}`, async ({ skip }) => {
      skip(resources.length < spec.metrics.length, 'it measures more than CPU and memory');
      const group = await api.send('GET', '/apis/metrics.k8s.io/v1beta1');
      skip(group.status === 200, 'the cluster has a metrics API of its own');
      await stage.kubectl(['apply', '-f', '-'], [metricsDefinition]);
      try {
        await stage.cluster.kubectl.run([
          'wait',
          '--for=condition=established',
          `crd/${metricsDefinition.metadata.name}`,
        ]);
        await api.patch(pathOf(autoscaler), { spec: { behavior: hurried(spec.behavior) } });
        const load = new PodLoad(api, await stage.live(target), resources);
        for (const [factor, wanted] of [
          [3, maxReplicas],
          [0.01, minReplicas],
        ] as const) {
          const seen: number[] = [];
          await until(async () => {
            await load.report(factor);
            const { status } = await stage.live(target);
            if (seen.at(-1) !== status.replicas) seen.push(status.replicas);
            return status.replicas === wanted && status.readyReplicas === wanted;
          });
          const { status } = await stage.live(autoscaler);
          expect({ seen, last: seen.at(-1), conditions: status.conditions }).toMatchObject({ last: wanted });
        }
      } finally {
        await stage.kubectl(['delete', '-f', '-'], [metricsDefinition]);
        await stage.kubectl(['apply', '-f', '-'], [autoscaler]);
        await stage.settle();
      }
    });
  }
}

/** The same behaviour in a thirtieth of its time. */
function hurried(behavior: Manifest = {}): Manifest {
  const seconds = (value: number | undefined, fallback: number) => Math.round((value ?? fallback) / 30);
  const rules = ({ stabilizationWindowSeconds, policies = [] }: Manifest = {}, window = 0) => ({
    stabilizationWindowSeconds: seconds(stabilizationWindowSeconds, window),
    policies: policies.map((policy: Manifest) => ({
      ...policy,
      periodSeconds: Math.max(1, seconds(policy.periodSeconds, 30)),
    })),
  });
  const { scaleUp, scaleDown } = behavior;
  return {
    ...(scaleUp && { scaleUp: rules(scaleUp) }),
    // Kubernetes waits five minutes before it scales down, unless it is told otherwise.
    scaleDown: scaleDown ? rules(scaleDown, 300) : { stabilizationWindowSeconds: 10 },
  };
}
