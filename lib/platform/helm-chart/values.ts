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

const TYPES = {
  text: { type: 'string' },
  integer: { type: 'integer', minimum: 0 },
  // What Kubernetes takes for an amount: `500m`, `1.5`, `2Gi`.
  quantity: { type: ['string', 'number'], pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' },
  boolean: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
} as const;

/** Stands for a comment in YAML. */
const COMMENT = 'helm-values-comment-';

/** `values.yaml`, or that of an environment. */
export function valuesFile(head: string, values: readonly DefaultedValue[]): string {
  const root: Record<string, unknown> = {};
  for (const [index, value] of values.entries()) {
    const [last, ...names] = value.path.split('.').reverse();
    const parent = names.reduceRight((tree, name) => {
      tree[name] ??= {};
      return tree[name] as typeof root;
    }, root);
    Object.assign(parent, { [`${COMMENT}${index}`]: null, [`${last}`]: value.default });
  }
  const comment = new RegExp(`${COMMENT}(\\d+): null`, 'g');
  return `# ${head}\n${Yaml.stringify(root).replace(comment, (_, index) => `# ${values[index]?.description}`)}`;
}

/** `values.schema.json`: no other values are known, and each has its type. */
export function valuesSchema(values: readonly DefaultedValue[]): string {
  const root = objectSchema();
  for (const { path, description, optional, schema, default: content, type = typeOf(content) } of values) {
    const [last = '', ...names] = path.split('.').reverse();
    const parent = names.reduceRight((above, name) => {
      if (!(name in above.properties)) above.required.push(name);
      above.properties[name] ??= objectSchema();
      return above.properties[name] as typeof root;
    }, root);
    const { type: own, ...others } = TYPES[type];
    parent.properties[last] = { description, type: optional ? [own, 'null'].flat() : own, ...others, ...schema };
    if (!optional) parent.required.push(last);
  }
  // It has the values of charts above this one.
  root.properties.global = { type: 'object' };
  return `${JSON.stringify({ $schema: 'https://json-schema.org/draft-07/schema#', ...root }, null, 2)}\n`;
}

function objectSchema() {
  const [required, properties]: [string[], Record<string, object>] = [[], {}];
  return { type: 'object', additionalProperties: false, required, properties };
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

/**
 * `amount`: thousandths of a quantity, so that arithmetic is exact. `rule`: fails with its text; a value that is left out
 * is not checked.
 */
const HELPERS = `{{- define "amount" -}}
{{- $text := toJson . | trimAll "\\"" -}}
{{- $units := dict "m" 1.0 "" 1e3 "k" 1e6 "M" 1e9 "G" 1e12 "T" 1e15 "Ki" 1024e3 "Mi" 1048576e3 "Gi" 1073741824e3 "Ti" 1099511627776e3 -}}
{{- round (mulf (regexFind "^[0-9.]+" $text | float64) (get $units (regexFind "[A-Za-z]*$" $text))) 0 | int64 -}}
{{- end }}
{{- define "rule" -}}
{{- if not (has nil (concat .times (list .value .atMost))) }}
{{- $pods := 0 }}
{{- range .times }}{{ $pods = add $pods . }}{{ end }}
{{- if gt (mul (include "amount" .value | int64) $pods) (include "amount" .atMost | int64) }}
{{- fail (printf "%s, got %v × %v and %v" .text .value $pods .atMost) }}
{{- end }}
{{- end }}
{{- end }}
`;

/** A rule as people read it. */
export function ruleText({ value, times = [], atMost }: ChartRule): string {
  return `${value}${times.length === 0 ? '' : ` × (${times.join(' + ')})`} must be at most ${atMost}`;
}

/** The template that fails where values break a rule. */
export function rulesTemplate(stack: Chart, rules: readonly ChartRule[], values: readonly DefaultedValue[]): string {
  const checks = rules.map((rule) => {
    requireKnownProps(stack, rule, 'value times?:string[] atMost', 'rules');
    const { value, times = [], atMost } = rule;
    const unknown = [value, ...times, atMost].find((name) => !values.some(({ path }) => path === name));
    requireProp(unknown === undefined, stack, 'rules', 'name paths of values', unknown);
    const counts = times.map((name) => `.Values.${name}`).join(' ') || '1';
    const terms = `"value" .Values.${value} "times" (list ${counts}) "atMost" .Values.${atMost}`;
    return `{{- include "rule" (dict "text" ${JSON.stringify(ruleText(rule))} ${terms}) }}\n`;
  });
  return `${HELPERS}${checks.join('')}`;
}
