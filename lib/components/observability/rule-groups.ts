import type { Duration } from 'cdk8s';
import { type ErrorLocation, requireProp, requireUnique } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Metric } from './metric';
import { promDuration } from './promql';

/** `critical` for what users notice, `warning` for what they will notice later. */
export type Severity = 'critical' | 'warning';

/** An alert that fires when an expression has had a series for some time. */
export interface AlertRule {
  /** In CamelCase; one in its group. */
  readonly alert: string;
  /** PromQL. */
  readonly expr: string;
  /** How long the expression must have had a series. */
  readonly for: Duration;
  readonly severity: Severity;
  /** One sentence, which may have templates: `{{ $labels.job }}`, `{{ $value }}`. */
  readonly summary: string;
}

/** Makes alerts, by their severity, about what has been wrong for the time of property `prop`. */
export function alertsAfter(held: Duration, location: ErrorLocation, prop = 'for') {
  promDuration(location, prop, held);
  const alerts =
    (severity: Severity) =>
    (alert: string, expr: string, summary: string): AlertRule => ({ alert, expr, for: held, severity, summary });
  return { critical: alerts('critical'), warning: alerts('warning') };
}

/** An expression whose result is stored under a new name: `level:metric:operation`. */
export interface RecordingRule {
  readonly record: Metric;
  /** PromQL. */
  readonly expr: string;
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  /** One in all groups. */
  readonly name: string;
  readonly rules: readonly (AlertRule | RecordingRule)[];
}

/** The content of a rule file, which is that of a `PrometheusRule`, too. */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly WrittenRule[] }[];
}

type WrittenRule =
  | { readonly record: string; readonly expr: string }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for: string;
      readonly labels: { readonly severity: Severity };
      readonly annotations: { readonly summary: string };
    };

/**
 * Groups as Prometheus reads them.
 * @throws InvalidPropError for groups of one name, and rules of one name in a group: Prometheus would evaluate both
 */
export function ruleFile(location: ErrorLocation, groups: readonly RuleGroup[]): RuleFile {
  for (const group of groups) {
    requireKnownProps(location, group, 'name rules:object[]', 'rules');
    requireProp(group.name !== '', location, 'rules.name', 'not be empty', group.name);
    for (const rule of group.rules) requireRule(location, rule);
  }
  requireUnique(location, 'rules', groups, 'name');
  for (const { name, rules } of groups) requireUnique(location, `rules.${name}`, rules.map(nameOf));
  return { groups: groups.map(({ name, rules }) => ({ name, rules: rules.map((rule) => written(location, rule)) })) };
}

function requireRule(location: ErrorLocation, rule: AlertRule | RecordingRule): void {
  if ('record' in rule) requireKnownProps(location, rule, 'record:Metric expr', 'rules');
  else requireKnownProps(location, rule, 'alert expr for:Duration severity:critical|warning summary', 'rules');
}

function nameOf(rule: AlertRule | RecordingRule): string {
  return 'alert' in rule ? rule.alert : rule.record.name;
}

function written(location: ErrorLocation, rule: AlertRule | RecordingRule): WrittenRule {
  if ('record' in rule) {
    const { name } = rule.record;
    requireProp(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name), location, 'rules.record', 'be the name of a metric', name);
    return { record: name, expr: rule.expr };
  }
  const { alert, expr, severity, summary } = rule;
  requireProp(/^[A-Z][A-Za-z0-9]*$/.test(alert), location, 'rules.alert', 'be in CamelCase', alert);
  const held = promDuration(location, `rules.${alert}.for`, rule.for);
  return { alert, expr, for: held, labels: { severity }, annotations: { summary } };
}
