import { ApiObject, type Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { InvalidPropError, requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';

/** What a value of a helm chart is. */
export type ChartValueType = 'text' | 'integer' | 'quantity' | 'list' | 'map';

/**
 * How a value is in a field. It is all of the field, unless something else is said:
 *
 * - `optional`: all of it; a value that is empty (null, `''`, `[]`, `{}`) leaves the field out
 * - `present`: the field, the last entry of a list, or with the field `''` the object itself is written as it is, and is
 *   left out where the value is empty or false
 * - `imageRepository`, `imageTag`: what is before the tag of an image, and its tag
 * - `part`: what the first group of an expression finds in a text, which has the value `plus` a number
 * - `given`: one text where there is a value, and another where it is empty or false
 */
export type ChartFieldForm =
  | 'whole'
  | 'optional'
  | 'present'
  | 'imageRepository'
  | 'imageTag'
  | { readonly part: RegExp; readonly plus?: number }
  | { readonly given: string; readonly otherwise: string };

/** A field that a value sets. */
export interface ChartField {
  /** An object, or a construct that stands for one. */
  readonly object: IConstruct;
  /** Its path, as `patch()` has it: `/spec/minReplicas`; `''` is the object itself. */
  readonly field: string;
  /** @default 'whole' */
  readonly as?: ChartFieldForm;
}

/** A value of a helm chart. Its default is what synth writes. */
export interface ChartValue {
  /** Where it is in `values.yaml`: `image.tag`. */
  readonly path: string;
  /** What it means, in a sentence. */
  readonly description: string;
  /** What it sets: every field has the same value in what synth writes. */
  readonly sets: readonly ChartField[];
  /** @default - that of what synth writes, true or false where it is only `present`; a field that is left out there has a text */
  readonly type?: ChartValueType;
  /** What a JSON schema says of it beside its type: `{ minimum: 1 }`. @default - nothing */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** A relation of values, which templates check: `value × (times + plus) <= atMost`. Values that are not given pass. */
export interface ChartRule {
  /** Path of a number or a quantity. */
  readonly value: string;
  /** Path of a number of pods. @default - 1 */
  readonly times?: string;
  /** Path of a number of pods beside these, or the number. @default 0 */
  readonly plus?: string | number;
  /** Path of a number or a quantity. */
  readonly atMost: string;
}

/** A field, with the form that it is checked for. */
export interface PlacedField {
  readonly value: ChartValue;
  readonly object: string;
  readonly steps: readonly string[];
  readonly form: Exclude<ChartFieldForm, 'imageRepository' | 'imageTag'>;
}

const PATH = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;
const IMAGE = { imageRepository: /^(.+):[^:]+$/, imageTag: /:([^:/@]+)$/ } as const;

/**
 * The fields that values set.
 * @param keyOf - what the object of a construct is called in the chart; undefined where it is not in the chart
 */
export function placedFields(
  stack: Chart,
  values: readonly ChartValue[],
  keyOf: (object: ApiObject) => string | undefined,
): readonly PlacedField[] {
  requireUnique(stack, 'values', values, 'path');
  const placed = values.flatMap((value) => {
    const words = 'path description sets:object[] type?:text|integer|quantity|list|map schema?:object';
    requireKnownProps(stack, value, words, 'values');
    const { path, sets } = value;
    requireProp(PATH.test(path), stack, 'values.path', 'be names with dots between them (image.tag)', path);
    const outer = values.find((other) => other.path.startsWith(`${path}.`));
    requireProp(outer === undefined, stack, `values.${path}`, `have no other value in it`, outer?.path);
    requireProp(sets.length > 0, stack, `values.${path}.sets`, 'name a field', 'none');
    return sets.map((field): PlacedField => {
      const fieldWords = 'object:Construct field as?:whole|optional|present|imageRepository|imageTag|object';
      requireKnownProps(stack, field, fieldWords, `values.${path}.sets`);
      const found = Construct.isConstruct(field.object) ? keyOf(ApiObject.of(field.object)) : undefined;
      requireProp(
        found !== undefined,
        stack,
        `values.${path}`,
        'set an object of the stack',
        pathOfObject(field.object),
      );
      const { as = 'whole' } = field;
      const form = as === 'imageRepository' || as === 'imageTag' ? { part: IMAGE[as] } : as;
      const steps = field.field
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
      const isField = field.field.startsWith('/') || (field.field === '' && form === 'present');
      requireProp(isField, stack, `values.${path}.sets`, "have a 'field' that starts with '/'", field.field);
      return { value, object: found, steps, form };
    });
  });
  for (const [index, field] of placed.entries()) {
    const other = placed.slice(0, index).find((before) => collide(before, field));
    if (other === undefined) continue;
    const shown = `${other.value.path}, which sets ${fieldName(other)}`;
    throw new InvalidPropError(stack, `values.${field.value.path}`, 'set fields that no other value sets', shown);
  }
  return placed;
}

/** A field as errors name it. */
export function fieldName({ object, steps }: Pick<PlacedField, 'object' | 'steps'>): string {
  return `${object} /${steps.join('/')}`;
}

function collide(a: PlacedField, b: PlacedField): boolean {
  if (a.object !== b.object) return false;
  const [inner, outer] = a.steps.length > b.steps.length ? [a, b] : [b, a];
  if (!outer.steps.every((step, index) => inner.steps[index] === step)) return false;
  if (inner.steps.length > outer.steps.length) return outer.form !== 'present';
  const [one, other] = [a.form, b.form];
  if (typeof one === 'object' && typeof other === 'object' && 'part' in one && 'part' in other) {
    return one.part.source === other.part.source;
  }
  return (one === 'present') === (other === 'present');
}

function pathOfObject(object: unknown): unknown {
  return Construct.isConstruct(object) ? object.node.path : object;
}
