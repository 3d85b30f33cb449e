import type { App } from 'cdk8s';
import { LOCAL_ACCESS_KEY } from '../components/data/store-secrets';
import type { HostNodePort } from '../kube/network/exposure';
import { type NodePool, setNodePools } from '../kube/nodes/node-pools';
import { oneOf, requireProp } from '../kube/objects/errors';
import { type ImageSettings, setImageSettings } from '../kube/pods/images';
import { allowLocalCredentials } from '../kube/secrets/secrets';
import {
  type FairCharts,
  type FairPipelines,
  fairKubernetesStack,
  fairLocalStack,
  fairPorts,
  fairReleases,
  fairRoutes,
  type PipelinePlace,
} from '../stacks/fair/fair';
import { fairChartPods } from '../stacks/fair/fair-network';
import { DEFAULT_LABEL_DOMAIN } from '../stacks/fair/label-domain';
import { PipelineStack } from '../stacks/fair/pipelines';
import { FairStack, type FairStackProps } from '../stacks/fair/stack';
import { fltsNodePorts } from '../stacks/flts/exposure';
import { FltsStack, type FltsStackProps } from '../stacks/flts/stack';
import { InferenceStack, type InferenceStackProps, inferenceNodePorts } from '../stacks/inference/stack';
import {
  ModelPlatformStack,
  type ModelPlatformStackProps,
  modelPlatformNodePorts,
} from '../stacks/model-platform/stack';
import { ClusterStack, type ClusterStackProps, NVIDIA_NAMESPACE } from './cluster/cluster-stack';
import { addOnReleases, type Operators, operatorNamespaces, operatorReleases } from './cluster/operators';
import { forbidCredentials } from './credentials/forbid';
import { type Files, writeFiles } from './files';
import { type KindConfigProps, kindConfig, kindContext, requireKindPools } from './kind/config';
import { type ForwardedPort, requireForwardedPorts } from './ports';
import { type Release, releasesFile } from './releases/release';
import { secretsFiles } from './secrets/secrets-files';
import { selectedStacks } from './stack-selection';
import { summary } from './summary';
import { toYaml } from './yaml';

/** The stack `fair`, and what runs beside it. */
export interface FairConfig extends Omit<FairStackProps, 'routes' | 'chartPods' | 'pipelineAccount'> {
  /** The helm charts beside the stack. @default - none */
  readonly charts?: FairCharts;
  /** Where pipelines run. @default - no ZenML stacks are written */
  readonly pipelines?: FairPipelineConfig;
}

/** Where the pipelines of fAIr run. */
export interface FairPipelineConfig extends Omit<FairPipelines, 'context' | 'labelDomain' | 'place' | 'version'> {
  /** Namespace of their own, with accounts and a Secret of its own. @default - that of the stack */
  readonly namespace?: string;
  /** Context of kubeconfig, on the machine that starts pipelines. @default - that of the kind cluster */
  readonly context?: string;
}

/** The configuration of each stack, by its name. */
export interface StackConfigs {
  readonly fair?: FairConfig;
  readonly inference?: InferenceStackProps;
  readonly 'model-platform'?: ModelPlatformStackProps;
  readonly flts?: FltsStackProps;
}

/** One environment: everything about the platform that is decided and not derived. */
export interface PlatformConfig {
  readonly name: string;
  /** Whether it runs on somebody's own machine, where Secrets with documented values may be written. @default false */
  readonly local?: boolean;
  /** Domain of the labels that pipeline steps select nodes by. @default DEFAULT_LABEL_DOMAIN */
  readonly labelDomain?: string;
  /** Where images are pulled from. @default - each from its own registry, without Secrets */
  readonly images?: ImageSettings;
  /** Every kind of node there is. */
  readonly nodePools: readonly NodePool[];
  /** The kind cluster to write a configuration for. @default - none */
  readonly kind?: Omit<KindConfigProps, 'portMappings'>;
  /** Operators that are installed, before everything that they run. @default - the cluster has those that are needed */
  readonly operators?: Operators;
  /** Pools whose nodes Karpenter starts and stops. @default - nodes are there, or come from elsewhere */
  readonly karpenterNodePools?: ClusterStackProps['karpenterNodePools'];
  /** Classes of volumes. @default - the cluster has those that are needed */
  readonly storageClasses?: ClusterStackProps['storageClasses'];
  /** Installs metrics-server, which autoscaling needs. @default - the cluster has one */
  readonly metricsServer?: { readonly kubeletInsecureTls?: boolean };
  readonly stacks: StackConfigs;
}

