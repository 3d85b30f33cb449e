import { ApiObject, type App } from 'cdk8s';
import { existingSecrets, localCredentials } from '../components/secrets/sources';
import type { HostNodePort } from '../kube/network/exposure';
import { hasPool, type NodePool, setNodePools, usedNodePools } from '../kube/nodes/node-pools';
import { requireProp } from '../kube/objects/errors';
import { requireKnownProps } from '../kube/objects/known-props';
import { type ImageSettings, setImageSettings } from '../kube/pods/images';
import { allowLocalCredentials, type CredentialSource } from '../kube/secrets/secrets';
import type { MetricsServerProps } from './cluster/add-on-values';
import { ClusterStack, type ClusterStackProps, NVIDIA_NAMESPACE } from './cluster/cluster-stack';
import { addOnReleases, type Operators, operatorNamespaces, operatorReleases } from './cluster/operators';
import { forbidCredentials } from './credentials/forbid';
import { type Files, writeFiles } from './files';
import { type KindConfigProps, kindConfig, kindContext, requireKindPools, requireMappings } from './kind/config';
import { helmfileDocuments } from './releases/helmfile';
import { isInstalled, type Release, type ReleaseOptions, requireReleases } from './releases/release';
import { type ForwardedPort, requireForwardedPorts } from './reports/ports';
import { secretsFiles } from './reports/secrets-markdown';
import type { StackContext, StackDefinition, StackOutputs } from './stack-definition';
import { selectedStacks } from './stack-selection';
import { summary } from './summary';
import { toYaml } from './yaml';

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
  /** Where the Secrets of all stacks come from. @default - `localCredentials()` where it is local, else `existingSecrets()` */
  readonly credentials?: CredentialSource;
  /** Where images are pulled from. @default - each from its own registry, without Secrets */
  readonly images?: ImageSettings;
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

/**
 * The stacks of an environment, and what the tools beside kubectl read of them.
 *
 * @throws InvalidPropError for a stack that the environment does not have, and for two that claim one port or document
 */
export class Platform {
  /** Context of kubeconfig that leads to the cluster, where it is known. */
  readonly kubeContext?: string;
  /** Every helm release: those that are installed, and those that are taken out of the cluster. */
  readonly releases: readonly Release[];
  /** Services that are forwarded to ports of the user's machine. */
  readonly ports: readonly ForwardedPort[];
  /** Node ports that kind maps to ports of the machine. */
  readonly nodePorts: readonly HostNodePort[];
  private readonly kind?: KindConfigProps;
  private readonly documents: Readonly<Record<string, unknown>>;
  /** Whether releases are installed before the objects that they run. */
  private readonly operators: boolean;

  /** @param selection - names of stacks, separated by commas, or `all`; by default those that are on by default */
  constructor(
    private readonly app: App,
    readonly config: PlatformConfig,
    selection?: string,
  ) {
    const words =
      'name local?:boolean kubeContext? credentials?:CredentialSource images?:object nodePools:NodePool[] kind?:object operators?:object karpenterNodePools?:object[] storageClasses?:object[] metricsServer?:object stacks:object';
    requireKnownProps(app, config, words);
    const { name, local = false, images, nodePools, operators = {}, kind, stacks } = config;
    requireKnownProps(app, kind, 'controlPlane:NodePool workers?:NodePool[] name complete?:boolean', 'kind');
    const metricsServerWords = 'values?:object kubeletInsecureTls?:boolean replicas?:number resources?:object image?';
    requireKnownProps(app, config.metricsServer, metricsServerWords, 'metricsServer');
    this.kubeContext = config.kubeContext ?? (kind && kindContext(kind.name));
    if (local) allowLocalCredentials(app);
    else forbidCredentials(app, () => this.deployDocuments);
    if (images !== undefined) setImageSettings(app, images);
    setNodePools(app, nodePools);
    if (kind !== undefined) requireKindPools(kind, nodePools);

    const selected = selectedStacks(stacks, selection);
    this.buildCluster(Object.values(selected));
    const { credentials = local ? localCredentials() : existingSecrets() } = config;
    const context: StackContext = { environment: name, local, credentials, nodePools, kubeContext: this.kubeContext };
    const ofOperators = operatorReleases(app, operators);
    const outputs = Object.entries(selected).map(([id, stack]) => [id, stack.build(app, id, context) ?? {}] as const);

    // Nodes and ports cannot be added to a cluster that exists, so that it has those of all stacks, unless some are named.
    const named = selection !== undefined && selection !== '' && selection !== 'all';
    const whole = !named || kind === undefined || kind.complete === true;
    const used = usedNodePools(app);
    const pools = whole ? nodePools : nodePools.filter((pool) => isNeeded(pool, kind.controlPlane, used));
    const portsOf = Object.entries(whole ? stacks : selected).map(
      ([id, { nodePorts = [] }]) => [id, nodePorts] as const,
    );
    this.nodePorts = portsOf.flatMap(([, nodePorts]) => nodePorts);
    // Without kind, nothing leads from the machine to them.
    if (kind !== undefined) requireMappings(app, portsOf);
    this.ports = outputs.flatMap(([, { ports = [] }]) => ports);
    requireForwardedPorts(this.ports, kind === undefined ? [] : this.nodePorts);
    this.kind = kind && {
      ...kind,
      workers: kind.workers?.filter((pool) => hasPool(pools, pool)),
      portMappings: this.nodePorts,
    };
    const metricsServer = whole || autoscales(app, Object.values(selected)) ? config.metricsServer : undefined;
    const ofStacks = outputs.flatMap(([, { releases = [] }]) => releases);
    this.operators = [...ofOperators, ...ofStacks].some(
      (release) => release.stage === 'operators' && isInstalled(release),
    );
    this.releases = [
      ...ofOperators,
      ...ofStacks,
      ...addOnReleases(app, { metricsServer, nodePools: pools, devicePluginNamespace: NVIDIA_NAMESPACE }),
    ];
    requireReleases(this.releases);
    this.documents = documentsOf(outputs);
  }

