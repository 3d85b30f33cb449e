import { type Chart, Yaml } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { isObject, requireKnownProps } from '../../kube/objects/known-props';
import type { ChartRule, ChartValue } from './chart-value';

/** A value, with its default. */
export interface DefaultedValue extends ChartValue {
  readonly default: unknown;
  /** Whether it may be left out: its field is then left out, too. */
  readonly optional: boolean;
}

/** What is below a name in a values file: a value, or names. */
type Tree = Map<string, DefaultedValue | Tree>;

const TYPES = {
  text: { type: 'string' },
  integer: { type: 'integer', minimum: 0 },
  // What Kubernetes takes for an amount: `500m`, `1.5`, `2Gi`.
  quantity: { type: ['string', 'number'], pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' },
  boolean: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
} as const;

function treeOf(values: readonly DefaultedValue[]): Tree {
  const root: Tree = new Map();
  for (const value of values) {
    const names = value.path.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((tree, name) => {
      const child = tree.get(name) ?? new Map();
      tree.set(name, child);
      return child as Tree;
    }, root);
    parent.set(last, value);
  }
  return root;
}

/** `values.yaml`, or that of an environment. */
export function valuesFile(head: string, values: readonly DefaultedValue[]): string {
  const lines = (tree: Tree): string[] =>
    [...tree].flatMap(([name, child]) => {
      if (child instanceof Map) return [`${name}:`, ...lines(child).map((line) => `  ${line}`)];
      const yaml = Yaml.stringify({ [name]: child.default }).trimEnd();
      return [`# ${child.description}`, ...yaml.split('\n')];
    });
  return `${[`# ${head}`, ...lines(treeOf(values))].join('\n')}\n`;
}

/** `values.schema.json`: no other values are known, and each has its type. */
export function valuesSchema(values: readonly DefaultedValue[]): string {
  const schemaOf = (child: DefaultedValue | Tree): object => {
    if (!(child instanceof Map)) {
      const { type, ...others } = TYPES[child.type ?? typeOf(child.default)];
      const { description, optional, schema } = child;
      return { description, type: optional ? [type, 'null'].flat() : type, ...others, ...schema };
    }
    const required = [...child].filter(([, below]) => below instanceof Map || !below.optional).map(([name]) => name);
    const properties = Object.fromEntries([...child].map(([name, below]) => [name, schemaOf(below)]));
    return { type: 'object', additionalProperties: false, required, properties };
  };
  const { properties, ...root } = schemaOf(treeOf(values)) as { properties: object };
  const $schema = 'https://json-schema.org/draft-07/schema#';
  // `global` has the values of charts above this one.
  return `${JSON.stringify({ $schema, ...root, properties: { ...properties, global: { type: 'object' } } }, null, 2)}\n`;
}

function typeOf(value: unknown): keyof typeof TYPES {
  if (Array.isArray(value)) return 'list';
  if (isObject(value)) return 'map';
  return typeof value === 'number' ? 'integer' : typeof value === 'boolean' ? 'boolean' : 'text';
}

/** What is not the default any more, for a values file: null takes a key out of a map. */
export function changedValue(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return after;
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return { ...after, ...Object.fromEntries(removed.map((key) => [key, null])) };
}

/** `amount`: thousandths of a quantity, so that arithmetic is exact. `rule`: fails with its text. */
const HELPERS = `{{- define "amount" -}}
{{- $text := toJson . | trimAll "\\"" -}}
{{- $units := dict "m" 1.0 "" 1e3 "k" 1e6 "M" 1e9 "G" 1e12 "T" 1e15 "Ki" 1024e3 "Mi" 1048576e3 "Gi" 1073741824e3 "Ti" 1099511627776e3 -}}
{{- round (mulf (regexFind "^[0-9.]+" $text | float64) (get $units (regexFind "[A-Za-z]*$" $text))) 0 | int64 -}}
{{- end }}
{{- define "rule" -}}
{{- if gt (mul (include "amount" .value | int64) .pods) (include "amount" .atMost | int64) }}
{{- fail (printf "%s, got %v × %v and %v" .text .value .pods .atMost) }}
{{- end }}
{{- end }}
`;

/** A rule as people read it. */
export function ruleText({ value, times = [], atMost }: ChartRule): string {
  return `${value}${times.length === 0 ? '' : ` × (${times.join(' + ')})`} must be at most ${atMost}`;
}

/** The template that fails where values break a rule; one with a value that is left out is not checked. */
export function rulesTemplate(stack: Chart, rules: readonly ChartRule[], values: readonly DefaultedValue[]): string {
  const checks = rules.map((rule) => {
    requireKnownProps(stack, rule, 'value times?:string[] atMost', 'rules');
    const { value, times = [], atMost } = rule;
    const absent = [value, ...times, atMost].flatMap((name) => {
      const found = values.find(({ path }) => path === name);
      requireProp(found !== undefined, stack, 'rules', 'name paths of values', name);
      return found.optional ? `(kindIs "invalid" .Values.${name})` : [];
    });
    const pods = times.length === 0 ? 1 : `(add ${times.map((name) => `.Values.${name}`).join(' ')})`;
    const terms = `"value" .Values.${value} "pods" ${pods} "atMost" .Values.${atMost}`;
    const text = `{{- include "rule" (dict "text" ${JSON.stringify(ruleText(rule))} ${terms}) }}\n`;
    return absent.length === 0 ? text : `{{- if not (or ${absent.join(' ')}) }}\n${text}{{- end }}\n`;
  });
  return `${HELPERS}${checks.join('')}`;
}
