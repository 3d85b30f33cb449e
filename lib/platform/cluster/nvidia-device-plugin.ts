import { Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import { GPU_RESOURCE, type GpuSharing } from '../../kube/nodes/gpu-sharing';
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

/** Label of a node that names its entry in the configuration of the plugin, where nodes share GPUs in several ways. */
const CONFIG_LABEL = 'nvidia.com/device-plugin.config';

/** Whether the platform runs the device plugin on the nodes of a pool. */
export function needsDevicePlugin({ gpus }: NodePool): boolean {
  const { sharing, runtimeClassName, devicePlugin } = gpus ?? {};
  return (devicePlugin ?? ((sharing ?? runtimeClassName) ? 'platform' : 'cluster')) === 'platform';
}

/**
 * Values of the chart nvidia-device-plugin 0.20.0: on the nodes of the given pools and no others, with GPUs shared as the
 * pools say. For MIG it only names the slices; what cuts a GPU is nvidia-mig-parted, on the node.
 * @throws InvalidPropError where pools share GPUs in several ways, and their labels do not tell the plugin which
 */
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
    ...sharingValues(scope, nodePools),
    deviceDiscoveryStrategy: deviceDiscovery,
    // In place of the chart's own, which ask for labels of node-feature-discovery and know no taints of ours.
    affinity: nodeAffinity(nodePools),
    ...tolerationValues(nodePools),
    resources: resourceAmounts(scope, 'resources', resources),
  };
}

/** The chart's `config`, where any pool shares its GPUs. */
function sharingValues(scope: Construct, nodePools: readonly NodePool[]) {
  if (nodePools.every(({ gpus }) => gpus?.sharing === undefined)) return {};
  const map: Record<string, string> = {};
  for (const { name, labels, gpus } of nodePools) {
    const entry = labels[CONFIG_LABEL] ?? 'default';
    const config = Yaml.stringify(pluginConfig(gpus?.sharing));
    const differs = map[entry] !== undefined && map[entry] !== config;
    const allowed = `give nodes that share GPUs in another way a label '${CONFIG_LABEL}' of their own`;
    requireProp(!differs, scope, 'nodePools', allowed, name);
    map[entry] = config;
  }
  // Nodes without the label take the only entry, or this one.
  return { config: { map, ...(map.default === undefined ? {} : { default: 'default' }) } };
}

/** A configuration file of the device plugin. */
function pluginConfig(sharing: GpuSharing | undefined) {
  if (sharing === undefined) return { version: 'v1' };
  if ('mig' in sharing) return { version: 'v1', flags: { migStrategy: sharing.mig.strategy ?? 'mixed' } };
  const { replicas, renamed = false } = sharing.timeSlicing;
  const resources = [{ name: GPU_RESOURCE, replicas }];
  return {
    version: 'v1',
    sharing: { timeSlicing: { renameByDefault: renamed, failRequestsGreaterThanOne: true, resources } },
  };
}
