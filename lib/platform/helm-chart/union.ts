import { isDeepStrictEqual } from 'node:util';
import type { Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { isObject } from '../../kube/objects/known-props';
import type { ChartValue } from './chart-value';
import { nameOf, type Objects } from './objects';
import type { Synth } from './synth';
import { conditional, entryOf, isText, jsonTemplate, piece, textOf } from './template';

/** What synths have in one place, those that have anything there. */
type Versions<T = unknown> = ReadonlyMap<Synth, T>;

/**
 * One of the objects of several synths: what not all of them have is there on a condition, which is right for each synth.
 * Where it is not known whether a value is on in a synth, it is on if what it alone turns on is there.
 * @param synths - the first is that of the stack
 * @throws InvalidPropError for what differs and follows from no value
 */
export function union(synths: ReadonlyMap<Chart, Synth>, values: readonly ChartValue[]): Objects {
  const [stack, ...others] = synths.values();
  const turning = values.flatMap(({ path, variant }) => {
    const [one, other] = [variant?.with, variant?.without].map((chart) => chart && synths.get(chart));
    if (one === undefined || other === undefined) return [];
    const isTurning = !isDeepStrictEqual(one.objects, other.objects);
    requireProp(isTurning, `${stack?.location}`, `values.${path}.variant`, 'differ', 'two that are alike');
    return [{ path, with: one, without: other }];
  });

  /** A condition that is met in some of the synths. */
  function condition(all: Versions, isMet: (synth: Synth) => boolean, steps: readonly string[]): string {
    const found = turning.filter(
      (each) => all.has(each.with) && all.has(each.without) && isMet(each.with) !== isMet(each.without),
    );
    const paths = found.map(({ path }) => path);
    const isOn = found.some((each) => isMet(each.with));
    // What several values turn on is there for any of them.
    const isRule = found.length === 1 || (isOn && found.every((each) => isMet(each.with)));
    const [first] = all.keys();
    for (const synth of all.keys()) {
      const { on, location } = synth;
      if (found.length === 1) for (const path of paths) on.set(path, on.get(path) ?? isMet(synth) === isOn);
      const states = paths.map((path) => on.get(path));
      const isOpen = isRule && states.includes(undefined);
      const expected = isRule ? states.includes(true) === isOn : first !== undefined && isMet(first);
      const isRight = isOpen || isMet(synth) === expected;
      requireProp(isRight, location, nameOf(steps), 'be set by one value: it differs', paths.join(' and ') || 'none');
    }
    const names = paths.map((path) => `.Values.${path}`).join(' ');
    const any = paths.length === 1 ? names : `(or ${names})`;
    return isOn ? any : `not ${any}`;
  }

  /** What some of the synths have. */
  function present(all: Versions, some: Versions, steps: readonly string[]): unknown {
    const content = merged(some, steps);
    const isThere = (synth: Synth) => some.has(synth);
    return some.size === all.size ? content : conditional(condition(all, isThere, steps), content);
  }

  function merged(versions: Versions, steps: readonly string[]): unknown {
    const all = [...versions.values()];
    const [first] = all;
    const isFirst = (synth: Synth) => isDeepStrictEqual(versions.get(synth), first);
    if ([...versions.keys()].every(isFirst)) return first;
    if (all.every(isText)) {
      const lines = new Map([...versions].map(([synth, text]) => [synth, `${text}`.split('\n')]));
      return textOf(inOrder(lines).map(([, line]) => present(versions, line, steps)));
    }
    const isList = all.every((content) => Array.isArray(content));
    if (isList || all.every(isObject)) {
      const areAsLong = new Set(all.map((content) => isList && Object.keys(content as object).length)).size === 1;
      const parts = areAsLong
        ? byKey(versions as Versions<Objects>)
        : inOrder(versions as Versions<readonly unknown[]>);
      const entries = parts.map(([key, part]) => [key, present(versions, part, [...steps, key])] as const);
      // Where the template leaves out each key of a map, nothing is left that YAML takes for a map.
      const isAlways =
        isList || steps.length === 0 || entries.some(([, entry]) => entryOf(entry).condition === undefined);
      requireProp(
        isAlways,
        `${stack?.location}`,
        nameOf(steps),
        'have a key that no value turns off',
        Object.keys(first as object),
      );
      return isList ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
    }
    for (const [{ location }, content] of versions) {
      const isPlain = typeof content !== 'object';
      requireProp(isPlain, location, nameOf(steps), 'be a map, a list or neither in each synth', content);
    }
    const go = condition(versions, isFirst, steps);
    const rest = merged(new Map([...versions].filter(([synth]) => !isFirst(synth))), steps);
    return piece('value', `{{ if ${go} }}${jsonTemplate(first)}{{ else }}${jsonTemplate(rest)}{{ end }}`);
  }

  const objects = new Map([...synths.values()].map((synth) => [synth, synth.objects]));
  // Tells what is on.
  merged(objects, []);
  for (const { on } of others) for (const [value, isOn] of stack?.on ?? []) if (!on.has(value)) on.set(value, isOn);
  return merged(objects, []) as Objects;
}

/** Entries of maps, or of lists that are as long, by their keys. */
function byKey(maps: Versions<Objects>): (readonly [string, Versions])[] {
  const keys = new Set([...maps.values()].flatMap((map) => Object.keys(map)));
  return [...keys].map((key) => {
    const having = [...maps].filter(([, map]) => Object.hasOwn(map, key));
    return [key, new Map(having.map(([synth, map]) => [synth, map[key]]))];
  });
}

/** Each entry of lists once, by its place in an order that is that of each list. */
function inOrder(lists: Versions<readonly unknown[]>): (readonly [string, Versions])[] {
  const entries: Map<Synth, unknown>[] = [];
  for (const [synth, list] of lists) {
    let next = 0;
    for (const content of list) {
      const isEqual = (entry: Versions) => isDeepStrictEqual([...entry.values()][0], content);
      const found = entries.findIndex((entry, index) => index >= next && isEqual(entry));
      if (found < 0) entries.splice(next, 0, new Map());
      else next = found;
      entries[next]?.set(synth, content);
      next += 1;
    }
  }
  return entries.map((entry, index) => [`${index}`, entry]);
}
