import { type Backend, backendFacts, backendNameOf, backendOf } from './backends';
import { type DeclaredDifference, declaredFor } from './declared';
import { fieldChanges } from './fields';
import { namespaceNames, type RenamedNamespace, renamedNamespaces } from './namespaces';
import type { PlatformOutput } from './output';
import { DELTA_GROUPS, type DeltaGroup, ruleFor } from './rules';
import { type Subject, subjectsOf } from './subjects';

/** A difference between two environments. */
export interface Difference {
  /** What differs: `Deployment inference/inference-deploy`, `release mlflow`. */
  readonly of: string;
  /** What it is about: `replicas`. Absent where no rule knows. */
  readonly label?: string;
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

/** What stands for a thing that only one environment has. */
export const PRESENT = 'present';

type Subjects = ReadonlyMap<string, Subject>;

/**
 * What differs between two environments: what serves databases and buckets, what environments decide about a thing that
 * both have, and what only one has. Names of namespaces, hashes and checksums are no differences, nor is order.
 *
 * @param declared - differences that are meant although no rule says that an environment decides them
 */
export function delta(from: PlatformOutput, to: PlatformOutput, declared: readonly DeclaredDifference[] = []): Delta {
  const namespaces = renamedNamespaces(from, to);
  const [before, after] = [namespaceNames(namespaces, 'from'), namespaceNames(namespaces, 'to')];
  const [a, b] = [subjectsOf(from, before), subjectsOf(to, after)];

  const groups = new Map<DeltaGroup, Difference[]>();
  const drift: Difference[] = [];
  const add = (group: DeltaGroup, difference: Difference) =>
    groups.set(group, [...(groups.get(group) ?? []), difference]);
  const classify = (type: string, difference: Difference): void => {
    const rule = ruleFor(type, difference.path ?? '');
    const declaration = declaredFor(declared, [from.environment, to.environment], difference);
    const group = declaration?.group ?? rule?.group;
    const because = declaration === undefined ? {} : { because: declaration.because };
    if (group === undefined) drift.push(difference);
    else add(group, { ...difference, ...(rule === undefined ? {} : { label: rule.label }), ...because });
  };

  const stacks = stacksAlone(a, b);
  for (const { group, ...difference } of stacks) add(group, difference);
  const isAlone = (subject: Subject) => stacks.some(({ of }) => of === stackName(subject));
  const served = [...a.values(), ...b.values()].filter((subject) => !isAlone(subject)).map(backendNameOf);
  const substituted = [...new Set(served)]
    .filter((name) => name !== undefined)
    .filter((name) => servedBy(name, a).served !== servedBy(name, b).served)
    .sort();
  for (const name of substituted) {
    for (const { group, ...difference } of substitution(name, a, b)) add(group, difference);
  }
  for (const id of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [one, other] = [a.get(id), b.get(id)];
    if (one !== undefined && other !== undefined) {
      const changes = fieldChanges(one.fields, other.fields, before.canonical, after.canonical);
      for (const change of changes) classify(one.type, { of: one.name, ...change });
    } else {
      const only = one ?? other;
      if (only === undefined || substituted.includes(backendNameOf(only) ?? '')) continue;
      if (only.type !== 'Secret' && isAlone(only)) continue;
      classify(only.type, { of: only.name, [one === undefined ? 'to' : 'from']: presence(only) });
    }
  }
  const inOrder = DELTA_GROUPS.map((group) => [group, groups.get(group)]).filter(([, found]) => found !== undefined);
  return { from: from.environment, to: to.environment, namespaces, groups: Object.fromEntries(inOrder), drift };
}

/** The stacks that only one environment has, each with its objects. */
function stacksAlone(a: Subjects, b: Subjects): (Difference & { readonly group: DeltaGroup })[] {
  const names = (subjects: Subjects) => new Set([...subjects.values()].map(stackName));
  const [before, after] = [names(a), names(b)];
  return [...new Set([...before, ...after])].sort().flatMap((of) => {
    if (of === undefined || before.has(of) === after.has(of)) return [];
    const side = before.has(of) ? a : b;
    const objects = [...side.values()].filter((subject) => stackName(subject) === of).map(({ name }) => name);
    return [
      { group: 'releases' as const, of, label: 'stack', [side === a ? 'from' : 'to']: { objects: objects.sort() } },
    ];
  });
}

function stackName({ stack }: Subject): string | undefined {
  return stack && `stack ${stack}`;
}

function presence({ type, fields }: Subject): string {
  return type === 'Secret' ? (fields as { readonly origin: string }).origin : PRESENT;
}

function members(name: string, subjects: Subjects): Subject[] {
  return [...subjects.values()].filter((subject) => backendNameOf(subject) === name);
}

function servedBy(name: string, subjects: Subjects): Backend {
  return backendOf(name, [...subjects.values()]);
}

/** What serves a part of the platform on both sides, and what the two say about it in their own ways. */
function substitution(name: string, a: Subjects, b: Subjects): (Difference & { readonly group: DeltaGroup })[] {
  const [before, after] = [backendFacts(members(name, a)), backendFacts(members(name, b))];
  const facts = before.flatMap(({ group, label, value }, index) => {
    const sides = { from: value, to: after[index]?.value ?? {} };
    const said = Object.entries(sides).filter(([, side]) => Object.keys(side).length > 0);
    return said.length === 0 ? [] : [{ group, of: name, label, ...Object.fromEntries(said) }];
  });
  return [
    { group: 'backends', of: name, label: 'what serves it', from: servedBy(name, a), to: servedBy(name, b) },
    ...facts,
  ];
}
