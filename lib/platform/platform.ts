import { ApiObject, type App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { existingSecrets, localCredentials } from '../components/secrets/sources';
import { documentErrors } from '../kube/credentials/check';
import type { HostNodePort } from '../kube/network/exposure';
import { hasPool, type NodePool, usedNodePools } from '../kube/nodes/node-pools';
import { requireProp } from '../kube/objects/errors';
import { requireKnownProps } from '../kube/objects/known-props';
import { validateObjects } from '../kube/objects/synth-run';
import { ClusterStack, NVIDIA_NAMESPACE } from './cluster/cluster-stack';
import { addOnReleases, operatorNamespaces, operatorReleases } from './cluster/operators';
import { type Files, writeFiles } from './files';
import { type KindConfigProps, kindConfig, kindContext, requireMappings } from './kind/config';
import { applySettings, type PlatformConfig, requireConfig } from './platform-config';
import { helmfileDocuments } from './releases/helmfile';
import { isInstalled, type Release, requireReleases } from './releases/release';
import { type ForwardedPort, requireForwardedPorts } from './reports/ports';
import { secretsFiles } from './reports/secrets-markdown';
import { requireDay, type StackDay } from './stack-day';
import type { StackContext, StackDefinition, StackOutputs } from './stack-definition';
import { selectedStacks } from './stack-selection';
import { summary } from './summary';
import { toYaml } from './yaml';

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
  /** The stack of each file of `deploy/` that one stack writes, by path. */
  readonly documentStacks: Readonly<Record<string, string>>;
  /** What each stack adds to the commands of the day, by its name; files are paths below `deploy/`. */
  readonly days: Readonly<Record<string, StackDay>>;
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
    requireKnownProps('platform', { app, selection }, 'app:Construct selection?');
    requireConfig(app, config);
    const { name, local = false, nodePools, operators = {}, kind, stacks } = config;
    const selected = selectedStacks(stacks, selection);
    applySettings(app, config, Object.keys(selected).length === Object.keys(stacks).length);
    if (!local) validateObjects(app, () => this.credentialErrors(app.node.findAll()));
    this.kubeContext = config.kubeContext ?? (kind && kindContext(kind.name));
    const { credentials = local ? localCredentials() : existingSecrets() } = config;
    const context: StackContext = { environment: name, local, credentials, nodePools, kubeContext: this.kubeContext };
    const ofOperators = operatorReleases(app, operators);
    const outputs = Object.entries(selected).map(([id, stack]) => [id, outputsOf(app, id, stack, context)] as const);
    // Nodes and ports cannot be added to a cluster that exists, so that it has those of all stacks, unless some are named.
    const named = selection !== undefined && selection !== '' && selection !== 'all';
    const whole = !named || kind === undefined || kind.complete === true;
    const used = usedNodePools(app);
    const pools = whole ? nodePools : nodePools.filter((pool) => isNeeded(pool, kind.controlPlane, used));
    this.buildCluster(Object.values(selected), pools);
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
    const documents = documentsOf(outputs);
    this.documents = Object.fromEntries(documents.map(({ path, document }) => [path, document]));
    this.documentStacks = Object.fromEntries(documents.map(({ path, stack }) => [path, stack]));
    this.days = Object.fromEntries(
      outputs.map(([id, { day = {} }]) => {
        const written = documents.filter(({ stack }) => stack === id);
        return [id, requireDay(id, day, new Map(written.map(({ own, path }) => [own, path])), this.ports)];
      }),
    );
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

  private credentialErrors(allowing: readonly IConstruct[]): string[] {
    const documents = Object.entries(this.deployDocuments);
    return documents.flatMap(([path, document]) => documentErrors(`deploy/${path}`, document, allowing));
  }

  /** After the stacks: what pools need is needed where something runs on them. */
  private buildCluster(stacks: readonly StackDefinition[], nodePools: readonly NodePool[]): void {
    const { karpenterNodePools, storageClasses, operators = {} } = this.config;
    const kinds = stacks.flatMap((stack) => (stack.defineKinds ? [stack.defineKinds.bind(stack)] : []));
    const namespaces = operatorNamespaces(this.app, operators);
    const props = { nodePools, karpenterNodePools, storageClasses, namespaces, kinds };
    if (ClusterStack.needed(props)) new ClusterStack(this.app, 'cluster', props);
  }
}

function outputsOf(app: App, id: string, stack: StackDefinition, context: StackContext): StackOutputs {
  const outputs = stack.build(app, id, context) ?? {};
  requireKnownProps(id, outputs, 'releases?:object[] ports?:object[] documents?:object day?:object', 'build()');
  return outputs;
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
function documentsOf(outputs: readonly (readonly [string, StackOutputs])[]) {
  const all: { readonly path: string; readonly own: string; readonly stack: string; readonly document: unknown }[] = [];
  for (const [id, { documents = {} }] of outputs) {
    for (const [path, document] of Object.entries(documents)) {
      const taken = all.map((other) => other.path);
      const free = taken.includes(path) ? `${id}/${path}` : path;
      const folder = taken.some((other) => other.startsWith(`${free}/`) || free.startsWith(`${other}/`));
      const own = !RESERVED.test(free) && !taken.includes(free) && !folder;
      requireProp(own, id, 'documents', 'have paths of their own', path);
      const below = path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part));
      requireProp(below, id, 'documents', 'have paths below deploy/ (`folder/name.yaml`)', path);
      all.push({ path: free, own: path, stack: id, document });
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
