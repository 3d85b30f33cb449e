import type { PlacementValues, PullSecretValues, ResourceValues } from '../../../platform/releases/pod-values';
import type { ContainerSecurityValues, PodSecurityValues } from '../../../platform/releases/restricted';

/** Versions of the chart whose values are typed here. */
export const ZENML_VERSIONS = ['0.93.3', '0.94.2'] as const;

/** One of them. */
export type ZenmlVersion = (typeof ZENML_VERSIONS)[number];

/** Whether a version of the chart can take variables from keys of Secrets: 0.93.3 cannot. */
export function readsSecretKeys(version: ZenmlVersion): boolean {
  return version !== '0.93.3';
}

/**
 * The values of the chart zenml 0.93.3 that are set here. The chart has no schema: a key that its templates do not
 * read is accepted without a word.
 */
export interface ZenmlValues extends PlacementValues, PullSecretValues {
  readonly zenml: {
    readonly replicaCount: number;
    readonly image: {
      readonly repository: string;
      readonly tag: string;
      readonly pullPolicy: 'IfNotPresent' | 'Always';
    };
    /** URL that users reach the server at. */
    readonly serverURL?: string;
    /** More logs, and the hooks' objects stay after they succeeded. */
    readonly debug: boolean;
    readonly analyticsOptIn: boolean;
    readonly database: {
      /** Without the password. */
      readonly url: string;
      readonly passwordSecretRef: { readonly name: string; readonly key: string };
      readonly ssl?: boolean;
      /** Every other strategy is for MySQL. */
      readonly backupStrategy: 'disabled';
      readonly poolSize?: number;
      readonly maxOverflow?: number;
    };
    /** Environment of the server and of the migration. */
    readonly environment?: Readonly<Record<string, string>>;
    readonly auth?: {
      readonly jwtTokenExpireMinutes?: number;
    };
    readonly ingress: {
      readonly enabled: boolean;
      /** Not `ingressClassName`, which nothing reads. */
      readonly className?: string;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly host?: string;
      readonly path?: string;
      readonly tls?: { readonly enabled: boolean; readonly secretName?: string };
    };
    readonly service: { readonly type: 'ClusterIP'; readonly port: number };
  };
  readonly serviceAccount?: { readonly annotations: Readonly<Record<string, string>> };
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podSecurityContext: PodSecurityValues;
  readonly securityContext: ContainerSecurityValues;
  /** Not `zenml.resources`, which nothing reads. */
  readonly resources: ResourceValues;
  /** Of the Job that migrates the database. */
  readonly resourcesMigrationPod: ResourceValues;
}

/** The values of the chart zenml 0.94.2, which calls `zenml` by another name and still reads this one. */
export interface Zenml094Values extends ZenmlValues {
  readonly zenml: ZenmlValues['zenml'] & {
    /** Variables of the server and of the migration from keys of Secrets. Before 0.94.1 nothing reads it. */
    readonly environmentSecretKeyRefs?: readonly {
      readonly name: string;
      readonly secretName: string;
      readonly secretKey: string;
    }[];
  };
}