  /** The files of `deploy/`, by path. */
  get deployFiles(): Files {
    const text = (path: string, found: unknown) => (typeof found === 'string' ? found : toYaml(found, path));
    return Object.fromEntries(Object.entries(this.deployDocuments).map(([path, found]) => [path, text(path, found)]));
  }

  /** What the files of `deploy/` say, by path: what becomes YAML, and texts. */
  get deployDocuments(): Readonly<Record<string, unknown>> {
    const { releases, config, kind, kubeContext, documents } = this;
    return {
      ...helmfileDocuments(releases, kubeContext),
      ...(kind && { 'kind.yaml': kindConfig(kind) }),
      ...documents,
      ...secretsFiles(this.app, {
        environment: config.name,
        releases: releases.filter(isInstalled),
        context: kubeContext,
      }),
    };
  }

  /** Makes a folder hold the files of `deploy/` and nothing else. */
  writeDeploy(folder: string): void {
    writeFiles(folder, this.deployFiles);
  }

  /**
   * What was written, and how to apply it.
   * @param folder - of `dist/` and `deploy/`, with a slash at its end. @default - the current one
   */
  summary(folder?: string): string {
    return summary(this.app, {
      environment: this.config.name,
      deployFiles: Object.keys(this.deployDocuments),
      operators: this.operators,
      releases: this.releases.length > 0,
      context: this.kubeContext,
      folder,
    });
  }

  private buildCluster(stacks: readonly StackDefinition[]): void {
    const { nodePools, karpenterNodePools, storageClasses, operators = {} } = this.config;
    const kinds = stacks.flatMap((stack) => (stack.defineKinds ? [stack.defineKinds.bind(stack)] : []));
    const namespaces = operatorNamespaces(operators);
    const props = { nodePools, karpenterNodePools, storageClasses, namespaces, kinds };
    if (ClusterStack.needed(props)) new ClusterStack(this.app, 'cluster', props);
  }
}

/** Whether pods run on a pool; those that name none run on any without taints. */
function isNeeded(pool: NodePool, controlPlane: NodePool, used: ReadonlySet<NodePool>): boolean {
  const takesAny = controlPlane.taints.length > 0 && pool.taints.length === 0;
  return hasPool([controlPlane, ...used], pool) || takesAny;
}

/** Whether something scales by what metrics-server measures. */
function autoscales(app: App, stacks: readonly StackDefinition[]): boolean {
  const isAutoscaler = (object: unknown) => ApiObject.isApiObject(object) && object.kind === 'HorizontalPodAutoscaler';
  return stacks.some(({ createsAutoscalers }) => createsAutoscalers === true) || app.node.findAll().some(isAutoscaler);
}

/** Files of `deploy/` that are written for all stacks together. */
const RESERVED = /^(helmfile\.yaml|kind\.yaml|secrets\.(md|json)|values\/.*)$/;

/** The documents of all stacks; one whose path another stack has already is in a folder of its own stack. */
function documentsOf(outputs: readonly (readonly [string, StackOutputs])[]): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const [id, { documents = {} }] of outputs) {
    for (const [path, document] of Object.entries(documents)) {
      const free = Object.hasOwn(all, path) ? `${id}/${path}` : path;
      const folder = Object.keys(all).some((other) => other.startsWith(`${free}/`) || free.startsWith(`${other}/`));
      const own = !RESERVED.test(free) && !Object.hasOwn(all, free) && !folder;
      requireProp(own, id, 'documents', 'have paths of their own', path);
      const below = path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part));
      requireProp(below, id, 'documents', 'have paths below deploy/ (`folder/name.yaml`)', path);
      all[free] = document;
    }
  }
  return all;
}

/**
 * Builds the stacks of an environment.
 *
 * @param selection - names of stacks, separated by commas, or `all`; by default those that are on by default
 * @throws InvalidPropError for a stack that the environment does not have
 */
export function buildPlatform(app: App, config: PlatformConfig, selection?: string): Platform {
  return new Platform(app, config, selection);
}
