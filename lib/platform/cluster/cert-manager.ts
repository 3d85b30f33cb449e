import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { type ImageParts, imageParts } from '../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../kube/resources/quantities';
import { charts } from '../../versions';
import {
  type PlacementValues,
  type PullSecretValues,
  placementValues,
  pullSecretValues,
  type ResourceValues,
} from '../releases/pod-values';

/** One of the programs of cert-manager. */
interface CertManagerPart extends PlacementValues {
  readonly image: ImageParts;
  readonly resources: ResourceValues;
}

/** The values of the chart cert-manager 1.20 that are set here. Its schema refuses keys that it does not know. */
export interface CertManagerValues extends CertManagerPart {
  readonly global?: PullSecretValues;
  /** With the release, and not deleted with it: that would delete every certificate of the cluster. */
  readonly crds: { readonly enabled: true; readonly keep: true };
  readonly webhook: CertManagerPart;
  readonly cainjector: CertManagerPart;
  /** The Job that looks whether the webhook answers. */
  readonly startupapicheck: CertManagerPart;
}

export interface CertManagerProps {
  /** Of each of its programs; the chart sets none. @default - 50m and 128Mi, at most 500m and 512Mi */
  readonly resources?: Resources;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** Values of the chart cert-manager 1.20. */
export function certManagerValues(scope: Construct, props: CertManagerProps = {}): CertManagerValues {
  const { resources = computeResources({ millicores: [50, 500], mebibytes: [128, 512] }), nodePool } = props;
  const { image, webhookImage, cainjectorImage, startupImage } = charts.certManager;
  const part = (reference: string): CertManagerPart => ({
    image: imageParts(scope, 'image', reference),
    resources: resourceAmounts(scope, 'resources', resources),
    ...placementValues(scope, nodePool),
  });
  const pull = pullSecretValues(scope);
  return {
    ...(pull.imagePullSecrets === undefined ? {} : { global: pull }),
    crds: { enabled: true, keep: true },
    ...part(image),
    webhook: part(webhookImage),
    cainjector: part(cainjectorImage),
    startupapicheck: part(startupImage),
  };
}
