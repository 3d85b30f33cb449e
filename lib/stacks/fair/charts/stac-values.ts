import type { Toleration } from '../../../kube/nodes/node-pools';
import type { Labels } from '../../../kube/objects/labels';
import type { NodeAffinityValues } from '../../../platform/releases/node-affinity';
import type { ResourceValues } from '../../../platform/releases/pod-values';

/** What is switched off. */
interface Off {
  readonly enabled: false;
}

/** An image, as this chart spells it. */
interface StacImage {
  readonly name: string;
  readonly tag: string;
}

/** Where pods run. The chart has no node selector. */
interface StacPlacement {
  readonly affinity?: NodeAffinityValues;
  readonly tolerations?: readonly Toleration[];
}

/** Annotations of an object, over those of the chart. */
interface Annotated {
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The values of the chart eoapi 0.12.0 that are set here. Every key is one that its templates read: the schema of the
 * chart accepts any other without a word.
 */
export interface StacValues {
  readonly postgresql: {
    readonly type: 'external-secret';
    readonly external: {
      readonly existingSecret: {
        readonly name: string;
        readonly keys: Readonly<Record<'username' | 'password' | 'host' | 'port' | 'database', string>>;
      };
    };
  };
  /** On by default, and refused beside an external database. */
  readonly postgrescluster: Off;
  /** The Job that migrates the database, and the init container of the API that waits for it. */
  readonly pgstacBootstrap: {
    readonly enabled: boolean;
    readonly image: StacImage;
    readonly configMaps: { readonly pgstacSettings: Annotated };
    readonly jobs: { readonly pgstacMigrate: Annotated };
    readonly settings: StacPlacement & {
      readonly loadSamples: boolean;
      readonly resources: ResourceValues;
    };
  };
  readonly apiServices: readonly ['stac'];
  readonly stac: {
    readonly enabled: true;
    readonly image: StacImage;
    readonly overrideRootPath: string;
    readonly ingress: { readonly enabled: boolean; readonly path: string };
    readonly autoscaling?: {
      readonly enabled: true;
      readonly type: 'cpu';
      readonly minReplicas: number;
      readonly maxReplicas: number;
      readonly targets: { readonly cpu: number };
    };
    readonly settings: StacPlacement & {
      /** Not `stac.resources`, which nothing reads. */
      readonly resources: ResourceValues;
      /** Environment of the API. */
      readonly envVars: Readonly<Record<string, string>>;
      /** Labels of its pods. */
      readonly labels?: Labels;
    };
  };
  readonly raster: Off;
  readonly vector: Off;
  readonly browser: Off;
  readonly docServer: Off;
  readonly ingress: {
    readonly enabled: boolean;
    readonly className?: 'nginx' | 'traefik';
    readonly host?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly tls?: { readonly enabled: boolean; readonly secretName: string };
  };
  readonly service: { readonly port: number };
  readonly serviceAccount?: { readonly create: false; readonly name: string };
}
