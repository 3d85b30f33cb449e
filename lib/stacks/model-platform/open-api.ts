import { type ErrorLocation, oneOf, requireProp } from '../../kube/objects/errors';

const KEYWORDS =
  'description type properties required enum default minimum maximum multipleOf minLength maxLength pattern anyOf x-kubernetes-int-or-string x-kubernetes-validations';

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

/** What {@link checkedBySchema} returns for a schema that is written `as const`: its types are those of the schema. */
export type SchemaValue<Schema> = Schema extends { readonly properties: infer Fields }
  ? { readonly [Name in keyof Fields]: SchemaValue<Fields[Name]> | Missing<Schema, Name, Fields[Name]> }
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: infer Type extends keyof Scalars }
      ? Scalars[Type]
      : number | string;

/** `undefined` for a field that may be left out and has no default. */
type Missing<Schema, Name, Field> = Field extends { readonly default: unknown }
  ? never
  : Schema extends { readonly required: readonly (infer Given)[] }
    ? Name extends Given
      ? never
      : undefined
    : undefined;

interface Scalars {
  readonly string: string;
  readonly integer: number;
  readonly boolean: boolean;
}

/**
 * A value with the defaults of a schema, after the checks that an API server makes.
 * @throws InvalidPropError for what the API server refuses, unknown fields included
 */
export function checkedBySchema<const Schema extends OpenApiSchema>(
  location: ErrorLocation,
  prop: string,
  schema: Schema,
  value: unknown,
): SchemaValue<Schema> {
  return checked(location, prop, schema, value) as SchemaValue<Schema>;
}

function checked(location: ErrorLocation, prop: string, schema: OpenApiSchema, value: unknown): unknown {
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.split(' ').includes(keyword));
  requireProp(unknown === undefined, location, `schema of ${prop}`, `have the keywords ${KEYWORDS}`, unknown);
  requireType(location, prop, schema, value);
  if (typeof value === 'string') requireString(location, prop, schema, value);
  if (typeof value === 'number') requireNumber(location, prop, schema, value);
  if (schema.properties === undefined) return value;
  return checkedObject(location, prop, schema.properties, schema, value as Readonly<Record<string, unknown>>);
}

function checkedObject(
  location: ErrorLocation,
  prop: string,
  properties: Readonly<Record<string, OpenApiSchema>>,
  { required = [] }: OpenApiSchema,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = Object.keys(properties);
  const stray = Object.keys(value).find((name) => value[name] !== undefined && !names.includes(name));
  requireProp(stray === undefined, location, prop, `have no other fields than ${names.join(', ')}`, stray);
  const missing = required.find((name) => value[name] === undefined);
  requireProp(missing === undefined, location, `${prop}.${missing}`, 'be given', undefined);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      const { [name]: field = schema.default } = value;
      return field === undefined ? [] : [[name, checked(location, `${prop}.${name}`, schema, field)]];
    }),
  );
}

function requireType(location: ErrorLocation, prop: string, schema: OpenApiSchema, value: unknown): void {
  const { type, 'x-kubernetes-int-or-string': quantity = false } = schema;
  if (quantity) {
    const allowed = 'be an integer or a string';
    requireProp(typeof value === 'string' || Number.isInteger(value), location, prop, allowed, value);
    return;
  }
  const fits: Readonly<Record<string, boolean>> = {
    object: typeof value === 'object' && value !== null && !Array.isArray(value),
    string: typeof value === 'string',
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
  };
  requireProp(fits[type ?? ''] === true, location, prop, `be of type ${type}`, value);
}

function requireString(location: ErrorLocation, prop: string, schema: OpenApiSchema, value: string): void {
  const { enum: values, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema;
  requireProp(values === undefined || values.includes(value), location, prop, oneOf(values ?? []), value);
  requireProp(value.length >= minLength, location, prop, `have at least ${minLength} characters`, value);
  requireProp(value.length <= maxLength, location, prop, `have at most ${maxLength} characters`, value);
  requireProp(pattern === undefined || new RegExp(pattern).test(value), location, prop, `match ${pattern}`, value);
}

function requireNumber(location: ErrorLocation, prop: string, schema: OpenApiSchema, value: number): void {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, multipleOf = 1 } = schema;
  requireProp(value >= minimum, location, prop, `be at least ${minimum}`, value);
  requireProp(value <= maximum, location, prop, `be at most ${maximum}`, value);
  requireProp(value % multipleOf === 0, location, prop, `be a multiple of ${multipleOf}`, value);
}
