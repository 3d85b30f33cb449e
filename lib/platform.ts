import type { App } from 'cdk8s';
import { ClusterStack } from './charts/cluster';
import { FairStack, type FairStackProps } from './charts/fair';
import { oneOf, requireProp } from './kube/errors';
import { type ImageSettings, setImageSettings } from './kube/images';
import { type NodePool, setNodePools } from './kube/node-pools';
import { allowLocalCredentials } from './kube/secrets';

/** A kind cluster made of node pools. */
export interface KindCluster {
  readonly name: string;
  readonly controlPlane: NodePool;
  readonly workers: readonly NodePool[];
}

/** The configuration of each stack, by its name. */
export interface StackConfigs {
  readonly fair?: FairStackProps;
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
  readonly kind?: KindCluster;
  /** Installs metrics-server, which autoscaling needs. @default - the cluster has one */
  readonly metricsServer?: { readonly kubeletInsecureTls?: boolean };
  readonly stacks: StackConfigs;
}

/** Stacks that are built unless others are named. */
const DEFAULT_STACKS: readonly (keyof StackConfigs)[] = ['fair'];

/** What was built. */
export class Platform {
  constructor(
    readonly config: PlatformConfig,
    readonly stacks: { readonly fair?: FairStack },
  ) {}
}

/**
 * Builds the stacks of an environment.
 * @param selection - names of stacks, separated by commas, or `all`; by default those that are on by default
 */
export function buildPlatform(app: App, config: PlatformConfig, selection?: string): Platform {
  if (config.local) allowLocalCredentials(app);
  if (config.images !== undefined) setImageSettings(app, config.images);
  setNodePools(app, config.nodePools);

  const selected = selectedStacks(config, selection);
  const { nodePools, stacks } = config;
  if (ClusterStack.needed({ nodePools })) new ClusterStack(app, 'cluster', { nodePools });
  return new Platform(config, {
    fair: selected.has('fair') && stacks.fair ? new FairStack(app, 'fair', stacks.fair) : undefined,
  });
}

function selectedStacks({ stacks }: PlatformConfig, selection: string | undefined): ReadonlySet<string> {
  const known = Object.keys(stacks);
  if (selection === undefined || selection === '') return new Set(DEFAULT_STACKS);
  if (selection === 'all') return new Set(known);
  const names = selection.split(',').map((name) => name.trim());
  for (const name of names) {
    requireProp(known.includes(name), 'app', 'PLATFORM_STACKS', oneOf(['all', ...known]), name);
  }
  return new Set(names);
}
