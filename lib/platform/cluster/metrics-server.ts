import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { imageParts } from '../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../kube/resources/quantities';
import { charts } from '../../versions';
import {
  type PlacementValues,
  type PullSecretValues,
  placementValues,
  pullSecretValues,
  type ResourceValues,
} from '../releases/pod-values';

/** The values of the chart metrics-server 3.13.1 that are set here. The chart has no schema. */
export interface MetricsServerValues extends PlacementValues, PullSecretValues {
  readonly image: { readonly repository: string; readonly tag: string };
  readonly replicas: number;
  /** Beside those of the chart. */
  readonly args?: readonly string[];
  readonly resources: ResourceValues;
}

export interface MetricsServerProps {
  /**
   * Does not check the certificates of the kubelets: those of kind are signed by themselves.
   * @default false
   */
  readonly kubeletInsecureTls?: boolean;
  /** @default 1 */
  readonly replicas?: number;
  /** The chart's own has no limits. @default - 100m and 200Mi, at most 500m and 400Mi */
  readonly resources?: Resources;
  /** @default charts.metricsServer.image */
  readonly image?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** Values of the chart metrics-server 3.13.1. */
export function metricsServerValues(scope: Construct, props: MetricsServerProps = {}): MetricsServerValues {
  const {
    kubeletInsecureTls = false,
    replicas = 1,
    resources = computeResources({ millicores: [100, 500], mebibytes: [200, 400] }),
    image = charts.metricsServer.image,
    nodePool,
  } = props;
  return {
    image: imageParts(scope, 'image', image),
    ...pullSecretValues(scope),
    replicas,
    ...(kubeletInsecureTls ? { args: ['--kubelet-insecure-tls'] } : {}),
    resources: resourceAmounts(scope, 'resources', resources),
    ...placementValues(scope, nodePool),
  };
}
