import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain } from '../../kube/objects/names';
import { clusterScoped } from '../../kube/objects/serialization';

export interface RuntimeClassProps {
  readonly name: string;
  /** Name of the runtime in the node's container runtime configuration. @default - the same as `name` */
  readonly handler?: string;
}

/** A RuntimeClass: how pods ask for a runtime that is not the node's default, such as NVIDIA's. */
export class RuntimeClass extends Construct {
  constructor(scope: Construct, id: string, props: RuntimeClassProps) {
    super(scope, id);
    requireKnownProps(this, props, 'name handler');
    const { name, handler = name } = props;
    requireUniqueNames(this);
    requireDnsSubdomain(this, 'name', name);
    clusterScoped(new k8s.KubeRuntimeClass(this, 'Default', { metadata: { name }, handler }));
  }
}
