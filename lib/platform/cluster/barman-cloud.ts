import type { Construct } from 'constructs';
import type { NodePool } from '../../kube/nodes/node-pools';
import { imageParts } from '../../kube/pods/images';
import { computeResources, type Resources, resourceAmounts } from '../../kube/resources/quantities';
import { charts } from '../../versions';
import {
  type PlacementValues,
  type PullSecretValues,
  placementValues,
  pullSecretValues,
  type ResourceValues,
} from '../releases/pod-values';

/** An image, as this chart spells it. */
interface BarmanImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** The values of the chart plugin-barman-cloud 0.7.0 that are set here. Its schema refuses keys that it does not know. */
export interface BarmanCloudValues extends PlacementValues, PullSecretValues {
  readonly image: BarmanImage;
  /** Of the container beside every instance. */
  readonly sidecarImage: BarmanImage;
  readonly resources: ResourceValues;
}

export interface BarmanCloudProps {
  /** The chart sets none. @default - 50m and 64Mi, at most 200m and 256Mi */
  readonly resources?: Resources;
  /** @default charts.barmanCloud.image */
  readonly image?: string;
  /** @default charts.barmanCloud.sidecarImage */
  readonly sidecarImage?: string;
  /** @default - any node without taints */
  readonly nodePool?: NodePool;
}

/** Values of the chart plugin-barman-cloud 0.7.0, for the namespace of the operator. cert-manager makes its certificates. */
export function barmanCloudValues(scope: Construct, props: BarmanCloudProps = {}): BarmanCloudValues {
  const {
    resources = computeResources({ millicores: [50, 200], mebibytes: [64, 256] }),
    image = charts.barmanCloud.image,
    sidecarImage = charts.barmanCloud.sidecarImage,
    nodePool,
  } = props;
  return {
    image: barmanImage(scope, 'image', image),
    sidecarImage: barmanImage(scope, 'sidecarImage', sidecarImage),
    ...pullSecretValues(scope),
    resources: resourceAmounts(scope, 'resources', resources),
    ...placementValues(scope, nodePool),
  };
}

function barmanImage(scope: Construct, prop: string, image: string): BarmanImage {
  const { repository, tag } = imageParts(scope, prop, image);
  const slash = repository.indexOf('/');
  return { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag };
}
