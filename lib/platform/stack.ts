import { ApiObject, Chart, DependencyGraph } from 'cdk8s';
import type { Construct } from 'constructs';
import { Namespace, type PodSecurityLevel } from '../components/tenancy/namespace';
import { requireUniqueNames } from '../kube/objects/inventory';
import { type Labels, requireChart, stackLabels } from '../kube/objects/labels';
import { perApp } from '../kube/objects/per-app';
import type { Manifest } from '../kube/objects/serialization';
import { checksItsStrings, isCheckedWhenWritten, yamlStringErrors } from '../kube/objects/yaml-strings';
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

/**
 * The stacks of an app that can be written without another validation of it, with the number of constructs that each
 * had: those that were not written since the last one, in the same turn of the event loop.
 */
const validatedIn = perApp('validated-stacks', () => new Map<Chart, number>());

/** One system: one chart, one namespace, one file. */
export class Stack extends Chart {
  declare readonly namespace: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    const { namespace, podSecurity, network = 'declared', namespaceLabels } = props;
    super(scope, id, { namespace, labels: stackLabels(id) });
    requireChart(this);
    requireUniqueNames(this);
    checksItsStrings(this);
    new Namespace(this, 'namespace', { name: namespace, podSecurity, labels: namespaceLabels });
    if (network === 'declared') isolate(this);
  }

  /**
   * cdk8s resolves and validates the whole app anew for each chart that it writes, which is quadratic. Once is enough
   * for charts that are written one after the other; one that is asked again, later, or with more in it, has the app
   * validated again.
   */
  // biome-ignore lint/suspicious/noExplicitAny: as in Chart
  override toJson(): any[] {
    const validated = validatedIn(this);
    if (validated.get(this) === size(this)) {
      validated.delete(this);
      const { objects } = this;
      return readable(
        objects,
        objects.map((object) => object.toJson()),
      );
    }
    validated.clear();
    const manifests = readable(this.objects, super.toJson());
    for (const chart of this.node.root.node.findAll().filter(Chart.isChart)) {
      if (isCheckedWhenWritten(chart) && chart !== this) validated.set(chart, size(chart));
    }
    queueMicrotask(() => validated.clear());
    return manifests;
  }

  /** Its objects, in the order in which they are written. */
  private get objects(): ApiObject[] {
    const objects = new DependencyGraph(this.node).topology().filter(ApiObject.isApiObject);
    return objects.filter((object) => Chart.of(object) === this);
  }
}

function size(chart: Chart): number {
  return chart.node.findAll().length;
}

/** @throws Error where kubectl could not read the manifests of objects, or would read something else */
function readable(objects: readonly ApiObject[], manifests: Manifest[]): Manifest[] {
  const errors = objects.flatMap((object, index) => yamlStringErrors(object, manifests[index]));
  if (errors.length > 0) throw new Error(`Validation failed with the following errors:\n  ${errors.join('\n  ')}`);
  return manifests;
}
