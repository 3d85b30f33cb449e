import { isDeepStrictEqual } from 'node:util';
import { checksum } from '../../kube/objects/checksums';
import { InvalidPropError, requireProp } from '../../kube/objects/errors';
import type { Manifest } from '../../kube/objects/serialization';
import { fieldName, type PlacedField } from './chart-value';
import type { Marks } from './marks';

/** Objects by what they are called in a chart. */
export type Objects = ReadonlyMap<string, Manifest>;

/** Where a value is in a template. */
export function valueExpression(path: string): string {
  return `.Values.${path}`;
}

/** Whether a template takes a value for one that is there. */
export function isGiven(value: unknown): boolean {
  return Boolean(value) && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0);
}

/**
 * What values are in objects, by path: null where an optional field is left out, true or false where nothing tells more.
 * @throws InvalidPropError for a field that is not there, and for fields of a value that do not agree
 */
export function readValues(
  stack: string,
  fields: readonly PlacedField[],
  objects: Objects,
  declared: Objects = objects,
): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const hasContent = ({ form }: PlacedField) => form !== 'present' && !(typeof form === 'object' && 'given' in form);
  for (const field of [...fields.filter(hasContent), ...fields.filter((field) => !hasContent(field))]) {
    const { path } = field.value;
    const [before, read] = [found.get(path), readField(stack, field, objects, declared)];
    const agrees = hasContent(field) ? checksum(before) === checksum(read) : isGiven(before) === read;
    if (found.has(path) && !agrees) {
      const allowed = `have one value in all that it sets, ${JSON.stringify(before)}`;
      throw new InvalidPropError(stack, `values.${path}`, allowed, `${JSON.stringify(read)} in ${fieldName(field)}`);
    }
    if (!found.has(path)) found.set(path, read);
  }
  return found;
}

function readField(stack: string, field: PlacedField, objects: Objects, declared: Objects): unknown {
  const { value, object, steps, form } = field;
  // What is in an object that is left out has no other value.
  const content = at(objects.get(object) ?? declared.get(object), steps);
  if (form === 'present') return isPresent(field, objects, declared);
  if (form === 'optional') return content ?? (value.type === 'map' ? {} : value.type === 'list' ? [] : null);
  const location = `values.${value.path}`;
  requireProp(content !== undefined, stack, location, 'set fields that synth writes', fieldName(field));
  if (form === 'whole') return content;
  if ('given' in form) {
    const isOne = content === form.given || content === form.otherwise;
    requireProp(isOne, stack, location, `set a field that is '${form.given}' or '${form.otherwise}'`, content);
    return content === form.given;
  }
  const [, part] = typeof content === 'string' ? (form.part.exec(content) ?? []) : [];
  requireProp(part !== undefined, stack, location, `find ${form.part} in ${fieldName(field)}`, content);
  if (value.type !== 'integer') return part;
  requireProp(/^\d+$/.test(part), stack, location, `find a whole number in ${fieldName(field)}`, part);
  return Number(part) - (form.plus ?? 0);
}

/** Whether something is there that a value leaves out: an entry of a list is known by what it is. */
function isPresent({ object, steps }: PlacedField, objects: Objects, declared: Objects): boolean {
  const parent = at(objects.get(object), steps.slice(0, -1));
  const content = at(declared.get(object), steps);
  return Array.isArray(parent)
    ? parent.some((entry) => isDeepStrictEqual(entry, content))
    : at(objects.get(object), steps) !== undefined;
}

/** Puts back what values leave out of another synth, as it is where the values were declared. */
export function restored(fields: readonly PlacedField[], objects: Objects, declared: Objects): Map<string, Manifest> {
  const all = new Map<string, Manifest>(structuredClone([...objects]));
  const absent = fields.filter((field) => field.form === 'present' && !isPresent(field, objects, declared));
  // Objects before what is in them, and the entries of a list from its start.
  for (const { object, steps } of absent.sort((a, b) => a.steps.length - b.steps.length || byIndex(a, b))) {
    const content = structuredClone(at(declared.get(object), steps));
    const [last = '', parent] = [steps.at(-1), at(all.get(object), steps.slice(0, -1))];
    if (steps.length === 0) all.set(object, content as Manifest);
    else if (Array.isArray(parent)) parent.splice(Number(last), 0, content);
    else if (isMap(parent)) parent[last] = content;
  }
  return all;
}

function byIndex(a: PlacedField, b: PlacedField): number {
  return Number(a.steps.at(-1)) - Number(b.steps.at(-1)) || 0;
}

/** Puts marks where values are. */
export function placeValues(stack: string, fields: readonly PlacedField[], objects: Objects, marks: Marks): void {
  // What is in a field comes before the field, and the end of a list before its start, so that paths stay as they are.
  const inner = [...fields].sort((a, b) => b.steps.length - a.steps.length || byIndex(b, a));
  for (const field of inner) {
    const { value, object, steps, form } = field;
    const [last, go] = [steps.at(-1), valueExpression(value.path)];
    if (last === undefined) continue;
    const parent = at(objects.get(object), steps.slice(0, -1));
    const holds = Array.isArray(parent) || isMap(parent);
    requireProp(holds, stack, `values.${value.path}`, 'set a field of what synth writes', fieldName(field));
    const list = parent as unknown[] & Record<string, unknown>;
    if (form === 'present' && Array.isArray(parent)) {
      parent.splice(Number(last), 1, ...marks.entryIf(go, parent[Number(last)]));
    } else if (form === 'present' || form === 'optional') {
      const content = form === 'present' ? list[last] : marks.add('value', go);
      delete list[last];
      Object.assign(list, marks.fieldIf(go, last, content));
    } else list[last] = marked(field, list[last], marks);
  }
}

function marked({ value, form }: PlacedField, content: unknown, marks: Marks): unknown {
  const go = valueExpression(value.path);
  if (typeof form !== 'object') return marks.add('value', go);
  if ('given' in form) {
    return marks.add(
      'value',
      `ternary ${JSON.stringify(form.given)} ${JSON.stringify(form.otherwise)} (not (empty ${go}))`,
    );
  }
  const number = form.plus === undefined ? `int64 ${go}` : `add ${go} ${form.plus}`;
  const mark = value.type === 'integer' ? marks.add('word', `printf "%d" (${number})`) : marks.add('text', go);
  const text = String(content);
  const [start = 0, end = 0] = new RegExp(form.part, 'd').exec(text)?.indices?.[1] ?? [];
  return text.slice(0, start) + mark + text.slice(end);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at a path; undefined where there is nothing. */
function at(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    document,
  );
}
