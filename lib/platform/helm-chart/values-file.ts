import { Yaml } from 'cdk8s';
import type { ChartValue } from './chart-value';
import { isMap } from './fields';

/** A value, with its default. */
export interface DefaultedValue extends ChartValue {
  readonly default: unknown;
  /** Whether it may be left out: its field is then left out, too. */
  readonly optional: boolean;
}

/** What Kubernetes takes for an amount: `500m`, `1.5`, `2Gi`. */
const QUANTITY = '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$';

const TYPES = {
  text: { type: 'string' },
  integer: { type: 'integer', minimum: 0 },
  quantity: { type: ['string', 'number'], pattern: QUANTITY },
  boolean: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
} as const;

/** What is below a name in a values file: a value, or names. */
type Tree = Map<string, DefaultedValue | Tree>;

function isValue(child: DefaultedValue | Tree): child is DefaultedValue {
  return 'path' in child;
}

function treeOf(values: readonly DefaultedValue[]): Tree {
  const root: Tree = new Map();
  for (const value of values) {
    const names = value.path.split('.');
    const last = names.pop() ?? '';
    let parent = root;
    for (const name of names) {
      const child = parent.get(name) ?? new Map();
      parent.set(name, child);
      parent = child as Tree;
    }
    parent.set(last, value);
  }
  return root;
}

/** `values.yaml`, or that of an environment. */
export function valuesFile(head: string, values: readonly DefaultedValue[]): string {
  const lines = (tree: Tree): string[] =>
    [...tree].flatMap(([name, child]) =>
      isValue(child)
        ? [
            `# ${child.description}`,
            ...Yaml.stringify({ [name]: child.default })
              .trimEnd()
              .split('\n'),
          ]
        : [`${name}:`, ...lines(child).map((line) => `  ${line}`)],
    );
  return `${[`# ${head}`, ...lines(treeOf(values))].join('\n')}\n`;
}

/** `values.schema.json`: no other values are known, and each has its type. */
export function valuesSchema(values: readonly DefaultedValue[]): string {
  const schema = (tree: Tree): object => ({
    type: 'object',
    additionalProperties: false,
    required: [...tree].flatMap(([name, child]) => (isValue(child) && child.optional ? [] : [name])),
    properties: Object.fromEntries(
      [...tree].map(([name, child]) => [name, isValue(child) ? schemaOf(child) : schema(child)]),
    ),
  });
  const { properties, ...root } = schema(treeOf(values)) as { properties: object };
  const $schema = 'https://json-schema.org/draft-07/schema#';
  // `global` has the values of charts above this one.
  return `${JSON.stringify({ $schema, ...root, properties: { ...properties, global: { type: 'object' } } }, null, 2)}\n`;
}

function schemaOf({ description, default: value, type, optional, schema }: DefaultedValue): object {
  const { type: json, ...others } = TYPES[type ?? typeOf(value)];
  return { description, type: optional ? [json, 'null'].flat() : json, ...others, ...schema };
}

function typeOf(value: unknown): keyof typeof TYPES {
  if (Array.isArray(value)) return 'list';
  if (isMap(value)) return 'map';
  return typeof value === 'number' ? 'integer' : typeof value === 'boolean' ? 'boolean' : 'text';
}

/** What is not the default any more, for a values file: null takes a key out of a map. */
export function changedValue(before: unknown, after: unknown): unknown {
  if (!isMap(before) || !isMap(after)) return after;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return { ...after, ...Object.fromEntries(removed.map((key) => [key, null])) };
}
