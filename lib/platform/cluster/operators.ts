import type { Construct } from 'constructs';
import { clusterSettings } from '../../kube/network/cluster-settings';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { charts } from '../../versions';
import { type HelmChart, mergedValues, type Release, type ReleaseOptions } from '../releases/release';
import {
  type BarmanCloudProps,
  barmanCloudValues,
  type CertManagerProps,
  type CloudNativePgProps,
  certManagerValues,
  cloudNativePgValues,
  type MetricsServerProps,
  metricsServerValues,
} from './add-on-values';
import { needsDevicePlugin, nvidiaDevicePluginValues } from './nvidia-device-plugin';

/** Operators that are installed as releases: one that is given is on. */
export interface Operators {
  /** Runs PostgreSQL clusters. @default - off */
  readonly cloudNativePg?: CloudNativePgProps & ReleaseOptions;
  /** Backups of those clusters; stands beside the operator, and has certificates of cert-manager. @default - off */
  readonly barmanCloud?: BarmanCloudProps & ReleaseOptions;
  /** Certificates, of the plug-in above and of Ingresses. @default - off */
  readonly certManager?: CertManagerProps & ReleaseOptions;
}

/** The releases of the operators that are on. */
export function operatorReleases(scope: Construct, operators: Operators): Release[] {
  const { cloudNativePg, barmanCloud, certManager } = operators;
  requireKnownProps(scope, operators, 'cloudNativePg?:object barmanCloud?:object certManager?:object', 'operators');
  const cloudNativePgWords = 'values?:object replicas?:number resources?:object image? nodePool?:NodePool';
  requireKnownProps(scope, cloudNativePg, cloudNativePgWords, 'operators.cloudNativePg');
  const barmanCloudWords = 'values?:object resources?:object image? sidecarImage? nodePool?:NodePool';
  requireKnownProps(scope, barmanCloud, barmanCloudWords, 'operators.barmanCloud');
  requireKnownProps(scope, certManager, 'values?:object resources?:object nodePool?:NodePool', 'operators.certManager');
  requireProp(
    barmanCloud === undefined || cloudNativePg !== undefined,
    scope,
    'operators.barmanCloud',
    'be given together with cloudNativePg, whose namespace it shares',
    barmanCloud,
  );
  const { certManagerNamespace, cloudNativePgNamespace } = clusterSettings(scope);
  const releases: Release[] = [];
  const add = (name: string, namespace: string, chart: HelmChart, values: object, after?: readonly Release[]) => {
    releases.push({ name, namespace, chart, values, stage: 'operators', after });
  };
  if (certManager !== undefined) {
    const values = mergedValues(certManagerValues(scope, certManager), certManager.values);
    add('cert-manager', certManagerNamespace, charts.certManager, values);
  }
  if (cloudNativePg !== undefined) {
    const values = mergedValues(cloudNativePgValues(scope, cloudNativePg), cloudNativePg.values);
    add('cloudnative-pg', cloudNativePgNamespace, charts.cloudnativePg, values);
  }
  if (barmanCloud !== undefined) {
    const values = mergedValues(barmanCloudValues(scope, barmanCloud), barmanCloud.values);
    add('plugin-barman-cloud', cloudNativePgNamespace, charts.barmanCloud, values, [...releases]);
  }
  return releases;
}

/** What a cluster is given where it has it not by itself. */
export interface AddOns {
  /** @default - the cluster has one */
  readonly metricsServer?: MetricsServerProps & ReleaseOptions;
  readonly nodePools: readonly NodePool[];
  readonly devicePluginNamespace: string;
}

/** The releases that are no operators, and of the cluster as a whole. */
export function addOnReleases(
  scope: Construct,
  { metricsServer, nodePools, devicePluginNamespace }: AddOns,
): Release[] {
  const releases: Release[] = [];
  if (metricsServer !== undefined) {
    const values = mergedValues(metricsServerValues(scope, metricsServer), metricsServer.values);
    const chart = charts.metricsServer;
    releases.push({ name: 'metrics-server', namespace: 'kube-system', chart, values, stage: 'operators' });
  }
  const [first, ...others] = nodePools.filter(needsDevicePlugin);
  if (first !== undefined) {
    const values = nvidiaDevicePluginValues(scope, { nodePools: [first, ...others] });
    releases.push({
      name: 'nvidia-device-plugin',
      namespace: devicePluginNamespace,
      chart: charts.nvidiaDevicePlugin,
      values,
      stage: 'operators',
      // Its pods cannot start on a node without the NVIDIA runtime: a laptop without a GPU does not wait for them.
      wait: false,
    });
  }
  return releases;
}

/** The namespaces of the operators that are on, each with the ports of its webhooks, as the charts set them. */
export function operatorNamespaces(
  scope: Construct,
  { cloudNativePg, certManager }: Operators,
): Record<string, readonly number[]> {
  const { certManagerNamespace, cloudNativePgNamespace } = clusterSettings(scope);
  return {
    ...(certManager && { [certManagerNamespace]: [10250] }),
    ...(cloudNativePg && { [cloudNativePgNamespace]: [9443] }),
  };
}
