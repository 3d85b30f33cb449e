import { Cron } from 'cdk8s';
import { expect, it } from 'vitest';
import { PostgresCluster } from '../../../../lib/components/data/cnpg/cluster';
import { objectOf, testChart } from '../../../support/synth';
import { minimal } from './samples';

it('base backups are made by the plug-in, the first at once', () => {
  const chart = testChart();
  const store = { name: 'backups', address: { host: 's3.amazonaws.com', port: 443 } };
  const schedule = Cron.schedule({ minute: '30', hour: '3', weekDay: '1' });
  new PostgresCluster(chart, 'cluster', { ...minimal, backups: { store, schedule } });
  expect(objectOf(chart, 'ScheduledBackup', 'db-backup').spec).toEqual({
    // Six fields, of which Cron has the last five: without the first, this would be every half minute.
    schedule: '0 30 3 * * 1',
    immediate: true,
    cluster: { name: 'db' },
    backupOwnerReference: 'self',
    method: 'plugin',
    pluginConfiguration: { name: 'barman-cloud.cloudnative-pg.io' },
  });
});

it('the instances of a cluster are measured, by the label that its operator gives them', () => {
  const chart = testChart();
  new PostgresCluster(chart, 'cluster', { ...minimal, podMonitor: true });
  const { apiVersion, spec } = objectOf(chart, 'PodMonitor', 'db');
  expect(apiVersion).toBe('monitoring.coreos.com/v1');
  expect(spec).toEqual({
    selector: { matchLabels: { 'cnpg.io/cluster': 'db' } },
    podMetricsEndpoints: [{ port: 'metrics' }],
  });
});
