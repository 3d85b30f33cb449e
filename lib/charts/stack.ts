import { ApiObject, Chart, DependencyGraph } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { Namespace, type PodSecurityLevel } from '../components/tenancy/namespace';
import { requireUniqueNames } from '../kube/inventory';
import { type Labels, stackLabels } from '../kube/labels';
import { isolate } from '../workloads/network-policy';

/** Connections of the pods of a stack: exactly those that its constructs declare, or all. */
export type StackNetwork = 'declared' | 'any';

export interface StackProps {
  /** Namespace of the stack; its first object. */
  readonly namespace: string;
  /** Pod Security level that the namespace enforces. @default 'restricted' */
  readonly podSecurity?: PodSecurityLevel;
  /**
   * Which connections its pods have: those that are declared, or all. A network plug-in has to enforce it: that of kind
   * does from v0.24 on.
   * @default 'declared'
   */
  readonly network?: StackNetwork;
  /** Labels of the Namespace. @default - none */
  readonly namespaceLabels?: Labels;
}

/** The stacks of an app that were written since it was last validated, in the same turn of the event loop. */
const writtenTogether = new WeakMap<IConstruct, Set<Stack>>();

/** One system: one chart, one namespace, one file. */
export class Stack extends Chart {
  declare readonly namespace: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    const { namespace, podSecurity, network = 'declared', namespaceLabels } = props;
    super(scope, id, { namespace, labels: stackLabels(id) });
    requireUniqueNames(this);
    new Namespace(this, 'namespace', { name: namespace, podSecurity, labels: namespaceLabels });
    if (network === 'declared') isolate(this);
  }

  /**
   * cdk8s resolves and validates the whole app anew for each chart that it writes, which is quadratic. Once is enough
   * for charts that are written one after the other; one that is asked again, or later, has the app validated again.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as in Chart
  override toJson(): any[] {
    const { root } = this.node;
    const written = writtenTogether.get(root);
    if (written !== undefined && !written.has(this)) {
      written.add(this);
      const objects = new DependencyGraph(this.node).topology().filter(ApiObject.isApiObject);
      return objects.filter((object) => Chart.of(object) === this).map((object) => object.toJson());
    }
    writtenTogether.delete(root);
    const objects = super.toJson();
    writtenTogether.set(root, new Set([this]));
    queueMicrotask(() => writtenTogether.delete(root));
    return objects;
  }
}
