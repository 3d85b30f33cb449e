import type { Labels } from '../../kube/objects/labels';

/** The pods of a helm chart beside the stack, as the chart labels them. */
export interface FairChartPods {
  readonly chart: 'stac' | 'mlflow' | 'zenml';
  readonly selector: Labels;
  /** Other pods that migrate its database. @default - pods of `selector` do */
  readonly migration?: { readonly name: string; readonly selector: Labels };
  /** Its Service, and the port of the pods that the Service leads to. */
  readonly service: { readonly name: string; readonly port: number; readonly podPort: number };
  /** Whether its values can name the Secret that opens the bucket of its artifacts. @default false */
  readonly readsBucketKeys?: boolean;
  /** Whether its pods talk to the API server. @default false */
  readonly callsApiServer?: boolean;
  /** Its Ingress, if it has one. @default - it is reached inside of the cluster only */
  readonly ingress?: { readonly annotations?: Readonly<Record<string, string>> };
}
