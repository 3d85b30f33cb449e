import { type ErrorLocation, oneOf, requireProp } from '../../kube/objects/errors';

/** A structural schema of a custom resource, in the keywords that are checked here. */
export interface OpenApiSchema {
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** Repeats what `x-kubernetes-int-or-string` says. */
  readonly anyOf?: unknown;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  /** Rules in CEL, which are checked elsewhere. */
  readonly 'x-kubernetes-validations'?: unknown;
}

const KEYWORDS: Readonly<Record<keyof OpenApiSchema, true>> = {
  description: true,
  type: true,
  properties: true,
  required: true,
  enum: true,
  default: true,
  minimum: true,
  maximum: true,
  multipleOf: true,
  minLength: true,
  maxLength: true,
  pattern: true,
  anyOf: true,
  'x-kubernetes-int-or-string': true,
  'x-kubernetes-validations': true,
};

/**
 * A value with the defaults of a schema, after the checks that an API server makes.
 * @throws InvalidPropError for what the API server refuses, unknown fields included
 */
export function checkedBySchema(place: ErrorLocation, prop: string, schema: OpenApiSchema, value: unknown): unknown {
  const unknown = Object.keys(schema).find((keyword) => !Object.hasOwn(KEYWORDS, keyword));
  requireProp(unknown === undefined, place, prop, 'have a schema of known keywords', unknown);
  requireType(place, prop, schema, value);
  if (typeof value === 'string') requireString(place, prop, schema, value);
  if (typeof value === 'number') requireNumber(place, prop, schema, value);
  if (schema.properties === undefined) return value;
  return checkedObject(place, prop, schema.properties, schema, value as Readonly<Record<string, unknown>>);
}

function checkedObject(
  place: ErrorLocation,
  prop: string,
  properties: Readonly<Record<string, OpenApiSchema>>,
  { required = [] }: OpenApiSchema,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = Object.keys(properties);
  const stray = Object.keys(value).find((name) => !names.includes(name));
  requireProp(stray === undefined, place, prop, `have no other fields than ${names.join(', ')}`, stray);
  const missing = required.find((name) => value[name] === undefined);
  requireProp(missing === undefined, place, `${prop}.${missing}`, 'be given', undefined);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      const { [name]: field = schema.default } = value;
      return field === undefined ? [] : [[name, checkedBySchema(place, `${prop}.${name}`, schema, field)]];
    }),
  );
}

function requireType(place: ErrorLocation, prop: string, schema: OpenApiSchema, value: unknown): void {
  const { type, 'x-kubernetes-int-or-string': quantity = false } = schema;
  if (quantity) {
    requireProp(typeof value === 'string' || Number.isInteger(value), place, prop, 'be an integer or a string', value);
    return;
  }
  const fits: Readonly<Record<string, boolean>> = {
    object: typeof value === 'object' && value !== null && !Array.isArray(value),
    string: typeof value === 'string',
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
  };
  requireProp(fits[type ?? ''] === true, place, prop, `be of type ${type}`, value);
}

function requireString(place: ErrorLocation, prop: string, schema: OpenApiSchema, value: string): void {
  const { enum: values, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  requireProp(values === undefined || values.includes(value), place, prop, oneOf(values ?? []), value);
  requireProp(value.length >= minLength, place, prop, `have at least ${minLength} characters`, value);
  requireProp(value.length <= maxLength, place, prop, `have at most ${maxLength} characters`, value);
  requireProp(pattern === undefined || new RegExp(pattern).test(value), place, prop, `match ${pattern}`, value);
}

function requireNumber(place: ErrorLocation, prop: string, schema: OpenApiSchema, value: number): void {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, multipleOf = 1 } = schema;
  requireProp(value >= minimum, place, prop, `be at least ${minimum}`, value);
  requireProp(value <= maximum, place, prop, `be at most ${maximum}`, value);
  requireProp(value % multipleOf === 0, place, prop, `be a multiple of ${multipleOf}`, value);
}
