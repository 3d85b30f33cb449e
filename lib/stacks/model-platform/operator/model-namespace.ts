import type { Construct } from 'constructs';
import { ServiceAccount } from '../../../components/tenancy/service-account';
import { requireKnownProps } from '../../../kube/objects/known-props';
import { imageSettings } from '../../../kube/pods/images';
import { Stack, type StackProps } from '../../../platform/stack';
import { modelNetwork } from '../model-network';
import type { ModelServer } from '../model-server';

export interface ModelNamespaceProps extends Pick<StackProps, 'namespace' | 'network'> {
  /** What the pods of the models run. */
  readonly server: ModelServer;
}

/**
 * A namespace of ModelDeployments and of the pods that an operator makes of them: no database is in it, and none of the
 * Secrets that open one.
 */
export class ModelNamespace extends Stack {
  constructor(scope: Construct, id: string, props: ModelNamespaceProps) {
    requireKnownProps(id, props, 'namespace network?:declared|any server:object');
    super(scope, id, { namespace: props.namespace, network: props.network });
    modelNetwork(this, props.server);
    // Pods that the operator makes have the pull Secrets of their account.
    if (imageSettings(this).pullSecrets !== undefined) new ServiceAccount(this, 'account', { name: 'default' });
  }
}
