import { isDeepStrictEqual } from 'node:util';
import { ApiObject } from 'cdk8s';
import { isObject } from '../../lib/kube/objects/known-props';
import { type ChartValue, mergedValues } from '../../lib/platform';
import { nameOf, objectKey } from '../../lib/platform/helm-chart/objects';
import { byKey } from '../support/helm';
import { type Manifest, synth } from '../support/synth';

/** A text that YAML and templates would take for something else. */
const NASTY = `it's "{{ .Values }}" # %v:\n- {a}`;

/** What a JSON schema says of one value. */
export type LeafSchema = Readonly<Record<string, unknown>>;

/** The schema of a value in `values.schema.json`. */
export function leafSchema(schema: string, path: string): LeafSchema {
  return path.split('.').reduce<LeafSchema>((parent, name) => {
    return (parent.properties as Record<string, LeafSchema>)[name] ?? {};
  }, JSON.parse(schema));
}

/** An object with one value at a path. */
export function nested(path: string, value: unknown): Record<string, unknown> {
  const [first = '', ...others] = path.split('.');
  return { [first]: others.length === 0 ? value : nested(others.join('.'), value) };
}

/** Values over each other. */
export function merged(...all: readonly Record<string, unknown>[]): Record<string, unknown> {
  return all.reduce((one, other) => mergedValues(one, other), {});
}

/** A value of a chart that is set to another than its default. */
export interface Mutation {
  readonly path: string;
  readonly to: unknown;
  /** The fields that it sets. */
  readonly fields: readonly string[];
}

/**
 * Lists of mutations, one a rendering: few of them that still tell what each mutation changes. One that leaves something
 * out, or sets a field that another value sets too, is alone. Each of the others is in a half of the remaining renderings,
 * and no half is in another: what a mutation changes beside its own fields changes in a rendering without their mutation.
 */
export function renderings(mutations: readonly Mutation[]): readonly (readonly Mutation[])[] {
  const isAlone = ({ path, to, fields }: Mutation) =>
    to === null || to === false || mutations.some((other) => other.path !== path && other.fields.some(isIn(fields)));
  const together = mutations.filter((mutation) => !isAlone(mutation));
  let size = 2;
  while (halves(size).length < together.length) size += 2;
  const mixed = Array.from({ length: size }, (_, index) =>
    together.filter((_, number) => halves(size)[number]?.[index] === '1'),
  );
  return [...mutations.filter(isAlone).map((mutation) => [mutation]), ...mixed];
}

/** All halves of so many things: `0011` is the last two of four. */
function halves(size: number): readonly string[] {
  const all = Array.from({ length: 2 ** size }, (_, number) => number.toString(2).padStart(size, '0'));
  return all.filter((half) => half.replaceAll('0', '').length === size / 2);
}

/** Other values that a schema accepts: one, and null where the value may be left out. */
export function others(schema: LeafSchema, value: unknown): readonly unknown[] {
  const types = [schema.type].flat();
  const absent = types.includes('null') && value !== null ? [null] : [];
  if (Array.isArray(schema.enum)) return schema.enum.filter((other) => other !== value).slice(0, 1);
  if (types.includes('boolean')) return [!value];
  if (types.includes('array')) return [[{ key: NASTY, operator: 'Exists' }]];
  if (types.includes('object')) return [{ 'example.com/added': NASTY }];
  if (types.includes('integer')) {
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema as { minimum?: number; maximum?: number };
    const near = typeof value === 'number' ? [value + 1, value - 1] : [minimum + 1];
    return [...near.filter((number) => number >= minimum && number <= maximum).slice(0, 1), ...absent];
  }
  if (types.includes('number')) {
    const [, digits, unit] = /^([\d.]+)(.*)$/.exec(String(value ?? '0.5')) ?? [];
    return [`${Number(digits) * 2}${unit}`, ...absent];
  }
  return [...(schema.pattern === undefined ? [NASTY] : ['other.tag-1']), ...absent];
}

/** A value that a schema refuses. */
export function refused(schema: LeafSchema): unknown {
  const types = [schema.type].flat();
  if (types.includes('boolean')) return 5;
  if (types.includes('integer')) return 1.5;
  if (types.includes('number')) return '1 GB';
  return types.includes('string') ? 5 : 'text';
}

/** The fields that a value sets, and those that differ where it turns something on. */
export function fieldsOf({ sets = [], variant }: ChartValue): readonly string[] {
  const fields = sets.map(({ object, field }) => `${objectKey(ApiObject.of(object).toJson())} ${field}`);
  if (variant === undefined) return fields;
  const [one, other] = [variant.with, variant.without].map((chart) => byKey(synth(chart)));
  return [...fields, ...changes(one ?? {}, other ?? {})];
}

/** Where two renderings differ: an object and a path in it. What follows from other fields is left out. */
export function changes(a: Record<string, Manifest>, b: Record<string, Manifest>): readonly string[] {
  const isDerived = (change: string) =>
    change.endsWith('/annotations/checksum~1config') || /^Job \S+ \/metadata\/name$/.test(change);
  return different(a, b)
    .map(nameOf)
    .filter((change) => !isDerived(change));
}

/** Where two values differ; of lists that are not as long, the entries that only one has. */
function different(a: unknown, b: unknown, steps: readonly string[] = []): (readonly string[])[] {
  if (isDeepStrictEqual(a, b)) return [];
  const areLists = Array.isArray(a) && Array.isArray(b);
  if (areLists && a.length !== b.length) {
    const added = (one: readonly unknown[], other: readonly unknown[]) =>
      one.flatMap((entry, index) =>
        other.some((each) => isDeepStrictEqual(each, entry)) ? [] : [[...steps, `${index}`]],
      );
    return [...added(a, b), ...added(b, a)];
  }
  if (!areLists && !(isObject(a) && isObject(b))) return [steps];
  const [one, other] = [a, b] as Record<string, unknown>[];
  const keys = new Set([one, other].flatMap((each) => Object.keys(each ?? {})));
  return [...keys].flatMap((key) => different(one?.[key], other?.[key], [...steps, key]));
}

/** Whether a change is in one of the fields, or is that of the list or map that one is taken out of. */
export function isIn(fields: readonly string[]): (change: string) => boolean {
  return (change) => fields.some((field) => isOf(change, field));
}

export function isOf(change: string, field: string): boolean {
  return change === field || change.startsWith(`${field}/`) || field.slice(0, field.lastIndexOf('/')) === change;
}
