import type { Cron } from 'cdk8s';
import { Construct } from 'constructs';
import { recordConnectionLimit } from '../../../kube/network/connection-budget';
import type { DatabaseConnection } from '../../../kube/network/connections';
import { cronExpression } from '../../../kube/objects/cron';
import { customResource } from '../../../kube/objects/custom-resource';
import { findByName, requireProp } from '../../../kube/objects/errors';
import { serviceHost } from '../../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../../kube/objects/known-props';
import { selectorLabels } from '../../../kube/objects/labels';
import { requireDnsSubdomain, requireServiceName } from '../../../kube/objects/names';
import { requireWhole } from '../../../kube/objects/numbers';
import { resolveImage } from '../../../kube/pods/images';
import { computeResources, requireSize } from '../../../kube/resources/quantities';
import { images } from '../../../versions';
import { requireDatabases } from '../database';
import type { PostgresDatabase } from '../database-job';
import { clusterNetwork } from './cluster-network';
import type { PostgresClusterProps } from './cluster-props';
import { clusterSpec } from './cluster-spec';
import { DatabaseObject } from './database-object';
import {
  BARMAN_PLUGIN,
  type ClusterSpec,
  CNPG_API,
  CNPG_CLUSTER_LABEL,
  type PodMonitorSpec,
  type ScheduledBackupSpec,
} from './resources';

const PORT = 5432;
/** Roles of the operator, which no database may belong to; `postgres` is the superuser. */
const OPERATOR_ROLES = ['streaming_replica', 'cnpg_pooler_pgbouncer'];

/**
 * A PostgreSQL server of CloudNativePG, its databases and their roles. Their Secrets have the keys `username` and
 * `password`, both of which the operator reads.
 */
export class PostgresCluster extends Construct {
  readonly name: string;
  /** The objects that stand for the databases, in the order of these. */
  readonly databaseObjects: readonly DatabaseObject[];
  private readonly databases: readonly PostgresDatabase[];
  private readonly host: string;

  constructor(scope: Construct, id: string, props: PostgresClusterProps) {
    super(...placed(scope, id));
    const words =
      'name databases:object[] backups?:object description? idleInTransactionTimeout?:Duration image? instances?:number nodePool?:NodePool parameters?:string{} podMonitor?:boolean resources?:object storage:Size storageClassName? walStorage?:Size';
    requireKnownProps(this, props, words);
    const { name, databases, instances = 1, storage, walStorage, image = images.cnpgPostgis } = props;
    const { resources = computeResources({ millicores: [500, 2000], mebibytes: [1024, 2048] }) } = props;
    requireServiceName(this, 'name', name);
    requireProp(name.length <= 50, this, 'name', 'have at most 50 characters, as CloudNativePG asks', name);
    requireProp(databases.length > 0, this, 'databases', 'have a database', databases);
    requireWhole(this, 'instances', instances, 1);
    requireSize(this, 'storage', storage);
    if (walStorage !== undefined) requireSize(this, 'walStorage', walStorage);
    if (props.storageClassName) requireDnsSubdomain(this, 'storageClassName', props.storageClassName);
    requireDatabases(this, databases, 'postgres');
    for (const [index, { owner, password }] of databases.entries()) {
      const reserved = OPERATOR_ROLES.map((role) => `'${role}'`).join(' and ');
      const allowed = `be another name than ${reserved}, which are the operator's own`;
      requireProp(!OPERATOR_ROLES.includes(owner), this, `databases[${index}].owner`, allowed, owner);
      const key = "be the key 'password' of its Secret, which the operator reads";
      requireProp(password.key === 'password', this, `databases[${index}].password`, key, password.key);
    }
    requireKnownProps(this, props.backups, 'store:object schedule:Cron', 'backups');
    requireKnownProps(this, props.backups?.store, 'name roleArn? address:Address', 'backups.store');
    this.name = name;
    this.databases = databases;
    this.host = serviceHost(this, `${name}-rw`);
    customResource<ClusterSpec>(this, 'Default', {
      apiVersion: CNPG_API,
      kind: 'Cluster',
      name,
      labels: selectorLabels(this, { name: 'postgres', instance: name, component: 'database' }),
      spec: clusterSpec(this, { ...props, instances, resources, image: resolveImage(this, 'image', image) }),
    });
    this.databaseObjects = databases.map(
      (database) => new DatabaseObject(this, `database-${database.name}`, { cluster: name, database }),
    );
    if (props.backups !== undefined) this.scheduleBackups(props.backups.schedule);
    if (props.podMonitor) this.monitorInstances();
    clusterNetwork(this, this.host, PORT, props);
    const { max_connections: max = '100', superuser_reserved_connections: reserved = '3' } = props.parameters ?? {};
    recordConnectionLimit(this, this.host, 'parameters.max_connections', Number(max), Number(reserved));
  }

  /**
   * How a client reaches a database, as the role that owns it: at the primary.
   * @throws InvalidPropError for a database that is not one of this cluster's
   */
  connection(database: string): DatabaseConnection {
    const found = findByName(this, 'database', this.databases, database);
    return { host: this.host, port: PORT, database, username: found.owner, password: found.password };
  }

  private scheduleBackups(schedule: Cron): void {
    customResource<ScheduledBackupSpec>(this, 'backup', {
      apiVersion: CNPG_API,
      kind: 'ScheduledBackup',
      name: `${this.name}-backup`,
      spec: {
        // The first field of the operator is that of the seconds, which Cron does not have.
        schedule: `0 ${cronExpression(this, 'backups.schedule', schedule)}`,
        immediate: true,
        cluster: { name: this.name },
        backupOwnerReference: 'self',
        method: 'plugin',
        pluginConfiguration: { name: BARMAN_PLUGIN },
      },
    });
  }

  /** The operator of CloudNativePG can write a PodMonitor, too, but will stop doing so in a later version. */
  private monitorInstances(): void {
    customResource<PodMonitorSpec>(this, 'monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      name: this.name,
      spec: {
        selector: { matchLabels: { [CNPG_CLUSTER_LABEL]: this.name } },
        podMetricsEndpoints: [{ port: 'metrics' }],
      },
    });
  }
}
