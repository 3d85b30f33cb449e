import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsLabel, requireDnsSubdomain } from '../../kube/objects/names';
import { clusterScoped } from '../../kube/objects/serialization';

export interface RuntimeClassProps {
  readonly name: string;
  /** Name of the runtime in the node's container runtime configuration. @default - the same as `name` */
  readonly handler?: string;
}

/** A RuntimeClass: how pods ask for a runtime that is not the node's default, such as NVIDIA's. */
export class RuntimeClass extends Construct {
  constructor(scope: Construct, id: string, props: RuntimeClassProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name handler?');
    const { name, handler = name } = props;
    requireUniqueNames(this);
    requireDnsSubdomain(this, 'name', name);
    requireDnsLabel(this, 'handler', handler);
    clusterScoped(new k8s.KubeRuntimeClass(this, 'Default', { metadata: { name }, handler }));
  }
}
