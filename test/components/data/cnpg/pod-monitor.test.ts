import { expect, it } from 'vitest';
import { ClusterMonitor } from '../../../../lib/components/data/cnpg/pod-monitor';
import { objectOf, testChart } from '../../../support/synth';

it('the instances of a cluster are measured, by the label that its operator gives them', () => {
  const chart = testChart();
  new ClusterMonitor(chart, 'monitor', { name: 'db', cluster: 'db' });
  const { apiVersion, spec } = objectOf(chart, 'PodMonitor', 'db');
  expect(apiVersion).toBe('monitoring.coreos.com/v1');
  expect(spec).toEqual({
    selector: { matchLabels: { 'cnpg.io/cluster': 'db' } },
    podMetricsEndpoints: [{ port: 'metrics' }],
  });
});
