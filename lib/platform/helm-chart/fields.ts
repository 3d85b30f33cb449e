import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { at } from '../../kube/objects/patch';
import type { ChartValue, PlacedField } from './chart-value';
import type { Marks } from './marks';
import { fromInside, nameOf, type Objects, put } from './objects';

/**
 * What a value is in objects: null where an optional field is left out, undefined where none of its objects is there.
 * @throws InvalidPropError for a field that is not there, and for fields that do not agree
 */
export function readValue(location: string, value: ChartValue, fields: readonly PlacedField[], objects: Objects) {
  const own = fields.filter((field) => field.value === value && at(objects, field.steps.slice(0, 1)) !== undefined);
  const [first, ...others] = own.map((field) => readField(location, field, objects));
  const other = others.findIndex((each) => checksum(each) !== checksum(first));
  const shown = `${JSON.stringify(others[other])} in ${nameOf(own[other + 1]?.steps ?? [])}`;
  const allowed = `have one value in all that it sets, ${JSON.stringify(first)}`;
  requireProp(other < 0, location, `values.${value.path}`, allowed, shown);
  return first;
}

function readField(stack: string, { value, steps, form }: PlacedField, objects: Objects): unknown {
  const location = `values.${value.path}`;
  const content = at(objects, steps);
  if (form === 'optional') return content ?? (value.type === 'map' ? {} : value.type === 'list' ? [] : null);
  requireProp(content !== undefined, stack, location, 'set fields that synth writes', nameOf(steps));
  if (form === 'whole') return content;
  const [, part] = typeof content === 'string' ? (form.part.exec(content) ?? []) : [];
  requireProp(part !== undefined, stack, location, `find ${form.part} in ${nameOf(steps)}`, content);
  if (value.type !== 'integer') return part;
  requireProp(/^\d+$/.test(part), stack, location, `find a whole number in ${nameOf(steps)}`, part);
  return Number(part) - (form.plus ?? 0);
}

/** Puts marks where values are. */
export function placeValues(stack: string, fields: readonly PlacedField[], objects: Objects, marks: Marks): void {
  for (const { value, steps, form } of fromInside(fields)) {
    const last = steps.at(-1) ?? '';
    const parent = at(objects, steps.slice(0, -1));
    if (at(objects, steps.slice(0, 1)) === undefined) continue;
    const content = at(parent, [last]);
    const go = `.Values.${value.path}`;
    const [start, end] =
      typeof form === 'object' ? (new RegExp(form.part, 'd').exec(`${content}`)?.indices?.[1] ?? []) : [];
    const replaced = typeof content === 'string' ? content.slice(start, end) : content;
    requireProp(
      typeof parent === 'object',
      stack,
      `values.${value.path}`,
      'set a field of what synth writes',
      nameOf(steps),
    );
    const name = nameOf(steps);
    requireProp(!marks.isIn(replaced), stack, `values.${value.path}`, 'set fields that no other value sets', name);
    if (typeof form !== 'object') {
      const mark = marks.add('value', go);
      put(parent, last, form === 'optional' ? marks.around(go, last, mark) : { [last]: mark }, false);
    } else {
      const number = form.plus === undefined ? `int64 ${go}` : `add ${go} ${form.plus}`;
      const mark = value.type === 'integer' ? marks.add('word', `printf "%d" (${number})`) : marks.add('value', go);
      put(parent, last, { [last]: `${content}`.slice(0, start) + mark + `${content}`.slice(end) }, false);
    }
  }
}
