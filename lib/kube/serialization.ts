import type { ApiObject } from 'cdk8s';

/** A manifest as it is written: plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a manifest of any kind
export type Manifest = Record<string, any>;

/**
 * Changes an object after it was serialized. cdk8s applies its own JSON patches before the generated filter of an
 * L1, which drops what it does not know (cdk8s issue 2172).
 */
export function afterSerialization(object: ApiObject, change: (manifest: Manifest) => Manifest): void {
  const serialize = object.toJson.bind(object);
  object.toJson = () => change(serialize());
}

const clusterScopedObjects = new WeakSet<ApiObject>();

/** Whether an object has no namespace in Kubernetes. */
export function isClusterScoped(object: ApiObject): boolean {
  return clusterScopedObjects.has(object);
}

/** Takes the namespace of the chart off an object that has none in Kubernetes. */
export function clusterScoped<T extends ApiObject>(object: T): T {
  clusterScopedObjects.add(object);
  afterSerialization(object, (manifest) => {
    const { namespace: _, ...metadata } = manifest.metadata;
    return { ...manifest, metadata };
  });
  return object;
}
