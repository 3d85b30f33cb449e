import { ApiObject, type Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { stepsOf } from '../../kube/objects/patch';

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

export interface HelmChartProps {
  /** Name of the chart. */
  readonly name: string;
  /** Its version: `1.2.3`. */
  readonly version: string;
  /** What it installs, in a sentence. @default - the name */
  readonly description?: string;
  /** What its users can set. */
  readonly values: readonly ChartValue[];
  /** What is checked of values together. @default - nothing */
  readonly rules?: readonly ChartRule[];
  /**
   * Other synths of the stack, by the name of their `values-NAME.yaml`: what differs, as values.
   * @default - none
   */
  readonly environments?: Readonly<Record<string, Chart>>;
  /** Sentences of its README on what neither its schema nor its rules check. @default - none */
  readonly unchecked?: readonly string[];
}

/** A field, with the form that it is checked for. */
export interface PlacedField {
  readonly value: ChartValue;
  readonly object: string;
  readonly steps: readonly string[];
  /** What errors call it. */
  readonly name: string;
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
  const placed: PlacedField[] = [];
  requireUnique(stack, 'values', values, 'path');
  for (const value of values) {
    const words = 'path description sets:object[] type?:text|integer|quantity|list|map schema?:object';
    requireKnownProps(stack, value, words, 'values');
    const { path, sets } = value;
    const location = `values.${path}`;
    requireProp(PATH.test(path), stack, 'values.path', 'be names with dots between them (image.tag)', path);
    const outer = values.find((other) => other.path.startsWith(`${path}.`));
    requireProp(outer === undefined, stack, location, 'have no other value in it', outer?.path);
    requireProp(sets.length > 0, stack, `${location}.sets`, 'name a field', 'none');
    for (const set of sets) {
      const fieldWords = 'object:Construct field as?:whole|optional|present|imageRepository|imageTag|object';
      requireKnownProps(stack, set, fieldWords, `${location}.sets`);
      const { object: construct, field: pointer, as = 'whole' } = set;
      const object = keyOf(ApiObject.of(construct));
      requireProp(object !== undefined, stack, location, 'set an object of the stack', construct.node.path);
      const form = as === 'imageRepository' || as === 'imageTag' ? { part: IMAGE[as] } : as;
      const isField = pointer.startsWith('/') || (pointer === '' && form === 'present');
      requireProp(isField, stack, `${location}.sets`, "have a 'field' that starts with '/'", pointer);
      const steps = stepsOf(pointer);
      const field = { value, object, steps, name: `${object} /${steps.join('/')}`, form };
      const other = placed.find((before) => collide(before, field));
      const shown = `${other?.value.path}, which sets ${other?.name}`;
      requireProp(other === undefined, stack, location, 'set fields that no other value sets', shown);
      placed.push(field);
    }
  }
  return placed;
}

function collide(a: PlacedField, b: PlacedField): boolean {
  const [inner, outer] = a.steps.length > b.steps.length ? [a, b] : [b, a];
  if (a.object !== b.object || !outer.steps.every((step, index) => inner.steps[index] === step)) return false;
  if (inner.steps.length > outer.steps.length) return outer.form !== 'present';
  const [one, other] = [a.form, b.form];
  return typeof one === 'object' && typeof other === 'object' && 'part' in one && 'part' in other
    ? one.part.source === other.part.source
    : (one === 'present') === (other === 'present');
}
