import type { Cron } from 'cdk8s';
import { Construct } from 'constructs';
import { customResource } from '../../../kube/objects/custom-resource';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { BARMAN_PLUGIN, CNPG_API, type ScheduledBackupSpec } from './resources';

export interface ScheduledBackupProps {
  readonly name: string;
  /** Name of the cluster. Immutable. */
  readonly cluster: string;
  readonly schedule: Cron;
}

/** Base backups of a cluster, the first at once. */
export class ScheduledBackup extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledBackupProps) {
    super(scope, id);
    requireKnownProps(this, props, 'name cluster schedule');
    const { name, cluster, schedule } = props;
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
