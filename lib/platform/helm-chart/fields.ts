import { isDeepStrictEqual } from 'node:util';
import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { isObject } from '../../kube/objects/known-props';
import { at } from '../../kube/objects/patch';
import type { Manifest } from '../../kube/objects/serialization';
import type { PlacedField } from './chart-value';
import type { Marks } from './marks';

/** Objects by what they are called in a chart. */
export type Objects = ReadonlyMap<string, Manifest>;

/** Whether a field tells no more of its value than whether a template takes it for one that is there. */
function isPresence({ form }: PlacedField): boolean {
  return form === 'present' || (typeof form === 'object' && 'given' in form);
}

/**
 * What values are in objects, by path: null where an optional field is left out, true or false where nothing tells more.
 * @param declared - the objects that the values are declared for
 * @throws InvalidPropError for a field that is not there, and for fields of a value that do not agree
 */
export function readValues(stack: string, fields: readonly PlacedField[], objects: Objects, declared: Objects) {
  const found = new Map<string, unknown>();
  for (const field of [...fields].sort((a, b) => Number(isPresence(a)) - Number(isPresence(b)))) {
    const { path } = field.value;
    const read = readField(stack, field, objects, declared);
    const before = found.has(path) ? found.get(path) : read;
    found.set(path, before);
    const isEmpty = typeof before === 'object' ? Object.keys(before ?? {}).length === 0 : !before;
    const agrees = isPresence(field) ? read === !isEmpty : checksum(before) === checksum(read);
    const allowed = `have one value in all that it sets, ${JSON.stringify(before)}`;
    requireProp(agrees, stack, `values.${path}`, allowed, `${JSON.stringify(read)} in ${field.name}`);
  }
  return found;
}

function readField(stack: string, field: PlacedField, objects: Objects, declared: Objects): unknown {
  const { value, object, steps, name, form } = field;
  const location = `values.${value.path}`;
  // What is in an object that is left out has no other value.
  const content = at(objects.get(object) ?? declared.get(object), steps);
  if (form === 'present') return isPresent(field, objects, declared);
  if (form === 'optional') return content ?? (value.type === 'map' ? {} : value.type === 'list' ? [] : null);
  requireProp(content !== undefined, stack, location, 'set fields that synth writes', name);
  if (form === 'whole') return content;
  if ('given' in form) {
    const isOne = content === form.given || content === form.otherwise;
    requireProp(isOne, stack, location, `set a field that is '${form.given}' or '${form.otherwise}'`, content);
    return content === form.given;
  }
  const [, part] = typeof content === 'string' ? (form.part.exec(content) ?? []) : [];
  requireProp(part !== undefined, stack, location, `find ${form.part} in ${name}`, content);
  if (value.type !== 'integer') return part;
  requireProp(/^\d+$/.test(part), stack, location, `find a whole number in ${name}`, part);
  return Number(part) - (form.plus ?? 0);
}

/** Whether something is there that a value leaves out: an entry of a list is known by what it is. */
function isPresent({ object, steps }: PlacedField, objects: Objects, declared: Objects): boolean {
  const parent = at(objects.get(object), steps.slice(0, -1));
  return Array.isArray(parent)
    ? parent.some((entry) => isDeepStrictEqual(entry, at(declared.get(object), steps)))
    : at(objects.get(object), steps) !== undefined;
}

/** Copies of objects with what values leave out put back, as it is where the values are declared. */
export function restored(fields: readonly PlacedField[], objects: Objects, declared: Objects): Map<string, Manifest> {
  const all = new Map(structuredClone([...objects]));
  const absent = fields.filter((field) => field.form === 'present' && !isPresent(field, objects, declared));
  for (const { object, steps } of absent.sort(fromOutside)) {
    const content = structuredClone(at(declared.get(object), steps)) as Manifest;
    const [last = '', parent] = [steps.at(-1), at(all.get(object), steps.slice(0, -1))];
    if (steps.length === 0) all.set(object, content);
    else if (Array.isArray(parent)) parent.splice(Number(last), 0, content);
    else if (isObject(parent)) Object.assign(parent, { [last]: content });
  }
  return all;
}

/** An object before what is in it, and the entries of a list from its start. */
function fromOutside({ steps: a }: PlacedField, { steps: b }: PlacedField): number {
  return a.length - b.length || Number(a.at(-1)) - Number(b.at(-1)) || 0;
}

/** Puts marks where values are. */
export function placeValues(stack: string, fields: readonly PlacedField[], objects: Objects, marks: Marks): void {
  // From inside, and from the end of a list, so that paths stay as they are.
  for (const field of [...fields].sort((a, b) => fromOutside(b, a))) {
    const { value, object, steps, name, form } = field;
    const last = steps.at(-1);
    if (last === undefined) continue;
    const parent = at(objects.get(object), steps.slice(0, -1)) as Record<string, unknown>;
    const holds = typeof parent === 'object' && parent !== null;
    requireProp(holds, stack, `values.${value.path}`, 'set a field of what synth writes', name);
    const content = form === 'present' ? parent[last] : marked(field, parent[last], marks);
    const [start, end] = marks.around(`.Values.${value.path}`, Array.isArray(parent) ? '' : last);
    if (form !== 'present' && form !== 'optional') parent[last] = content;
    else if (Array.isArray(parent)) parent.splice(Number(last), 1, start, content, end);
    else {
      delete parent[last];
      Object.assign(parent, { [start]: null, [last]: content, [end]: null });
    }
  }
}

function marked({ value, form }: PlacedField, content: unknown, marks: Marks): string {
  const go = `.Values.${value.path}`;
  if (typeof form !== 'object') return marks.add('value', go);
  if ('given' in form) {
    const [given, otherwise] = [form.given, form.otherwise].map((text) => JSON.stringify(text));
    return marks.add('value', `ternary ${given} ${otherwise} (not (empty ${go}))`);
  }
  const number = form.plus === undefined ? `int64 ${go}` : `add ${go} ${form.plus}`;
  const mark = value.type === 'integer' ? marks.add('word', `printf "%d" (${number})`) : marks.add('value', go);
  const text = String(content);
  const [start, end] = new RegExp(form.part, 'd').exec(text)?.indices?.[1] ?? [0, 0];
  return text.slice(0, start) + mark + text.slice(end);
}
