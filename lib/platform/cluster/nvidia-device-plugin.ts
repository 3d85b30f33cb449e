import type { Construct } from 'constructs';
import { type NodePool, requireDeclaredPool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { imageParts } from '../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../kube/resources/quantities';
import { charts } from '../../versions';
import { nodeAffinity } from '../releases/node-affinity';
import { pullSecretValues, tolerationValues } from '../releases/pod-values';

/** How the plug-in finds GPUs. */
export type DeviceDiscovery = 'auto' | 'nvml' | 'tegra';

export interface NvidiaDevicePluginProps {
  /** Every pool with GPUs. They share one RuntimeClass, or none has one. */
  readonly nodePools: readonly [NodePool, ...NodePool[]];
  /** How the plug-in finds GPUs; `auto` fails in kind. @default 'nvml' */
  readonly deviceDiscovery?: DeviceDiscovery;
  /** @default - 50m and 64Mi, at most 100m and 128Mi */
  readonly resources?: Resources;
  /** @default charts.nvidiaDevicePlugin.image */
  readonly image?: string;
}

/** Values of the chart nvidia-device-plugin 0.20.0: on the nodes of the given pools and no others. */
export function nvidiaDevicePluginValues(scope: Construct, props: NvidiaDevicePluginProps) {
  const {
    nodePools,
    deviceDiscovery = 'nvml',
    resources = computeResources({ millicores: [50, 100], mebibytes: [64, 128] }),
    image = charts.nvidiaDevicePlugin.image,
  } = props;
  for (const pool of nodePools) {
    requireDeclaredPool(scope, 'nodePools', pool);
    requireProp(pool.gpus !== undefined, scope, 'nodePools', 'have GPUs', pool.name);
  }
  const runtimeClasses = [...new Set(nodePools.map(({ gpus }) => gpus?.runtimeClassName))];
  requireProp(
    runtimeClasses.length === 1,
    scope,
    'nodePools',
    'share one RuntimeClass, or have none',
    runtimeClasses.map((name) => name ?? '(none)').join(', '),
  );
  const [runtimeClassName] = runtimeClasses;
  return {
    image: imageParts(scope, 'image', image),
    ...pullSecretValues(scope),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
    deviceDiscoveryStrategy: deviceDiscovery,
    // In place of the chart's own, which ask for labels of node-feature-discovery and know no taints of ours.
    affinity: nodeAffinity(nodePools),
    ...tolerationValues(nodePools),
    resources: resourceAmounts(scope, 'resources', resources),
  };
}
