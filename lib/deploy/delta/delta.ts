import { backendOf, backendText } from './backends';
import { type DeclaredDifference, declaredFor } from './declared';
import { fieldChanges } from './fields';
import { canonicalTexts, type RenamedNamespace, renamedNamespaces } from './namespaces';
import type { PlatformOutput } from './output';
import { DELTA_GROUPS, type DeltaGroup, ruleFor } from './rules';
import { type Subject, subjectsOf } from './subjects';

/** A difference between two environments. */
export interface Difference {
  /** What differs: `Deployment inference-deploy`, `release mlflow`. */
  readonly of: string;
  /** What it is about: `replicas`. */
  readonly label: string;
  /** Path of the field; absent where all of it differs. */
  readonly path?: string;
  /** In the first environment; absent where it has no such thing. */
  readonly from?: unknown;
  /** In the second. */
  readonly to?: unknown;
  /** Why it is meant, where somebody declared it. */
  readonly because?: string;
}

/** What differs between two environments, by meaning. */
export interface Delta {
  readonly from: string;
  readonly to: string;
  /** Namespaces that are the same but for their names, which count nowhere else. */
  readonly namespaces: readonly RenamedNamespace[];
  /** Differences that the environments decide; a group without any is not there. */
  readonly groups: Readonly<Partial<Record<DeltaGroup, readonly Difference[]>>>;
  /** Differences that no environment declares. */
  readonly drift: readonly Difference[];
}

type Sided<T> = readonly [from: T, to: T];

/**
 * What differs between two environments: what serves databases and buckets, what environments decide about a thing that
 * both have, and what only one has. Names of namespaces, hashes and checksums are no differences, nor is order.
 *
 * @param declared - differences that are meant although no rule says that an environment decides them
 */
export function delta(from: PlatformOutput, to: PlatformOutput, declared: readonly DeclaredDifference[] = []): Delta {
  const namespaces = renamedNamespaces(from, to);
  const both = ({ from, to }: RenamedNamespace) => [from, to].sort().join('|');
  const canonical = [
    canonicalTexts(namespaces.map((renamed) => ({ name: renamed.from, both: both(renamed) }))),
    canonicalTexts(namespaces.map((renamed) => ({ name: renamed.to, both: both(renamed) }))),
  ] as const;
  const sides = [subjectsOf(from, canonical[0]), subjectsOf(to, canonical[1])] as const;

  const groups = new Map<DeltaGroup, Difference[]>();
  const drift: Difference[] = [];
  const report = (type: string, difference: Omit<Difference, 'label'>): void => {
    const rule = ruleFor(type, difference.path ?? '');
    const declaration = declaredFor(declared, [from.environment, to.environment], difference);
    const because = declaration === undefined ? {} : { because: declaration.because };
    const group = rule?.group ?? declaration?.group;
    const label = rule?.label ?? '';
    if (group === undefined) drift.push({ ...difference, label });
    else groups.set(group, [...(groups.get(group) ?? []), { ...difference, label, ...because }]);
  };

  const backends = substitutedBackends(sides);
  if (backends.length > 0) groups.set('backends', backends);
  const substituted = new Set(backends.map(({ of }) => of));
  for (const id of [...new Set([...sides[0].keys(), ...sides[1].keys()])].sort()) {
    const [a, b] = [sides[0].get(id), sides[1].get(id)];
    const subject = a ?? b;
    if (subject === undefined) continue;
    const { type, name: of } = subject;
    if (a !== undefined && b !== undefined) {
      for (const change of fieldChanges(a.fields, b.fields, ...canonical)) report(type, { of, ...change });
    } else if (!substituted.has(backendOf(subject) ?? '')) {
      report(type, { of, ...(a === undefined ? { to: PRESENT } : { from: PRESENT }) });
    }
  }
  const inOrder = DELTA_GROUPS.flatMap((group) => {
    const differences = groups.get(group);
    return differences === undefined ? [] : [[group, differences]];
  });
  return { from: from.environment, to: to.environment, namespaces, groups: Object.fromEntries(inOrder), drift };
}

/** What stands for a thing that only one environment has. */
export const PRESENT = 'present';

/** The parts of the platform that are served by objects of different kinds. */
function substitutedBackends(sides: Sided<ReadonlyMap<string, Subject>>): Difference[] {
  const families = new Map<string, [Subject[], Subject[]]>();
  const kinds = new Map<string, [Set<string>, Set<string>]>();
  for (const [index, subjects] of sides.entries()) {
    for (const [id, subject] of subjects) {
      const name = backendOf(subject);
      if (name === undefined) continue;
      const found = families.get(name) ?? [[], []];
      const types = kinds.get(name) ?? [new Set(), new Set()];
      families.set(name, found);
      kinds.set(name, types);
      types[index]?.add(subject.type);
      if (!sides[1 - index]?.has(id)) found[index]?.push(subject);
    }
  }
  return [...families].sort(byKey).flatMap(([name, [before, after]]) => {
    const [typesBefore, typesAfter] = kinds.get(name) ?? [new Set(), new Set()];
    const server = ['StatefulSet', 'Cluster'].filter((type) => typesBefore.has(type) !== typesAfter.has(type));
    if (server.length === 0) return [];
    return [{ of: name, label: 'what serves it', from: backendText(name, before), to: backendText(name, after) }];
  });
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
