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

/** The values of the chart cloudnative-pg 0.29.0 that are set here. Its schema refuses keys that it does not know. */
export interface CloudNativePgValues extends PlacementValues, PullSecretValues {
  readonly image: { readonly repository: string; readonly tag: string };
  readonly replicaCount: number;
  readonly resources: ResourceValues;
}

export interface CloudNativePgProps {
  /** One leads, another takes over where it is lost. @default 1 */
  readonly replicas?: number;
  /** The chart sets none. @default - 100m and 200Mi, at most 500m and 400Mi */
  readonly resources?: Resources;
  /** @default charts.cloudnativePg.image */
  readonly image?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** Values of the chart cloudnative-pg 0.29.0: one operator for all namespaces. */
export function cloudNativePgValues(scope: Construct, props: CloudNativePgProps = {}): CloudNativePgValues {
  const {
    replicas = 1,
    resources = computeResources({ millicores: [100, 500], mebibytes: [200, 400] }),
    image = charts.cloudnativePg.image,
    nodePool,
  } = props;
  return {
    image: imageParts(scope, 'image', image),
    ...pullSecretValues(scope),
    replicaCount: replicas,
    resources: resourceAmounts(scope, 'resources', resources),
    ...placementValues(scope, nodePool),
  };
}
