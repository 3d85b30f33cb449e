import { Cron } from 'cdk8s';
import { expect, it } from 'vitest';
import { ScheduledBackup } from '../../../../lib/components/data/cnpg/scheduled-backup';
import { objectOf, testChart } from '../../../support/synth';

it('base backups are made by the plug-in, the first at once', () => {
  const chart = testChart();
  const schedule = Cron.schedule({ minute: '30', hour: '3', weekDay: '1' });
  new ScheduledBackup(chart, 'backup', { name: 'db-backup', cluster: 'db', schedule });
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
