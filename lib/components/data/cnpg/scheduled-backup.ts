import type { Cron } from 'cdk8s';
import { Construct } from 'constructs';
import { customResource } from '../../../kube/objects/custom-resource';
import { BARMAN_PLUGIN, CNPG_API, type ScheduledBackupSpec } from './resources';

export interface ScheduledBackupProps {
  readonly name: string;
  /** Name of the cluster. Immutable. */
  readonly cluster: string;
  readonly schedule: Cron;
}

/** Base backups of a cluster, the first at once. */
export class ScheduledBackup extends Construct {
  constructor(scope: Construct, id: string, { name, cluster, schedule }: ScheduledBackupProps) {
    super(scope, id);
    customResource<ScheduledBackupSpec>(this, 'Default', {
      apiVersion: CNPG_API,
      kind: 'ScheduledBackup',
      name,
      spec: {
        // The operator's first field is that of the seconds, which Cron does not have.
        schedule: `0 ${schedule.expressionString}`,
        immediate: true,
        cluster: { name: cluster },
        backupOwnerReference: 'self',
        method: 'plugin',
        pluginConfiguration: { name: BARMAN_PLUGIN },
      },
    });
  }
}
