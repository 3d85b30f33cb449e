import { Yaml } from 'cdk8s';
import { expect } from 'vitest';
import { type RuleGroup, ruleFile } from '../../../lib/components/observability/rule-groups';
import { describeProgram } from '../../support/programs';
import { alertProblems, findPrometheus, promtool, type SeenAlert } from '../../support/prometheus';

/** What promtool judges. */
interface RuleChecks {
  /** Exactly these alerts fire, minutes after the series have begun. */
  expectAlerts(
    groups: readonly RuleGroup[],
    series: Readonly<Record<string, string>>,
    minutes: number,
    expected?: Readonly<Record<string, readonly SeenAlert[]>>,
  ): void;
  /** What it says about the file of these rules, where a warning is a fault. */
  lint(groups: readonly RuleGroup[]): ReturnType<typeof promtool>;
}

/** `describe`, for rules that promtool judges. */
export function describeRules(rules: string, tests: (checks: RuleChecks) => void): void {
  describeProgram(findPrometheus(), `${rules}, by promtool`, (installation) =>
    tests({
      expectAlerts: (groups, series, minutes, expected = {}) =>
        expect(alertProblems(installation(), groups, series, minutes, expected)).toBe(''),
      lint: (groups) => {
        const files = { 'rules.yml': Yaml.stringify(ruleFile('test', groups)) };
        return promtool(installation(), files, ['check', 'rules', '--lint=all', '--lint-fatal', '{}/rules.yml']);
      },
    }),
  );
}
