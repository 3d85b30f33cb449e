import { Construct } from 'constructs';
import { customResource } from '../../../kube/objects/custom-resource';
import { requireKnownProps } from '../../../kube/objects/known-props';
import type { Labels } from '../../../kube/objects/labels';
import { CNPG_CLUSTER_LABEL } from './operator';

/** `PodMonitor` of the Prometheus operator: the fields that are set here. */
interface PodMonitorSpec {
  readonly selector: { readonly matchLabels: Labels };
  readonly podMetricsEndpoints: readonly { readonly port: string }[];
}

export interface ClusterMonitorProps {
  /** Name of the PodMonitor. */
  readonly name: string;
  /** Name of the cluster whose instances are measured. */
  readonly cluster: string;
}

/**
 * Lets the Prometheus operator, whose CRDs must be there, measure the instances of a cluster. The operator of
 * CloudNativePG can write one too, and stops to in a coming version.
 */
export class ClusterMonitor extends Construct {
  constructor(scope: Construct, id: string, props: ClusterMonitorProps) {
    super(scope, id);
    requireKnownProps(this, props, 'name cluster');
    const { name, cluster } = props;
    customResource<PodMonitorSpec>(this, 'Default', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      name,
      spec: {
        selector: { matchLabels: { [CNPG_CLUSTER_LABEL]: cluster } },
        podMetricsEndpoints: [{ port: 'metrics' }],
      },
    });
  }
}
