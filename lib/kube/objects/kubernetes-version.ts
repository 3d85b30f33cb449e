import type { Construct } from 'constructs';
import { requireProp } from './errors';
import { setForAllBelow } from './per-app';

const CONTEXT = 'cdk8s-ml-platform/kubernetes-minor';
/** The oldest minor version that the manifests are tested on. */
const OLDEST = 28;

/**
 * Sets the Kubernetes version (`1.30`) of the clusters below `scope`, the oldest where there are several. Call it before
 * anything is created below `scope`. Without it, manifests are those for 1.28.
 * @throws InvalidPropError for what is no version from 1.28 on
 */
export function setKubernetesVersion(scope: Construct, version: string): void {
  const minor = Number(/^1\.(\d+)$/.exec(version)?.[1]);
  requireProp(minor >= OLDEST, scope, 'kubernetesVersion', `be '1.${OLDEST}' or later, without a patch level`, version);
  setForAllBelow(scope, 'setKubernetesVersion()', CONTEXT, minor);
}

/** Minor version of Kubernetes below `scope`. */
export function kubernetesMinor(scope: Construct): number {
  return (scope.node.tryGetContext(CONTEXT) as number | undefined) ?? OLDEST;
}
