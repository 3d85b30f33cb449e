import { isDeepStrictEqual } from 'node:util';
import { ApiObject, Chart } from 'cdk8s';
import { requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { at, stepsOf } from '../../kube/objects/patch';
import type { ChartValue } from './chart-value';
import { nameOf, type Objects, objectKey } from './objects';
import { conditional, hasPiece, isText, piece } from './template';

/** A field, by the name of its object and its path there. */
export interface PlacedField {
  readonly value: ChartValue;
  readonly steps: readonly string[];
  readonly isOptional: boolean;
  /** What finds it in a text. */
  readonly part?: RegExp;
  readonly plus?: number;
}

const PATH = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;
const PARTS: Readonly<Record<string, RegExp>> = { imageRepository: /^(.+):[^:]+$/, imageTag: /:([^:/@]+)$/ };
const ABSENT: Readonly<Record<string, unknown>> = { map: {}, list: [] };

/** The fields that values set, in the stack or in what a value turns on: those in others before these. */
export function placedFields(stack: Chart, values: readonly ChartValue[]): readonly PlacedField[] {
  requireUnique(stack, 'values', values, 'path');
  const charts = [stack, ...values.flatMap(({ variant }) => (variant ? [variant.with, variant.without] : []))];
  const fields = values.flatMap((value) => {
    const words = 'path description sets?:object[] variant?:object type?:text|integer|quantity|list|map schema?:object';
    requireKnownProps(stack, value, words, 'values');
    const { path, sets = [], variant } = value;
    const location = `values.${path}`;
    requireKnownProps(stack, variant, 'with:Construct without:Construct', `${location}.variant`);
    requireProp(PATH.test(path), stack, 'values.path', 'be names with dots between them (image.tag)', path);
    const outer = values.find((other) => other.path.startsWith(`${path}.`));
    requireProp(outer === undefined, stack, location, 'have no other value in it', outer?.path);
    requireProp(sets.length > 0 || variant !== undefined, stack, `${location}.sets`, 'name a field', 'none');
    return sets.map((set): PlacedField => {
      const fieldWords = 'object:Construct field as?:whole|optional|imageRepository|imageTag|object';
      requireKnownProps(stack, set, fieldWords, `${location}.sets`);
      const { field, as = 'whole' } = set;
      const object = ApiObject.of(set.object);
      requireProp(charts.includes(Chart.of(object)), stack, location, 'set an object of the stack', object.node.path);
      requireProp(field.startsWith('/'), stack, `${location}.sets`, "have a 'field' that starts with '/'", field);
      const steps = [objectKey(object.toJson()), ...stepsOf(field)];
      return { value, steps, isOptional: as === 'optional', ...(typeof as === 'object' ? as : { part: PARTS[as] }) };
    });
  });
  return fields.sort((a, b) => b.steps.length - a.steps.length);
}

/**
 * Puts pieces of templates where values are, and tells what was there: null for an optional field that is left out,
 * nothing for a value that none of the objects has.
 * @throws InvalidPropError for a field that is not there, for fields of a value that do not agree, and for two values of
 * one field
 */
export function placeValues(stack: string, fields: readonly PlacedField[], objects: Objects) {
  const found = new Map<string, unknown>();
  for (const { value, steps, isOptional, part, plus = 0 } of fields) {
    if (objects[`${steps[0]}`] === undefined) continue;
    const { path, type = '' } = value;
    const [name, last] = [nameOf(steps), `${steps.at(-1)}`];
    const check = (condition: boolean, allowed: string, got: unknown) =>
      requireProp(condition, stack, `values.${path}`, allowed, got);
    const parent = at(objects, steps.slice(0, -1));
    const content = at(parent, [last]);
    const isThere = isOptional ? typeof parent === 'object' : content !== undefined;
    check(isThere, 'set fields that synth writes', name);
    const text = typeof content === 'string' ? content : '';
    const [start, end] = (part && new RegExp(part, 'd').exec(text)?.indices?.[1]) ?? [];
    check(part === undefined || start !== undefined, `find ${part} in ${name}`, content);
    const now = part === undefined ? content : text.slice(start, end);
    check(!hasPiece(now), 'set fields that no other value sets', name);
    const isNumber = part !== undefined && type === 'integer';
    const isPlain = isNumber || part === undefined || (plus === 0 && !isText(text));
    check(isPlain, "have the type 'integer' where a part has 'plus', or is in a text of several lines", value.type);
    check(!isNumber || /^\d+$/.test(`${now}`), `find a whole number in ${name}`, now);
    const own = isNumber ? Number(now) - plus : (now ?? ABSENT[type] ?? null);
    const before = found.has(path) ? found.get(path) : own;
    const shown = `${JSON.stringify(own)} in ${name}`;
    check(isDeepStrictEqual(before, own), `have one value in all that it sets, ${JSON.stringify(before)}`, shown);
    found.set(path, own);
    const all = piece('value', `{{ .Values.${path} | toJson }}`);
    const word = isNumber
      ? `{{ ${plus === 0 ? 'int64' : `add ${plus}`} .Values.${path} }}`
      : `{{ include "text" .Values.${path} }}`;
    const whole = isOptional ? conditional(`.Values.${path}`, all) : all;
    const placed = part === undefined ? whole : text.slice(0, start) + piece('text', word) + text.slice(end);
    Reflect.set(parent as object, last, placed);
  }
  return found;
}
