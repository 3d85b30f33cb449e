import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { collection, pathOf } from '../support/control-plane/api';
import type { Stage } from './stage';

/** Kinds whose pods are replaced when their template changes. */
const ROLLING = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Rollouts come to their end beside everything else in their namespace, at the fewest and at the most replicas. */
export function rolls(stage: Stage): void {
  const workloads = stage.ofKind(...ROLLING);
  const autoscalers = stage.ofKind('HorizontalPodAutoscaler');
  const sizes = autoscalers.length === 0 ? (['min'] as const) : (['min', 'max'] as const);

  describe.each(sizes)('at the %s of every autoscaler', (size) => {
    test('the replicas are reached', async () => {
      for (const { metadata, spec } of autoscalers) {
        const target = { kind: spec.scaleTargetRef.kind, metadata: { ...metadata, name: spec.scaleTargetRef.name } };
        const replicas = spec[`${size}Replicas`];
        await stage.cluster.api.patch(`${pathOf(target)}/scale`, { spec: { replicas } });
      }
      await stage.settle();
    });

    test('a new image rolls out', () => rollsOut(stage, workloads, withImage));

    test('another request of memory rolls out', () => rollsOut(stage, workloads, withLessMemory));

    test('a new value in a ConfigMap rolls out', async ({ skip }) => {
      const changed = withOtherConfig(stage);
      const readers = changed.filter(({ kind }) => ROLLING.includes(kind));
      skip(readers.length === 0, 'no pod that rolls reads one');
      await rollsOut(stage, readers, (object) => object, changed);
    });

    test('what was there before rolls out', async () => {
      await rollsOut(stage, workloads, (object) => object, [...workloads, ...stage.ofKind('ConfigMap')]);
    });
  });
}

/** Applies changed workloads; every one of their pods must be a new one in the end. */
async function rollsOut(
  stage: Stage,
  workloads: readonly Manifest[],
  change: (workload: Manifest) => Manifest,
  applied: readonly Manifest[] = workloads.map(change),
): Promise<void> {
  const before = await podIds(stage, workloads);
  await stage.kubectl(['apply', '-f', '-'], applied);
  await stage.settle();
  const after = await podIds(stage, workloads);
  expect(after.size).toBe(before.size);
  expect([...after].filter((id) => before.has(id))).toEqual([]);
}

/** The pods of workloads, which their labels select. */
async function podIds(stage: Stage, workloads: readonly Manifest[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const { metadata, spec } of workloads) {
    const selector = new URLSearchParams({
      labelSelector: Object.entries(spec.selector.matchLabels)
        .map((pair) => pair.join('='))
        .join(','),
    });
    const pods = await stage.cluster.api.list(`${collection('Pod', metadata.namespace)}?${selector}`);
    for (const pod of pods) ids.add(`${pod.metadata.name} ${pod.metadata.uid}`);
  }
  return ids;
}

function withImage(workload: Manifest): Manifest {
  return withContainers(workload, (container) => ({ ...container, image: `${container.image.split(':')[0]}:changed` }));
}

function withLessMemory(workload: Manifest): Manifest {
  return withContainers(workload, ({ resources, ...container }) => ({
    ...container,
    resources: { ...resources, requests: { ...resources.requests, memory: '9Mi' } },
  }));
}

function withContainers(workload: Manifest, change: (container: Manifest) => Manifest): Manifest {
  const changed = structuredClone(workload);
  const { spec } = changed.spec.template;
  spec.containers = spec.containers.map(change);
  return changed;
}

/**
 * Every ConfigMap with another value, and the workloads that read one with another checksum in their pods, which is how
 * the library rolls them (pod-template-rolls.test.ts).
 */
function withOtherConfig(stage: Stage): readonly Manifest[] {
  const maps = stage.ofKind('ConfigMap').map((map) => ({ ...map, data: { ...map.data, changed: 'true' } }));
  const readers = stage
    .ofKind(...ROLLING)
    .filter(({ spec }) => /"configMap(Ref|KeyRef)?":/.test(JSON.stringify(spec.template.spec)))
    .map((workload) => {
      const changed = structuredClone(workload);
      const { metadata } = changed.spec.template;
      metadata.annotations = { ...metadata.annotations, 'checksum/config': 'changed' };
      return changed;
    });
  return [...maps, ...readers];
}