/** Every stack, and whether it is built unless others are named. */
const STACKS: Readonly<Record<keyof StackConfigs, boolean>> = {
  fair: true,
  inference: true,
  'model-platform': false,
  flts: false,
};
const DEFAULT_STACKS = Object.entries(STACKS).flatMap(([name, byDefault]) => (byDefault ? name : []));

/**
 * The stacks of an environment, and what the tools beside kubectl read of them.
 *
 * @throws InvalidPropError for a stack that the environment does not have
 */
export class Platform {
  readonly fair?: FairStack;
  readonly inference?: InferenceStack;
  readonly modelPlatform?: ModelPlatformStack;
  private readonly pipelines?: PipelineStack;
  readonly flts?: FltsStack;

  /** @param selection - names of stacks, separated by commas, or `all`; by default those that are on by default */
  constructor(
    private readonly app: App,
    readonly config: PlatformConfig,
    selection?: string,
  ) {
    const { local = false, images, nodePools, operators = {}, stacks } = config;
    const { karpenterNodePools, storageClasses, kind } = config;
    for (const name of Object.keys(stacks))
      requireProp(Object.hasOwn(STACKS, name), app, 'stacks', oneOf(Object.keys(STACKS)), name);
    if (local) allowLocalCredentials(app);
    else forbidCredentials(app, () => this.deployDocuments);
    if (images !== undefined) setImageSettings(app, images);
    setNodePools(app, nodePools);
    if (kind !== undefined) requireKindPools(kind, nodePools);

    const selected = selectedStacks(Object.keys(stacks), DEFAULT_STACKS, selection);
    const modelPlatform = selected.has('model-platform') ? stacks['model-platform'] : undefined;
    const modelDeployments = modelPlatform !== undefined;
    const cluster = {
      nodePools,
      karpenterNodePools,
      storageClasses,
      namespaces: operatorNamespaces(operators),
      modelDeployments,
    };
    if (ClusterStack.needed(cluster)) new ClusterStack(app, 'cluster', cluster);
    if (selected.has('fair') && stacks.fair) {
      const { charts = {}, pipelines, credentials } = stacks.fair;
      const namespace = pipelines?.namespace;
      const beside = { routes: fairRoutes(charts), chartPods: fairChartPods(charts) };
      this.fair = new FairStack(app, 'fair', { ...stacks.fair, ...beside, pipelineAccount: namespace === undefined });
      if (namespace !== undefined) {
        const { namespace: artifactsNamespace, zenml, pipelineServers: servers } = this.fair;
        const given = { network: stacks.fair.network, artifacts: zenml.artifacts, artifactsNamespace, credentials };
        this.pipelines = new PipelineStack(app, 'pipelines', { namespace, servers, ...given });
      }
    }
    if (selected.has('inference') && stacks.inference) {
      this.inference = new InferenceStack(app, 'inference', stacks.inference);
    }
    if (modelPlatform) this.modelPlatform = new ModelPlatformStack(app, 'model-platform', modelPlatform);
    if (selected.has('flts') && stacks.flts) this.flts = new FltsStack(app, 'flts', stacks.flts);
  }

