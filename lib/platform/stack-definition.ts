import type { App, Chart } from 'cdk8s';
import type { HostNodePort } from '../kube/network/exposure';
import type { NodePool } from '../kube/nodes/node-pools';
import type { CredentialSource } from '../kube/secrets/secrets';
import type { Release } from './releases/release';
import type { ForwardedPort } from './reports/ports';
import type { StackDay } from './stack-day';

/** A system of the platform, as an environment lists it: what is known before it is built, and how it is built. */
export interface StackDefinition {
  /** Whether it is built where no stacks are selected by name. @default true */
  readonly byDefault?: boolean;
  /** Node ports that kind maps to ports of the machine when it creates the cluster. @default - none */
  readonly nodePorts?: readonly HostNodePort[];
  /**
   * Writes the CustomResourceDefinitions of its kinds into the chart `cluster`, which is applied before all others. It
   * may be called by several stacks of one kind.
   * @default - it has no kinds of its own
   */
  readonly defineKinds?: (cluster: Chart) => void;
  /**
   * Whether it creates autoscalers while it runs, or its releases have some: they need metrics-server.
   * @default false: those of its charts are seen
   */
  readonly createsAutoscalers?: boolean;
  /**
   * Writes its charts into the app.
   * @param id - its name in the environment: of its chart, and so of its file in `dist/`
   */
  build(app: App, id: string, context: StackContext): StackOutputs;
}

/** A stack with its configuration, for environments that are another but for a few properties. */
export interface ConfiguredStack<Config> extends StackDefinition {
  readonly config: Config;
}

/** What a stack may know of the environment that it is built in. */
export interface StackContext {
  /** Name of the environment. */
  readonly environment: string;
  /** Whether it is on a developer's own machine. */
  readonly local: boolean;
  /** Where Secrets come from, unless the stack is given a source of its own. */
  readonly credentials: CredentialSource;
  /** Every kind of node that there is. */
  readonly nodePools: readonly NodePool[];
  /** Context of kubeconfig that leads to the cluster. @default - the current context of the user */
  readonly kubeContext?: string;
}

/** What the tools beside kubectl read of a stack. */
export interface StackOutputs {
  /** Helm releases beside its objects. @default - none */
  readonly releases?: readonly Release[];
  /** Its Services that are forwarded to ports of the user's machine. @default - none */
  readonly ports?: readonly ForwardedPort[];
  /** What is written below `deploy/`, by path: texts, and what becomes YAML. @default - nothing */
  readonly documents?: Readonly<Record<string, unknown>>;
  /** What it adds to `npm run up` and the other commands of the day. @default - nothing */
  readonly day?: StackDay;
}

/** What an entry of an environment may say of any stack of the library. */
export interface StackEntry<T extends Chart> {
  /** Changes what the stack has no property for: patches, and further constructs. @default - nothing */
  readonly customize?: (stack: T) => void;
}
