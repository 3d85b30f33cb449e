import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import type { PlatformConfig } from '../../lib/platform/platform';
import { collection, pathOf } from '../support/control-plane/api';
import { production, type Stage, Written } from './stage';

/** Kinds whose pods are replaced when their template changes. */
const ROLLING = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Changes of an environment that reach its pods by the content of a ConfigMap. */
const CONFIG_CHANGES: readonly ((config: PlatformConfig) => PlatformConfig['stacks'] | false | undefined)[] = [
  ({ stacks: { inference } }) =>
    inference && { inference: { ...inference, config: { ...inference.config, LOG_LEVEL: 'debug' } } },
  ({ stacks: { fair } }) =>
    fair &&
    fair.database?.type !== 'CloudNativePG' && {
      fair: { ...fair, extraDatabases: [...(fair.extraDatabases ?? []), { name: 'rolled', owner: 'rolled' }] },
    },
];

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
      skip(changed.length === 0, 'no change of a ConfigMap is known for it');
      await rollsOut(
        stage,
        changed.filter(({ kind }) => ROLLING.includes(kind)),
        (object) => object,
        changed,
      );
    });

    test('what was there before rolls out', async () => {
      await rollsOut(stage, workloads, (object) => object, [...workloads, ...stage.ofKind('ConfigMap')]);
      await stage.kubectl(['delete', '--ignore-not-found', '-f', '-'], added(stage));
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

/** What an environment with another value in its ConfigMaps writes differently. */
function withOtherConfig({ objects, production: { config } }: Stage): readonly Manifest[] {
  if (config === undefined) return [];
  const stacks = Object.assign({}, config.stacks, ...CONFIG_CHANGES.map((change) => change(config)));
  const before = new Set(objects.map((object) => JSON.stringify(object)));
  const changed = synthesized({ ...config, stacks }).filter((object) => !before.has(JSON.stringify(object)));
  if (!changed.some(({ kind }) => kind === 'ConfigMap')) return [];
  return changed;
}

/** What another value adds: Jobs with another name, the Secret of another database. */
function added(stage: Stage): readonly Manifest[] {
  const name = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace} ${metadata.name}`;
  const names = new Set(stage.objects.map(name));
  return withOtherConfig(stage).filter((object) => !names.has(name(object)));
}

function synthesized(config: PlatformConfig): readonly Manifest[] {
  const written = new Written(production(config));
  written.remove();
  return written.objects;
}
