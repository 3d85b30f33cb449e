import type { App } from 'cdk8s';
import { type ClusterSettings, setClusterSettings } from '../kube/network/cluster-settings';
import { type NodePool, setNodePools } from '../kube/nodes/node-pools';
import { requireUniqueNames } from '../kube/objects/inventory';
import { requireKnownProps } from '../kube/objects/known-props';
import { setKubernetesVersion } from '../kube/objects/kubernetes-version';
import { applyServerSide } from '../kube/objects/size-limits';
import { type ImageSettings, setImageSettings } from '../kube/pods/images';
import { allowLocalCredentials, type CredentialSource } from '../kube/secrets/secrets';
import type { MetricsServerProps } from './cluster/add-on-values';
import type { ClusterStackProps } from './cluster/cluster-stack';
import type { Operators } from './cluster/operators';
import { type KindConfigProps, requireKindPools } from './kind/config';
import type { ReleaseOptions } from './releases/release';
import type { StackDefinition } from './stack-definition';

/** One environment: everything about the platform that is decided and not derived. */
export interface PlatformConfig {
  readonly name: string;
  /** Whether it runs on a developer's own machine, where Secrets with documented values may be written. @default false */
  readonly local?: boolean;
  /**
   * Context of kubeconfig that leads to the cluster, which helmfile, its hooks and all printed commands name.
   * @default - that of the kind cluster, where there is one; else the current context of the user
   */
  readonly kubeContext?: string;
  /** Version of Kubernetes, `1.30`, of the oldest cluster that it is applied to, which decides what is written. @default '1.28' */
  readonly kubernetesVersion?: string;
  /**
   * Objects are applied with `kubectl apply --server-side`, so that one may be larger than 256 KiB; `--prune` does not find
   * them.
   * @default false
   */
  readonly serverSideApply?: boolean;
  /** Where the Secrets of all stacks come from. @default - `localCredentials()` where it is local, else `existingSecrets()` */
  readonly credentials?: CredentialSource;
  /** Where images are pulled from, and by which digests. @default - each from its own registry, by its tag, without Secrets */
  readonly images?: ImageSettings;
  /** Where the cluster has its DNS, its Ingress controller, its Prometheus, …, for network policies. @default - the usual places */
  readonly cluster?: ClusterSettings;
  /** Every kind of node there is. */
  readonly nodePools: readonly NodePool[];
  /** The kind cluster to write a configuration for. @default - none */
  readonly kind?: PlatformKind;
  /** Operators that are installed, before everything that they run. @default - the cluster has those that are needed */
  readonly operators?: Operators;
  /** Pools whose nodes Karpenter starts and stops. @default - nodes are there, or come from elsewhere */
  readonly karpenterNodePools?: ClusterStackProps['karpenterNodePools'];
  /** Classes of volumes. @default - the cluster has those that are needed */
  readonly storageClasses?: ClusterStackProps['storageClasses'];
  /** Installs metrics-server, which autoscaling needs. @default - the cluster has one */
  readonly metricsServer?: Omit<MetricsServerProps, 'nodePool'> & ReleaseOptions;
  /** The stacks, by the names of their charts. */
  readonly stacks: Readonly<Record<string, StackDefinition>>;
}

/** The kind cluster of an environment. */
export interface PlatformKind extends Omit<KindConfigProps, 'portMappings'> {
  /**
   * Where stacks are selected by name, keeps the nodes, ports and add-ons that none of them needs: none can be added to
   * a cluster that exists.
   * @default false
   */
  readonly complete?: boolean;
}

/** Checks the names of what an environment holds. */
export function requireConfig(app: App, config: PlatformConfig): void {
  requireKnownProps(
    app,
    config,
    'name local?:boolean kubeContext? kubernetesVersion? serverSideApply?:boolean credentials?:CredentialSource images?:object cluster?:object nodePools:NodePool[] kind?:object operators?:object karpenterNodePools?:object[] storageClasses?:object[] metricsServer?:object stacks:object',
  );
  const { kind, metricsServer } = config;
  requireKnownProps(app, kind, 'controlPlane:NodePool workers?:NodePool[] name complete?:boolean', 'kind');
  const words = 'values?:object kubeletInsecureTls?:boolean replicas?:number resources?:object image?';
  requireKnownProps(app, metricsServer, words, 'metricsServer');
}

/**
 * Sets what all charts of an app share.
 * @param complete - whether every stack of the environment is built
 */
export function applySettings(app: App, config: PlatformConfig, complete: boolean): void {
  const { local, images, cluster, kubernetesVersion, serverSideApply, nodePools, kind } = config;
  if (local) allowLocalCredentials(app);
  requireUniqueNames(app);
  if (images !== undefined) setImageSettings(app, images, complete);
  if (cluster !== undefined) setClusterSettings(app, cluster);
  if (kubernetesVersion !== undefined) setKubernetesVersion(app, kubernetesVersion);
  if (serverSideApply) applyServerSide(app);
  setNodePools(app, nodePools);
  if (kind !== undefined) requireKindPools(kind, nodePools);
}
