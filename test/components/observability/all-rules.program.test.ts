import { expect, test } from 'vitest';
import { describeRules } from './rule-checks';
import { balancer, pipeline, servers, store } from './rule-samples';

describeRules('all rules together', ({ lint }) => {
  test('are without a fault', () => {
    const groups = [...servers, ...balancer, ...pipeline, ...store];
    const { status, output } = lint(groups);
    expect(output).toContain(`SUCCESS: ${groups.flatMap(({ rules }) => rules).length} rules found`);
    expect(status).toBe(0);
  });
});
