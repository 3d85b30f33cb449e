import type { Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { ChartRule } from './chart-value';
import { valueExpression } from './fields';
import type { DefaultedValue } from './values-file';

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
export function ruleText({ value, times, plus = 0, atMost }: ChartRule): string {
  const pods = plus === 0 ? times : [times, plus].filter((term) => term !== undefined).join(' + ');
  return `${value}${pods === undefined ? '' : ` × (${pods})`} must be at most ${atMost}`;
}

/** The template that fails where values break a rule; one with a value that is left out is not checked. */
export function rulesTemplate(stack: Chart, rules: readonly ChartRule[], values: readonly DefaultedValue[]): string {
  const checks = rules.map((rule) => {
    requireKnownProps(stack, rule, 'value times? plus?:string|number atMost', 'rules');
    const { value, times = 0, plus = times === 0 ? 1 : 0, atMost } = rule;
    const go = (term: string | number) => (typeof term === 'number' ? term : valueExpression(term));
    const optional = [value, times, plus, atMost].filter((name) => {
      const found = values.find(({ path }) => path === name);
      requireProp(typeof name === 'number' || found !== undefined, stack, 'rules', 'name paths of values', name);
      return found?.optional;
    });
    const terms = `"value" ${go(value)} "pods" (add ${go(times)} ${go(plus)}) "atMost" ${go(atMost)}`;
    const text = `{{- include "rule" (dict "text" ${JSON.stringify(ruleText(rule))} ${terms}) }}\n`;
    return optional.length === 0 ? text : `{{- if and ${optional.map(go).join(' ')} }}\n${text}{{- end }}\n`;
  });
  return `${HELPERS}${checks.join('')}`;
}
