import { Yaml } from 'cdk8s';
import { expect } from 'vitest';
import { type RuleGroup, ruleFile } from '../../../lib/components/observability/rule-groups';
import { describeUnless } from '../../support/programs';
import { alertProblems, findPrometheus, promtool, type SeenAlert } from '../../support/prometheus';

const found = findPrometheus();
const reason = typeof found === 'string' ? found : '';

/** `describe`, for rules that promtool judges. */
export function describeRules(rules: string, tests: () => void): void {
  const title = `${rules}, by promtool${reason && ` (${reason})`}`;
  if (reason !== '') console.warn(`does not run: ${title}`);
  describeUnless(reason)(title, tests);
}

/** Exactly these alerts fire, minutes after the series have begun. */
export function expectAlerts(
  groups: readonly RuleGroup[],
  series: Readonly<Record<string, string>>,
  minutes: number,
  expected: Readonly<Record<string, readonly SeenAlert[]>> = {},
): void {
  if (typeof found === 'string') throw new Error(found);
  expect(alertProblems(found, groups, series, minutes, expected)).toBe('');
}

/** What promtool says about the file of these rules, where a warning is a fault. */
export function lint(groups: readonly RuleGroup[]) {
  if (typeof found === 'string') throw new Error(found);
  const files = { 'rules.yml': Yaml.stringify(ruleFile('test', groups)) };
  return promtool(found, files, ['check', 'rules', '--lint=all', '--lint-fatal', '{}/rules.yml']);
}
