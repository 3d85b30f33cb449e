import { describe, expect, it } from 'vitest';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { elsewhere, environments, type World, worldOf } from './environments';
import { nodePool } from './samples';
import type { Manifest } from './synth';

export type { Manifest, World };

/** What is wrong in a world, one sentence a problem, each with the object that it is about. */
export type Rule = (world: World) => string[];

/** A world that holds nothing but these objects, all in one file. */
export function world(objects: readonly Manifest[], changes: Partial<World> = {}): World {
  const config: PlatformConfig = { name: 'test', local: true, nodePools: [nodePool()], stacks: {} };
  return { config, files: { demo: objects }, objects, existingSecrets: [], ...changes };
}

/** A rule that looks at each object by itself. */
export function eachObject(check: (object: Manifest, world: World) => string[]): Rule {
  return (all) => all.objects.flatMap((object) => check(object, all).map((text) => `${nameOf(object)}: ${text}`));
}

/** A rule that looks at each pod template. */
export function eachPod(check: (pod: Manifest, object: Manifest, world: World) => string[]): Rule {
  return eachObject((object, all) => {
    const pod = podOf(object);
    return pod === undefined ? [] : check(pod, object, all);
  });
}

/** A rule that looks at each container of each pod template, init containers included. */
export function eachContainer(check: (container: Manifest, pod: Manifest, world: World) => string[]): Rule {
  return eachPod((pod, _, all) =>
    containersOf(pod).flatMap((container) => check(container, pod, all).map((text) => `${container.name}: ${text}`)),
  );
}

/** `{ metadata, spec }` of the pods of a workload; undefined for what has none. */
export function podOf({ kind, spec }: Manifest): Manifest | undefined {
  if (kind === 'CronJob') return spec.jobTemplate.spec.template;
  return ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind) ? spec.template : undefined;
}

export function containersOf({ spec }: Manifest): Manifest[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

/** The objects of a kind in the namespace of another object. */
export function neighbours({ objects }: World, { metadata }: Manifest, kind: string): Manifest[] {
  return objects.filter((other) => other.kind === kind && other.metadata.namespace === metadata.namespace);
}

/** Whether labels have everything that a selector asks for. */
export function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}) {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** The pods of the namespace of a Service, a budget … that its selector matches, with their workloads. */
export function selectedPods(all: World, object: Manifest, selector: Readonly<Record<string, string>>): Manifest[] {
  return all.objects.flatMap((other) => {
    const pod = other.metadata.namespace === object.metadata.namespace ? podOf(other) : undefined;
    return pod !== undefined && matches(selector, pod.metadata.labels) ? [pod] : [];
  });
}

/** Every string, number … of a manifest, and every empty list and object, with its path. */
export function leaves(value: unknown, path = ''): { path: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries = Object.entries(value);
  return entries.length === 0 ? [{ path, value }] : entries.flatMap(([key, entry]) => leaves(entry, `${path}/${key}`));
}

export interface RuleCases {
  /** Worlds without a problem. */
  readonly good: readonly World[];
  /** Worlds, and all of their problems. */
  readonly bad: readonly (readonly [World, ...string[]])[];
}

/** Tests a rule on its own cases, and on every object of every stack of every environment. */
export function describeRule(sentence: string, rule: Rule, { good, bad }: RuleCases): void {
  describe(sentence, () => {
    it.each(everyWorld().map((all) => [all.config.name, all] as const))('in the environment %s', (_, all) => {
      expect(rule(all)).toEqual([]);
    });

    it.each(good.map((all, index) => [index + 1, all] as const))('finds nothing in good case %d', (_, all) => {
      expect(rule(all)).toEqual([]);
    });

    it.each(bad.map(([all, ...problems]) => [problems.join('; '), all, problems] as const))(
      'fails for %s',
      (_, all, problems) => {
        expect(rule(all)).toEqual(problems);
      },
    );
  });
}

let worlds: readonly World[] | undefined;

/** Each environment as it is, and as it would be where nothing is local. */
export function everyWorld(): readonly World[] {
  worlds ??= environments.flatMap((config) => [worldOf(config), worldOf(elsewhere(config))]);
  return worlds;
}
