import type { Construct } from 'constructs';
import { CNPG_NAMESPACE } from '../../components/data/cnpg/operator';
import type { NodePool } from '../../kube/nodes/node-pools';
import { requireProp } from '../../kube/objects/errors';
import type { HelmRelease } from '../releases/release';
import { type BarmanCloudProps, barmanCloudValues } from './barman-cloud';
import { type CertManagerProps, certManagerValues } from './cert-manager';
import { type CloudNativePgProps, cloudNativePgValues } from './cloudnative-pg';
import { type MetricsServerProps, metricsServerValues } from './metrics-server';
import { nvidiaDevicePluginValues } from './nvidia-device-plugin';

/** Operators that are installed as releases: one that is given is on. */
export interface Operators {
  /** Runs PostgreSQL clusters. @default - off */
  readonly cloudNativePg?: CloudNativePgProps;
  /** Backups of those clusters; stands beside the operator, and has certificates of cert-manager. @default - off */
  readonly barmanCloud?: BarmanCloudProps;
  /** Certificates, of the plug-in above and of Ingresses. @default - off */
  readonly certManager?: CertManagerProps;
}

const CERT_MANAGER_NAMESPACE = 'cert-manager';

/** The releases of the operators that are on. */
export function operatorReleases(
  scope: Construct,
  { cloudNativePg, barmanCloud, certManager }: Operators,
): HelmRelease[] {
  requireProp(
    barmanCloud === undefined || cloudNativePg !== undefined,
    scope,
    'operators.barmanCloud',
    'be given together with cloudNativePg, whose namespace it shares',
    barmanCloud,
  );
  const releases: HelmRelease[] = [];
  if (certManager !== undefined) {
    const values = certManagerValues(scope, certManager);
    releases.push({ name: 'cert-manager', namespace: CERT_MANAGER_NAMESPACE, values });
  }
  if (cloudNativePg !== undefined) {
    const values = cloudNativePgValues(scope, cloudNativePg);
    releases.push({ name: 'cloudnative-pg', namespace: CNPG_NAMESPACE, values });
  }
  if (barmanCloud !== undefined) {
    const values = barmanCloudValues(scope, barmanCloud);
    releases.push({ name: 'plugin-barman-cloud', namespace: CNPG_NAMESPACE, values });
  }
  return releases;
}

/** What a cluster is given where it has it not by itself. */
export interface AddOns {
  /** @default - the cluster has one */
  readonly metricsServer?: MetricsServerProps;
  /** Pools whose GPUs need a RuntimeClass are of a cluster without a device plug-in. */
  readonly nodePools: readonly NodePool[];
  readonly devicePluginNamespace: string;
}

/** The releases that are no operators, and of the cluster as a whole. */
export function addOnReleases(
  scope: Construct,
  { metricsServer, nodePools, devicePluginNamespace }: AddOns,
): HelmRelease[] {
  const releases: HelmRelease[] = [];
  if (metricsServer !== undefined) {
    const values = metricsServerValues(scope, metricsServer);
    releases.push({ name: 'metrics-server', namespace: 'kube-system', values });
  }
  const [first, ...others] = nodePools.filter(({ gpus }) => gpus?.runtimeClassName !== undefined);
  if (first !== undefined) {
    const values = nvidiaDevicePluginValues(scope, { nodePools: [first, ...others] });
    releases.push({ name: 'nvidia-device-plugin', namespace: devicePluginNamespace, values });
  }
  return releases;
}

/** The namespaces of the operators that are on. */
export function operatorNamespaces({ cloudNativePg, certManager }: Operators): string[] {
  return [
    ...(certManager === undefined ? [] : [CERT_MANAGER_NAMESPACE]),
    ...(cloudNativePg === undefined ? [] : [CNPG_NAMESPACE]),
  ];
}
