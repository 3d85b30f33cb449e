import type { Construct } from 'constructs';
import { clusterSettings } from '../../../kube/network/cluster-settings';
import { allowApiServer, allowIngress, connect, recordServer } from '../../../kube/network/network';
import type { Pods } from '../../../kube/network/peers';
import type { PostgresClusterProps } from './cluster-props';
import { CNPG_CLUSTER_LABEL } from './resources';

/** Status port of the manager of an instance, for the operator. */
const STATUS_PORT = 8000;
/** Metrics port, which a PodMonitor calls `metrics`. */
const METRICS_PORT = 9187;

/** Declares the connections to and from the instances of a cluster. The operator creates the Service of the primary. */
export function clusterNetwork(scope: Construct, host: string, port: number, props: PostgresClusterProps): void {
  const { name, backups, podMonitor = false } = props;
  const { cloudNativePgNamespace, monitoring } = clusterSettings(scope);
  const instances: Pods = { scope, name, selector: { [CNPG_CLUSTER_LABEL]: name } };
  recordServer({ host, pods: instances, ports: [{ port, podPort: port }] });
  // Standbys follow the primary, and a primary that does not see the API server asks the others whether they do.
  allowIngress(instances, [port, STATUS_PORT], instances);
  allowIngress(instances, [port, STATUS_PORT], { namespace: cloudNativePgNamespace });
  allowApiServer(instances);
  if (backups !== undefined) connect(instances, backups.store.address);
  if (podMonitor) allowIngress(instances, [METRICS_PORT], monitoring);
}
