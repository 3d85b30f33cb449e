import { isDeepStrictEqual } from 'node:util';
import { requireProp } from '../../kube/objects/errors';
import { at } from '../../kube/objects/patch';
import type { ChartValue, PlacedField } from './chart-value';
import type { Marks } from './marks';
import { fromInside, nameOf, type Objects, put } from './objects';

/**
 * Puts marks where values are, and tells what was there: null for an optional field that is left out, nothing for a value
 * that none of the objects has.
 * @throws InvalidPropError for a field that is not there, for fields of a value that do not agree, and for two values of
 * one field
 */
export function placeValues(stack: string, fields: readonly PlacedField[], objects: Objects, marks: Marks) {
  const found = new Map<ChartValue, unknown>();
  for (const { value, steps, form } of fromInside(fields.filter(({ steps: [key = ''] }) => key in objects))) {
    const name = nameOf(steps);
    const check = (condition: boolean, allowed: string, got: unknown) =>
      requireProp(condition, stack, `values.${value.path}`, allowed, got);
    const [last = '', parent] = [steps.at(-1), at(objects, steps.slice(0, -1))];
    const content = at(parent, [last]);
    check(
      form === 'optional' ? typeof parent === 'object' : content !== undefined,
      'set fields that synth writes',
      name,
    );
    const text = typeof content === 'string' ? content : '';
    const [start, end] = typeof form !== 'object' ? [] : (new RegExp(form.part, 'd').exec(text)?.indices?.[1] ?? []);
    if (typeof form === 'object') check(start !== undefined, `find ${form.part} in ${name}`, content);
    const isSum = typeof form === 'object' && form.plus !== undefined;
    check(!isSum || value.type === 'integer', "have the type 'integer' where a part has 'plus'", value.type);
    const part = typeof form === 'object' ? text.slice(start, end) : content;
    check(!marks.isIn(part), 'set fields that no other value sets', name);
    const now = readable(value, form, part);
    check(!Number.isNaN(now), `find a whole number in ${name}`, part);
    const before = found.has(value) ? found.get(value) : now;
    const shown = `${JSON.stringify(now)} in ${name}`;
    check(isDeepStrictEqual(before, now), `have one value in all that it sets, ${JSON.stringify(before)}`, shown);
    found.set(value, before);
    const go = `.Values.${value.path}`;
    if (form === 'optional') put(parent, last, marks.around(go, last, marks.add('value', go)), false);
    else if (form === 'whole') put(parent, last, { [last]: marks.add('value', go) }, false);
    else {
      const number = form.plus === undefined ? `int64 ${go}` : `add ${go} ${form.plus}`;
      const mark = value.type === 'integer' ? marks.add('word', `printf "%d" (${number})`) : marks.add('value', go);
      put(parent, last, { [last]: text.slice(0, start) + mark + text.slice(end) }, false);
    }
  }
  return found;
}

/** What a value is where it is a part of a field, or all of it. */
function readable({ type }: ChartValue, form: PlacedField['form'], part: unknown): unknown {
  if (form === 'optional') return part ?? (type === 'map' ? {} : type === 'list' ? [] : null);
  if (form === 'whole' || type !== 'integer') return part;
  return /^\d+$/.test(`${part}`) ? Number(part) - (form.plus ?? 0) : Number.NaN;
}
