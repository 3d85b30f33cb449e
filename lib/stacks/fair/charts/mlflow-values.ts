import type { PlacementValues, PullSecretValues, ResourceValues } from '../../../platform/releases/pod-values';
import type { ContainerSecurityValues, PodSecurityValues } from '../../../platform/releases/restricted';

/** An image, as this chart spells it. */
interface MlflowImage {
  readonly repository: string;
  readonly tag: string;
}

/** A Secret with a user name and a password. */
interface LoginSecret {
  readonly name: string;
  readonly usernameKey: string;
  readonly passwordKey: string;
}

/** A PostgreSQL database, as this chart spells it. */
interface MlflowPostgres {
  readonly enabled: true;
  readonly host: string;
  /** A number: the schema of the chart refuses a string. */
  readonly port: number;
  readonly database: string;
}

/** The values of the chart mlflow 1.8.1 that are set here. Its schema refuses keys that it does not know. */
export interface MlflowValues extends PlacementValues, PullSecretValues {
  readonly replicaCount: number;
  readonly image: MlflowImage;
  readonly initImages: {
    readonly mlflowDbMigration: MlflowImage;
    /** Of the init container that puts the login of `auth` into a file. It has no security context. */
    readonly iniFileInitializer?: MlflowImage;
  };
  readonly serviceAccount: {
    readonly automount: boolean;
    /** `eks.amazonaws.com/role-arn`, where a role opens the bucket. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podSecurityContext: PodSecurityValues;
  /** Of the server and of the init container that migrates the database. */
  readonly securityContext: ContainerSecurityValues;
  readonly backendStore: {
    /** In an init container of each pod. */
    readonly databaseMigration: boolean;
    /** In an init container that has no security context, which `restricted` refuses. */
    readonly databaseConnectionCheck: false;
    readonly postgres: MlflowPostgres;
    readonly existingDatabaseSecret: LoginSecret;
  };
  readonly artifactRoot: {
    /** Whether clients send artifacts through the server; otherwise they need the bucket's credentials themselves. */
    readonly proxiedArtifactStorage: boolean;
    readonly s3: {
      readonly enabled: true;
      readonly bucket: string;
      readonly path?: string;
      /** Both keys: without them the chart renders no credentials at all. */
      readonly existingSecret?: {
        readonly name: string;
        readonly keyOfAccessKeyId: string;
        readonly keyOfSecretAccessKey: string;
      };
    };
  };
  /** Users and permissions. Without `postgres`, each pod keeps its own and loses them when it stops. */
  readonly auth?: {
    readonly enabled: true;
    readonly existingAdminSecret: LoginSecret;
    readonly postgres: MlflowPostgres & { readonly existingSecret: LoginSecret };
  };
  /** Options of `mlflow server`, in camel case. Strings: the chart prints a number as `%!s(float64=2)`. */
  readonly extraArgs: { readonly workers: string };
  readonly extraEnvVars: Readonly<Record<string, string>>;
  readonly ingress?: {
    readonly enabled: true;
    readonly className: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly hosts: readonly {
      readonly host: string;
      readonly paths: readonly { readonly path: string; readonly pathType: 'Prefix' }[];
    }[];
    readonly tls?: readonly { readonly secretName: string; readonly hosts: readonly string[] }[];
  };
  /** Of every container, those of the pod's start included. */
  readonly resources: ResourceValues;
}
