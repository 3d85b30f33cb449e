import { test } from 'vitest';
import { targetRules } from '../../../lib/components/observability/rules/targets';
import { describeRules } from './rule-checks';
import { inference, pods } from './rule-samples';
import { target } from './samples';

describeRules('the rules of targets', ({ expectAlerts }) => {
  const rules = targetRules({ targets: [target('inference'), target('minio')] });
  const up = (job: string, instance: string) => `up{job="${job}",namespace="flts",instance="${instance}"}`;

  test('one of its pods cannot be scraped, or it has none', () => {
    expectAlerts(
      rules,
      { [up('inference', pods[0])]: '1x60', [up('minio', 'a:9000')]: '1x60', 'up{job="other"}': '0x60' },
      60,
    );
    expectAlerts(rules, { [up('inference', pods[0])]: '1x60', [up('inference', pods[1])]: '0x60' }, 60, {
      TargetDown: [
        { labels: { ...inference, instance: pods[1] }, summary: '10.0.0.2:9091 of inference cannot be scraped.' },
      ],
      TargetAbsent: [{ labels: { job: 'minio', namespace: 'flts' }, summary: 'minio has no pod.' }],
    });
  });
});
