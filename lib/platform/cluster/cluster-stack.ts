import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { StorageClass, type StorageClassProps } from '../../components/data/storage-class';
import { RuntimeClass } from '../../components/gpu/runtime-class';
import { KarpenterNodePool, type KarpenterNodePoolProps } from '../../components/nodes/karpenter-node-pool';
import { Namespace } from '../../components/tenancy/namespace';
import type { NodePool } from '../../kube/nodes/node-pools';
import { placedChart, requireKnownProps } from '../../kube/objects/known-props';
import { stackLabels } from '../../kube/objects/labels';
import { isolateOperators } from '../../workloads/network-policy';
import { needsDevicePlugin } from './nvidia-device-plugin';

export interface ClusterStackProps {
  readonly nodePools: readonly NodePool[];
  /** Classes of volumes. @default - none */
  readonly storageClasses?: readonly StorageClassProps[];
  /** Pools whose nodes Karpenter starts and stops; its CRDs must be there. @default - none */
  readonly karpenterNodePools?: readonly KarpenterNodePoolProps[];
  /**
   * Namespaces of releases that have no stack here, each with the ports of its webhooks, which alone are reached from
   * other namespaces; their pods meet `restricted`.
   * @default - none
   */
  readonly namespaces?: Readonly<Record<string, readonly number[]>>;
  /** Write the CustomResourceDefinitions of the stacks. @default - none */
  readonly kinds?: readonly ((cluster: Chart) => void)[];
}

/** Namespace of the NVIDIA device plugin, which mounts directories of its nodes. */
export const NVIDIA_NAMESPACE = 'nvidia';

/**
 * What stacks share and no namespace holds. Its name sorts first, so `kubectl apply -f dist` creates it first, and it
 * can be applied before the operators of `deploy/` are there.
 */
export class ClusterStack extends Chart {
  /** Whether there is anything to write: an empty chart would be an empty file. */
  static needed(props: ClusterStackProps): boolean {
    return Object.values(contents(props)).some(({ length }) => length > 0);
  }

  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    const words =
      'nodePools:NodePool[] storageClasses?:object[] karpenterNodePools?:object[] namespaces?:object kinds?:function[]';
    requireKnownProps(id, props, words);
    const { classes, devicePlugin, karpenterNodePools, storageClasses, namespaces, kinds } = contents(props);
    super(...placedChart(scope, id), { labels: stackLabels(id) });
    if (devicePlugin.length > 0) {
      new Namespace(this, 'nvidia', { name: NVIDIA_NAMESPACE, podSecurity: 'privileged' });
      isolateOperators(this, NVIDIA_NAMESPACE, []);
    }
    for (const [name, webhookPorts] of namespaces) {
      new Namespace(this, `namespace-${name}`, { name });
      isolateOperators(this, name, webhookPorts);
    }
    for (const name of classes) new RuntimeClass(this, `runtime-class-${name}`, { name });
    for (const storageClass of storageClasses) {
      new StorageClass(this, `storage-class-${storageClass.name}`, storageClass);
    }
    for (const pool of karpenterNodePools) new KarpenterNodePool(this, `node-pool-${pool.nodePool.name}`, pool);
    for (const define of kinds) define(this);
  }
}

/** What is written, with the defaults of what was not given. */
function contents({ nodePools, ...props }: ClusterStackProps) {
  const { karpenterNodePools = [], storageClasses = [], kinds = [] } = props;
  const namespaces = Object.entries(props.namespaces ?? {});
  const classes = [...new Set(nodePools.flatMap(({ gpus }) => gpus?.runtimeClassName ?? []))].sort();
  const devicePlugin = nodePools.filter(needsDevicePlugin);
  return { classes, devicePlugin, karpenterNodePools, storageClasses, namespaces, kinds };
}
