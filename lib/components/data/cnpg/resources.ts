import type { Toleration } from '../../../kube/nodes/node-pools';
import type { Labels } from '../../../kube/objects/labels';
import type { ResourceAmounts } from '../../../kube/resources/quantities';

/** API group of CloudNativePG. The fields below are those of its operator 1.28 to 1.30. */
export const CNPG_API = 'postgresql.cnpg.io/v1';
/** The label that the operator gives to all pods of a cluster: instances, and the Jobs that create them. */
export const CNPG_CLUSTER_LABEL = 'cnpg.io/cluster';
/** API group of the Barman Cloud plug-in. The fields below are those of its version 0.13. */
export const BARMAN_API = 'barmancloud.cnpg.io/v1';
/** Name of the Barman Cloud plug-in. */
export const BARMAN_PLUGIN = 'barman-cloud.cloudnative-pg.io';

interface NamedObject {
  readonly name: string;
}

/** A volume of every instance. It can grow where its class allows that, and never shrinks. */
interface InstanceVolume {
  readonly size: string;
  readonly storageClass?: string;
}

/**
 * A role that the operator creates and keeps as it is described here: fields that are not set go back to defaults. In
 * items of lists the defaults of the API server are written: it adds them, and every further apply would differ.
 */
export interface ManagedRole {
  readonly name: string;
  readonly ensure: 'present';
  readonly login: boolean;
  /** -1: as many as the server takes. */
  readonly connectionLimit: -1;
  readonly inherit: true;
  readonly createrole?: boolean;
  /** Roles that it is a member of; memberships that are not listed are revoked. */
  readonly inRoles?: readonly string[];
  /** Secret with the keys `username` and `password`. */
  readonly passwordSecret: NamedObject;
}

/** `Cluster`: the instances of one PostgreSQL server, a primary and its standbys. */
export interface ClusterSpec {
  readonly description?: string;
  readonly instances: number;
  readonly imageName: string;
  readonly imagePullSecrets?: readonly NamedObject[];
  /** `unsupervised`: the primary is updated last, without a manual switchover. */
  readonly primaryUpdateStrategy: 'unsupervised';
  /** Budgets for the primary and the standbys. With a single instance they keep its node from being drained. */
  readonly enablePDB: boolean;
  readonly postgresql: {
    readonly parameters?: Readonly<Record<string, string>>;
    /** Lines between the operator's own and its last, which lets everybody in by password. */
    readonly pg_hba?: readonly string[];
  };
  /** Read once, when the first instance starts. */
  readonly bootstrap: {
    readonly initdb: {
      readonly database: string;
      readonly owner: string;
      /** Secret with the keys `username`, which is the owner, and `password`. */
      readonly secret: NamedObject;
      /** Statements that the superuser runs in `database`: SQL alone, without the commands of psql. */
      readonly postInitApplicationSQL?: readonly string[];
    };
  };
  readonly managed: { readonly roles: readonly ManagedRole[] };
  readonly storage: InstanceVolume;
  /** The write-ahead log on a volume of its own. It can be added later, and not be taken away. */
  readonly walStorage?: InstanceVolume;
  readonly resources: { readonly requests: ResourceAmounts; readonly limits: ResourceAmounts };
  readonly affinity: {
    readonly enablePodAntiAffinity: boolean;
    readonly podAntiAffinityType: 'preferred' | 'required';
    readonly topologyKey: string;
    readonly nodeSelector?: Labels;
    readonly tolerations?: readonly Toleration[];
  };
  readonly plugins?: readonly {
    readonly name: string;
    readonly enabled: true;
    readonly isWALArchiver: boolean;
    readonly parameters: { readonly barmanObjectName: string };
  }[];
  readonly serviceAccountTemplate?: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
}

/** `Database`: a database of a cluster, and what the superuser puts into it. */
export interface DatabaseSpec {
  /** Immutable. */
  readonly cluster: NamedObject;
  /** Immutable. */
  readonly name: string;
  readonly owner: string;
  /** What becomes of the database when the object is deleted. */
  readonly databaseReclaimPolicy: 'retain';
  readonly extensions?: readonly { readonly name: string; readonly ensure: 'present'; readonly schema?: string }[];
}

/** `ScheduledBackup`: base backups of a cluster, beside the write-ahead log that is archived all the time. */
export interface ScheduledBackupSpec {
  /** Six fields: the first is that of the seconds. */
  readonly schedule: string;
  /** Starts a backup at once: otherwise there is none before the first scheduled one. */
  readonly immediate: boolean;
  /** Immutable. */
  readonly cluster: NamedObject;
  /** What deletes the records of the backups: `self`, the deletion of this object. The backups themselves stay. */
  readonly backupOwnerReference: 'self';
  readonly method: 'plugin';
  readonly pluginConfiguration: { readonly name: string };
}

/** `PodMonitor` of the Prometheus operator: the fields that are set here. */
export interface PodMonitorSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly podMetricsEndpoints: readonly { readonly port: string }[];
}

interface KeyOfSecret {
  readonly name: string;
  readonly key: string;
}

/** `ObjectStore`: where Barman Cloud keeps base backups and the write-ahead log. */
export interface ObjectStoreSpec {
  /** How long a point in time can be recovered: `60d`. */
  readonly retentionPolicy: string;
  readonly configuration: {
    readonly destinationPath: string;
    readonly endpointURL?: string;
    readonly s3Credentials:
      | { readonly inheritFromIAMRole: true }
      | { readonly accessKeyId: KeyOfSecret; readonly secretAccessKey: KeyOfSecret };
    readonly wal: { readonly compression: 'gzip'; readonly encryption?: 'AES256' };
    readonly data: { readonly compression: 'gzip'; readonly encryption?: 'AES256'; readonly jobs: number };
  };
  /** The container beside every instance that does the work. */
  readonly instanceSidecarConfiguration: {
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly resources: { readonly requests: ResourceAmounts; readonly limits: ResourceAmounts };
  };
}
