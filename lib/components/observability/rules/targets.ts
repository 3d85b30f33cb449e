import { Duration } from 'cdk8s';
import type { MetricsConnection } from '../../../kube/network/connections';
import { requireProp } from '../../../kube/objects/errors';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { selector } from '../metric';
import { targetMetrics } from '../metrics/process';
import { union } from '../promql';
import { alertsAfter, type RuleGroup } from '../rule-groups';
import { targetMatchers } from '../target';

export interface TargetRulesProps {
  readonly targets: readonly MetricsConnection[];
  /** How long it must be so; longer than a pod takes to start. @default Duration.minutes(10) */
  readonly for?: Duration;
}

/** Alerts for targets that are missing or cannot be scraped. */
export function targetRules(props: TargetRulesProps): RuleGroup[] {
  requireKnownProps('targetRules', props, 'targets:Metrics[] for?:Duration');
  const { targets, for: held = Duration.minutes(10) } = props;
  const { critical } = alertsAfter(held, 'targetRules');
  requireProp(targets.length > 0, 'targetRules', 'targets', 'name a target', targets);
  const series = targets.map((target) => selector(targetMetrics.up, targetMatchers(target)));
  return [
    {
      name: 'targets',
      rules: [
        critical(
          'TargetDown',
          union(series.map((up) => `${up} == 0`)),
          '{{ $labels.instance }} of {{ $labels.job }} cannot be scraped.',
        ),
        critical('TargetAbsent', union(series.map((up) => `absent(${up})`)), '{{ $labels.job }} has no pod.'),
      ],
    },
  ];
}
