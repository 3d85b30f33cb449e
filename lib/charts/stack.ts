import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Namespace, type PodSecurityLevel } from '../components/tenancy/namespace';
import { requireUniqueNames } from '../kube/inventory';
import { type Labels, stackLabels } from '../kube/labels';

export interface StackProps {
  /** Namespace of the stack; its first object. */
  readonly namespace: string;
  /** Pod Security level that the namespace enforces. @default 'restricted' */
  readonly podSecurity?: PodSecurityLevel;
  /** Labels of the Namespace. @default - none */
  readonly namespaceLabels?: Labels;
}

/** One system: one chart, one namespace, one file. */
export class Stack extends Chart {
  declare readonly namespace: string;

  constructor(scope: Construct, id: string, props: StackProps) {
    const { namespace, podSecurity, namespaceLabels } = props;
    super(scope, id, { namespace, labels: stackLabels(id) });
    requireUniqueNames(this);
    new Namespace(this, 'namespace', { name: namespace, podSecurity, labels: namespaceLabels });
  }
}
