import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Namespace, type PodSecurityLevel } from '../components/tenancy/namespace';
import { requireUniqueNames } from '../kube/objects/inventory';
import { placedChart, requireKnownProps } from '../kube/objects/known-props';
import { type Labels, requireChart, stackLabels } from '../kube/objects/labels';
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

/** One system: one chart, one namespace, one file. */
export class Stack extends Chart {
  declare readonly namespace: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    const words =
      'namespace podSecurity?:privileged|baseline|restricted network?:declared|any namespaceLabels?:string{}';
    requireKnownProps(id, props, words);
    const { namespace, podSecurity, network = 'declared', namespaceLabels } = props;
    super(...placedChart(scope, id), { namespace, labels: stackLabels(id) });
    requireChart(this);
    requireUniqueNames(this);
    new Namespace(this, 'namespace', { name: namespace, podSecurity, labels: namespaceLabels });
    if (network === 'declared') isolate(this);
  }
}