  /** The helm releases that are on. */
  get releases(): readonly Release[] {
    const { app, fair, config } = this;
    const { nodePool, charts = {} } = config.stacks.fair ?? {};
    return [
      ...operatorReleases(app, config.operators ?? {}),
      ...(fair ? fairReleases(app, fair, charts, nodePool) : []),
      ...addOnReleases(app, { ...config, devicePluginNamespace: NVIDIA_NAMESPACE }),
    ];
  }

  /** The ports of the platform on the machine of whoever works with it. */
  get ports(): readonly ForwardedPort[] {
    const ports = this.fair ? fairPorts(this.fair, this.config.stacks.fair?.charts ?? {}) : [];
    requireForwardedPorts(
      ports,
      this.nodePorts.map(({ hostPort }) => hostPort),
    );
    return ports;
  }

  /** Node ports that kind maps to ports of the machine: of every stack, for none can be added to a running cluster. */
  get nodePorts(): readonly HostNodePort[] {
    const { inference, 'model-platform': modelPlatform, flts } = this.config.stacks;
    return [
      ...(inference ? inferenceNodePorts(inference) : []),
      ...(modelPlatform ? modelPlatformNodePorts(modelPlatform) : []),
      ...(flts ? fltsNodePorts(flts) : []),
    ];
  }

  /** The files of `deploy/`, by path. */
  get deployFiles(): Files {
    const text = (path: string, found: unknown) => (typeof found === 'string' ? found : toYaml(found, path));
    return Object.fromEntries(Object.entries(this.deployDocuments).map(([path, found]) => [path, text(path, found)]));
  }

  /** What the files of `deploy/` say, by path: what becomes YAML, and texts. */
  get deployDocuments(): Readonly<Record<string, unknown>> {
    const { releases, config } = this;
    const documents: Record<string, unknown> = { 'releases.yaml': releasesFile(releases) };
    if (config.kind) documents['kind.yaml'] = kindConfig({ ...config.kind, portMappings: this.nodePorts });
    for (const { name, values } of releases) documents[`values/${name}.yaml`] = values;
    return { ...documents, ...this.zenmlStacks, ...secretsFiles(this.app, config.name, releases) };
  }

  /** Makes a folder hold the files of `deploy/` and nothing else. */
  writeDeploy(folder: string): void {
    writeFiles(folder, this.deployFiles);
  }

  /** What was written, and how to apply it. */
  summary(): string {
    const operators = operatorNamespaces(this.config.operators ?? {}).length > 0;
    return summary(this.app, this.config.name, Object.keys(this.deployFiles), operators);
  }

  private get zenmlStacks(): Record<string, unknown> {
    const { fair, config } = this;
    const { kind, local = false, labelDomain = DEFAULT_LABEL_DOMAIN, name, stacks } = config;
    const pipelines = stacks.fair?.pipelines;
    if (fair === undefined || pipelines === undefined) return {};
    const documents: Record<string, unknown> = {};
    if (local) documents['zenml/local.yaml'] = fairLocalStack(fair, name, LOCAL_ACCESS_KEY);
    const context = pipelines.context ?? (kind && kindContext(kind.name));
    if (context !== undefined) {
      const { namespace: _, ...given } = pipelines;
      const version = stacks.fair?.charts?.zenml?.version;
      const place = this.pipelinePlace(fair);
      const stack = fairKubernetesStack(fair, { ...given, version, labelDomain, context, place });
      documents['zenml/k8s.yaml'] = stack;
    }
    return documents;
  }

  private pipelinePlace(fair: FairStack): PipelinePlace {
    if (this.pipelines === undefined) {
      const name = fair.pipelines?.name;
      requireProp(name !== undefined, fair, 'pipelineAccount', 'be true where pipelines have no namespace', false);
      return { namespace: fair.namespace, serviceAccountName: name };
    }
    const { namespace, orchestrator, steps } = this.pipelines;
    return { namespace, serviceAccountName: orchestrator.name, stepServiceAccountName: steps.name };
  }
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
