import type { Construct } from 'constructs';
import { type NodePool, requireDeclaredPool, type Toleration } from '../../kube/nodes/node-pools';
import { checksum } from '../../kube/objects/checksums';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { imageSettings } from '../../kube/pods/images';
import type { SecretRef } from '../../kube/secrets/secrets';

/** Where pods run, as most charts take it. */
export interface PlacementValues {
  readonly nodeSelector?: Labels;
  readonly tolerations?: readonly Toleration[];
}

/** Puts pods on a pool and tolerates every taint of it. */
export function placementValues(scope: Construct, nodePool: NodePool | undefined): PlacementValues {
  requireKnownProps('placementValues()', { scope, nodePool }, 'scope:Construct nodePool?:NodePool');
  if (nodePool === undefined) return {};
  requireDeclaredPool(scope, 'nodePool', nodePool);
  return { nodeSelector: { ...nodePool.selector }, ...tolerationValues([nodePool]) };
}

/** Tolerates every taint of some pools, each once. A list replaces the chart's own, so it has to be whole. */
export function tolerationValues(nodePools: readonly NodePool[]): { readonly tolerations?: readonly Toleration[] } {
  requireKnownProps('tolerationValues()', { nodePools }, 'nodePools:NodePool[]');
  const tolerations = new Map(
    nodePools.flatMap((pool) => pool.tolerations).map((toleration) => [checksum(toleration), toleration]),
  );
  return tolerations.size === 0 ? {} : { tolerations: [...tolerations.values()] };
}

/** The pull Secrets of the scope. */
export function pullSecretValues(scope: Construct): {
  readonly imagePullSecrets?: readonly { readonly name: string }[];
} {
  const { pullSecrets = [] } = imageSettings(scope);
  return pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) };
}

/** One checksum over the Secrets that are written here; undefined where none is. It rolls the pods that read them. */
export function secretsChecksum(secrets: readonly SecretRef[]): string | undefined {
  const written = secrets.filter((secret) => secret.checksum !== undefined);
  return written.length === 0
    ? undefined
    : checksum(Object.fromEntries(written.map((secret) => [secret.name, secret.checksum])));
}

/** Annotations that roll pods when a Secret that is written here changes. */
export function secretAnnotations(secrets: readonly SecretRef[]): {
  readonly podAnnotations?: Readonly<Record<string, string>>;
} {
  const sum = secretsChecksum(secrets);
  return sum === undefined ? {} : { podAnnotations: { 'checksum/credentials': sum } };
}
