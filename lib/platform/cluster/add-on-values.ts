import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { imageParts } from '../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../kube/resources/quantities';
import { charts } from '../../versions';
import { placementValues, pullSecretValues } from '../releases/pod-values';

/** What the pods of an add-on are given. */
export interface AddOnProps {
  /** Of each of its programs: the charts set none, or no limits. @default - see each add-on */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** The operator of CloudNativePG, for all namespaces. */
export interface CloudNativePgProps extends AddOnProps {
  /** One leads, another takes over where it is lost. @default 1 */
  readonly replicas?: number;
  /** @default - 100m and 200Mi, at most 500m and 400Mi */
  readonly resources?: Resources;
  /** @default charts.cloudnativePg.image */
  readonly image?: string;
}

/** The plug-in that backs clusters of CloudNativePG up. */
export interface BarmanCloudProps extends AddOnProps {
  /** @default - 50m and 64Mi, at most 200m and 256Mi */
  readonly resources?: Resources;
  /** @default charts.barmanCloud.image */
  readonly image?: string;
  /** Image of the container beside every instance. @default charts.barmanCloud.sidecarImage */
  readonly sidecarImage?: string;
}

/** cert-manager. */
export interface CertManagerProps extends AddOnProps {
  /** @default - 50m and 128Mi, at most 500m and 512Mi */
  readonly resources?: Resources;
}

/** metrics-server. */
export interface MetricsServerProps extends AddOnProps {
  /** Does not check the certificates of the kubelets: those of kind are self-signed. @default false */
  readonly kubeletInsecureTls?: boolean;
  /** @default 1 */
  readonly replicas?: number;
  /** @default - 100m and 200Mi, at most 500m and 400Mi */
  readonly resources?: Resources;
  /** @default charts.metricsServer.image */
  readonly image?: string;
}

const CONTROLLER = computeResources({ millicores: [100, 500], mebibytes: [200, 400] });

/** Values of the chart cloudnative-pg 0.29.0. */
export function cloudNativePgValues(scope: Construct, props: CloudNativePgProps = {}) {
  const { replicas = 1, image = charts.cloudnativePg.image } = props;
  const pods = podValues(scope, CONTROLLER, props);
  return { image: imageParts(scope, 'image', image), ...pullSecretValues(scope), replicaCount: replicas, ...pods };
}

/** Values of the chart plugin-barman-cloud 0.7.0, for the namespace of the operator. Its certificates are cert-manager's. */
export function barmanCloudValues(scope: Construct, props: BarmanCloudProps = {}) {
  const { image = charts.barmanCloud.image, sidecarImage = charts.barmanCloud.sidecarImage } = props;
  return {
    image: imageWithRegistry(scope, 'image', image),
    sidecarImage: imageWithRegistry(scope, 'sidecarImage', sidecarImage),
    ...pullSecretValues(scope),
    ...podValues(scope, computeResources({ millicores: [50, 200], mebibytes: [64, 256] }), props),
  };
}

/** Values of the chart cert-manager 1.20. */
export function certManagerValues(scope: Construct, props: CertManagerProps = {}) {
  const { image, webhookImage, cainjectorImage, startupImage } = charts.certManager;
  const part = (reference: string) => ({
    image: imageParts(scope, 'image', reference),
    ...podValues(scope, computeResources({ millicores: [50, 500], mebibytes: [128, 512] }), props),
  });
  const pull = pullSecretValues(scope);
  return {
    ...(pull.imagePullSecrets === undefined ? {} : { global: pull }),
    // With the release, and not deleted with it: that would delete every certificate of the cluster.
    crds: { enabled: true, keep: true },
    ...part(image),
    webhook: part(webhookImage),
    cainjector: part(cainjectorImage),
    // The Job that looks whether the webhook answers.
    startupapicheck: part(startupImage),
  };
}

/** Values of the chart metrics-server 3.13.1. */
export function metricsServerValues(scope: Construct, props: MetricsServerProps = {}) {
  const { kubeletInsecureTls = false, replicas = 1, image = charts.metricsServer.image } = props;
  return {
    image: imageParts(scope, 'image', image),
    ...pullSecretValues(scope),
    replicas,
    // Beside those of the chart.
    ...(kubeletInsecureTls ? { args: ['--kubelet-insecure-tls'] } : {}),
    ...podValues(scope, CONTROLLER, props),
  };
}

function podValues(scope: Construct, defaults: Resources, { resources = defaults, nodePool }: AddOnProps) {
  return { resources: resourceAmounts(scope, 'resources', resources), ...placementValues(scope, nodePool) };
}

function imageWithRegistry(scope: Construct, prop: string, image: string) {
  const { repository, tag } = imageParts(scope, prop, image);
  const slash = repository.indexOf('/');
  return { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag };
}
