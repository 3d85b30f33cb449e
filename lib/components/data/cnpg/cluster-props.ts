import type { Cron, Duration, Size } from 'cdk8s';
import type { NodePool } from '../../../kube/nodes/node-pools';
import type { Resources } from '../../../kube/resources/quantities';
import type { PostgresDatabase } from '../database-job';
import type { BackupStoreConnection } from './backup-store';

export interface PostgresClusterProps {
  /** Name of the cluster, at most 50 characters: clients reach it as `<name>-rw`. Immutable. */
  readonly name: string;
  /** Its purpose, as `kubectl get cluster` shows it. @default - none */
  readonly description?: string;
  /** An operand image of CloudNativePG with the extensions that the databases use. @default images.cnpgPostgis */
  readonly image?: string;
  /**
   * Databases that exist, each owned by a login role that is no superuser; more can be added at any time, except those
   * of pgstac, whose roles only a new cluster gets. The first is created with the cluster, and stays the first.
   */
  readonly databases: readonly [PostgresDatabase, ...PostgresDatabase[]];
  /** The primary and its standbys. From two on, one of them can be drained off its node. @default 1 */
  readonly instances?: number;
  /** Size of the volume of each instance; it can grow. */
  readonly storage: Size;
  /** Size of a volume for the write-ahead log of each instance. It can be added later, and not be taken away. @default - it is on the first */
  readonly walStorage?: Size;
  /** Class of the volumes. Immutable. @default - the default class of the cluster */
  readonly storageClassName?: string;
  /** Of each instance. @default - 500m and 1Gi, at most 2 CPU and 2Gi */
  readonly resources?: Resources;
  /** Ends a session that is idle in a transaction for so long. @default - it never ends one */
  readonly idleInTransactionTimeout?: Duration;
  /** Settings of PostgreSQL that the operator leaves to users. @default - none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Base backups, and the write-ahead log all the time. @default - none */
  readonly backups?: { readonly store: BackupStoreConnection; readonly schedule: Cron };
  /** Writes a PodMonitor, whose CRD must be there. @default false */
  readonly podMonitor?: boolean;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}
