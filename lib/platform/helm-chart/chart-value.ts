import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';

/** What a value of a helm chart is. */
export type ChartValueType = 'text' | 'integer' | 'quantity' | 'list' | 'map';

/**
 * How a value is in a field. It is all of the field, unless something else is said:
 *
 * - `optional`: all of it; a value that is empty (null, `''`, `[]`, `{}`) leaves the field out
 * - `imageRepository`, `imageTag`: what is before the tag of an image, and its tag
 * - `part`: what the first group of an expression finds in a text, which has the value `plus` a number; with `plus`, and in
 *   a text of several lines, the value is an integer
 */
export type ChartFieldForm =
  | 'whole'
  | 'optional'
  | 'imageRepository'
  | 'imageTag'
  | { readonly part: RegExp; readonly plus?: number };

/** A field that a value sets. */
export interface ChartField {
  /** An object, or a construct that stands for one. */
  readonly object: IConstruct;
  /** Its path, as `patch()` has it: `/spec/minReplicas`. */
  readonly field: string;
  /** @default 'whole' */
  readonly as?: ChartFieldForm;
}

/**
 * Two synths of a stack that differ in what a value turns on and off: objects, fields, entries of lists, lines of texts.
 * What several values turn on is there for any of them.
 */
export interface ChartVariant {
  readonly with: Chart;
  readonly without: Chart;
}

/** A value of a helm chart. Its default is what synth writes. */
export interface ChartValue {
  /** Where it is in `values.yaml`: `image.tag`. */
  readonly path: string;
  /** What it means, in a sentence. */
  readonly description: string;
  /** What it sets: every field has the same value in what synth writes. @default - none: it only turns a variant on */
  readonly sets?: readonly ChartField[];
  /** What it turns on unless it is empty or false; the stack is as one of both. @default - nothing */
  readonly variant?: ChartVariant;
  /** @default - that of what synth writes; a field that is left out there has a text */
  readonly type?: ChartValueType;
  /** What a JSON schema says of it beside its type: `{ minimum: 1 }`. @default - nothing */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** A relation of values, which templates check: `value` × the sum of `times` ≤ `atMost`. Values that are not given pass. */
export interface ChartRule {
  /** Path of a number or a quantity. */
  readonly value: string;
  /** Paths of numbers of pods. @default - one pod */
  readonly times?: readonly string[];
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
  /**
   * Texts of the stack that follow from its namespace, such as a hash of it, each with the lines of a template that
   * compute it.
   * @default - none
   */
  readonly computed?: Readonly<Record<string, string>>;
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
