import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { GPU_RESOURCE, offeredGpus } from '../../kube/nodes/gpu-sharing';
import { type NodePool, requireDeclaredPool, type Taint } from '../../kube/nodes/node-pools';
import { customResource } from '../../kube/objects/custom-resource';
import { requireProp } from '../../kube/objects/errors';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { requireDnsSubdomain } from '../../kube/objects/names';
import { requireWhole, wholeSeconds } from '../../kube/objects/numbers';
import { clusterScoped } from '../../kube/objects/serialization';

/** How an instance is paid for: `spot` may be taken away at two minutes' notice. */
export type CapacityType = 'spot' | 'on-demand';

export interface KarpenterNodePoolProps {
  /** The pool that the nodes make up: its name, labels, taints, GPUs and its greatest number of nodes. */
  readonly nodePool: NodePool;
  /** Name of the EC2NodeClass: image, disk and network of the nodes. */
  readonly nodeClass: string;
  /** Families of EC2 instances: `m7i`. All of them for amd64. */
  readonly instanceFamilies: readonly [string, ...string[]];
  /** Numbers of virtual CPUs that an instance may have. */
  readonly instanceCpus: readonly [number, ...number[]];
  readonly capacityTypes: readonly [CapacityType, ...CapacityType[]];
  /**
   * How long a node stays when nothing runs on it but DaemonSets. One that something runs on is not removed to save
   * money: pods of pipelines cannot move without starting again.
   */
  readonly emptyFor: Duration;
  /**
   * Age at which a node is drained, whatever runs on it; Karpenter's own default is 30 days. Pods with the annotation
   * `karpenter.sh/do-not-disrupt` are waited for.
   * @default - never: a node gets a new image when it has been empty
   */
  readonly expireAfter?: Duration;
  /**
   * Whether nodes whose image or configuration is outdated are drained, one at a time, within disruption budgets.
   * @default false
   */
  readonly drainOutdated?: boolean;
}

/** `NodePool` of Karpenter 1.x: the fields that are set here. */
interface KarpenterNodePoolSpec {
  readonly template: {
    readonly metadata: { readonly labels: Labels };
    readonly spec: {
      readonly expireAfter: string;
      readonly nodeClassRef: { readonly group: string; readonly kind: string; readonly name: string };
      readonly taints?: readonly Taint[];
      readonly requirements: readonly {
        readonly key: string;
        readonly operator: 'In';
        readonly values: readonly string[];
      }[];
    };
  };
  /** What all nodes of the pool may have together. */
  readonly limits: Readonly<Record<string, string>>;
  readonly disruption: {
    readonly consolidationPolicy: 'WhenEmpty';
    readonly consolidateAfter: string;
    readonly budgets: readonly { readonly nodes: string; readonly reasons: readonly ['Empty' | 'Drifted'] }[];
  };
}

/** Nodes of EC2 that Karpenter, which must be there, starts when a pod needs one. */
export class KarpenterNodePool extends Construct {
  constructor(scope: Construct, id: string, props: KarpenterNodePoolProps) {
    super(...placed(scope, id));
    const words =
      'nodePool:NodePool nodeClass instanceFamilies:string[] instanceCpus:number[] capacityTypes:string[] emptyFor:Duration expireAfter?:Duration drainOutdated?:boolean';
    requireKnownProps(this, props, words);
    const { nodePool, nodeClass, instanceFamilies, instanceCpus, capacityTypes, emptyFor, expireAfter } = props;
    const { drainOutdated = false } = props;
    requireDeclaredPool(this, 'nodePool', nodePool);
    for (const [prop, list] of Object.entries({ instanceFamilies, instanceCpus, capacityTypes })) {
      requireProp(list.length > 0 && !list.includes('' as never), this, prop, 'name what is allowed', list);
    }
    requireDnsSubdomain(this, 'nodeClass', nodeClass);
    for (const cpus of instanceCpus) requireWhole(this, 'instanceCpus', cpus, 1, 'be whole numbers from 1');
    const { labels, taints, nodes, gpus } = nodePool;
    const gpuResources = gpus === undefined ? {} : offeredGpus(gpus.count, gpus.sharing);
    for (const resource of Object.keys(gpuResources)) {
      const allowed = `offer '${GPU_RESOURCE}', the only resource of GPUs that Karpenter starts nodes for`;
      requireProp(resource === GPU_RESOURCE, this, 'nodePool', allowed, resource);
    }
    const seconds = (prop: string, time: Duration) => `${wholeSeconds(this, prop, time)}s`;
    for (const name of Object.keys(labels)) {
      const allowed = 'be labels of other domains than kubernetes.io, k8s.io and karpenter.sh, which Karpenter keeps';
      requireProp(!isReserved(name), this, 'nodePool.labels', allowed, name);
    }
    const among = (key: string, values: readonly string[]) => ({ key, operator: 'In', values }) as const;
    clusterScoped(
      customResource<KarpenterNodePoolSpec>(this, 'Default', {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodePool',
        name: nodePool.name,
        spec: {
          template: {
            metadata: { labels: { ...labels } },
            spec: {
              expireAfter: expireAfter === undefined ? 'Never' : seconds('expireAfter', expireAfter),
              nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass },
              taints: taints.length === 0 ? undefined : taints.map((taint) => ({ ...taint })),
              requirements: [
                among('kubernetes.io/arch', ['amd64']),
                among('karpenter.k8s.aws/instance-family', [...instanceFamilies]),
                among('karpenter.k8s.aws/instance-cpu', instanceCpus.map(String)),
                among('karpenter.sh/capacity-type', [...capacityTypes]),
              ],
            },
          },
          limits: {
            cpu: String(nodes.max * Math.max(...instanceCpus)),
            ...Object.fromEntries(Object.entries(gpuResources).map(([key, count]) => [key, String(nodes.max * count)])),
          },
          disruption: {
            consolidationPolicy: 'WhenEmpty',
            consolidateAfter: seconds('emptyFor', emptyFor),
            budgets: [
              { nodes: '100%', reasons: ['Empty'] },
              { nodes: drainOutdated ? '1' : '0', reasons: ['Drifted'] },
            ],
          },
        },
      }),
    );
  }
}

const WELL_KNOWN =
  /^(topology\.kubernetes\.io\/(zone|region)|kubernetes\.io\/(arch|os)|karpenter\.sh\/(capacity-type|nodepool))$/;

/** Whether a NodePool may not set a label, as its CRD says. */
function isReserved(label: string): boolean {
  const [domain = ''] = label.split('/');
  const isOpen = /(node|node-restriction)\.kubernetes\.io$|kops\.k8s\.io$/.test(domain) || WELL_KNOWN.test(label);
  return !isOpen && /(kubernetes\.io|k8s\.io|karpenter\.sh)$/.test(domain);
}
