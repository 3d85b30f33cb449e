import type { ApiObject } from 'cdk8s';
import { perConstruct } from './per-app';

/** A manifest as it is written: plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: a manifest of any kind
export type Manifest = Record<string, any>;

type Change = (manifest: Manifest) => Manifest;

/** Changes of an object between its serialization and the file; `conclusions` come after all `changes`. */
interface Changes {
  readonly changes: Change[];
  readonly conclusions: Change[];
}

/**
 * Changes an object after it was serialized. cdk8s applies its own JSON patches before the generated filter of an
 * L1, which drops what it does not know (cdk8s issue 2172).
 */
export function afterSerialization(object: ApiObject, change: Change): void {
  changesOf(object).changes.push(change);
}

/** Sets in an object that is changed what follows from the rest of it: after every change, those yet to come included. */
export function afterEveryChange(object: ApiObject, conclusion: Change): void {
  changesOf(object).conclusions.push(conclusion);
}

const changesOf = perConstruct('changes', (object: ApiObject): Changes => {
  const all: Changes = { changes: [], conclusions: [] };
  const serialize = object.toJson.bind(object);
  object.toJson = () => {
    const steps = all.changes.length > 0 ? [...all.changes, ...all.conclusions] : [];
    return steps.reduce((manifest, change) => change(manifest), serialize());
  };
  return all;
});

const CLUSTER_SCOPED = Symbol.for('cdk8s-ml-platform/cluster-scoped');

/** Whether an object has no namespace in Kubernetes. */
export function isClusterScoped(object: ApiObject): boolean {
  return CLUSTER_SCOPED in object;
}

/** Takes the namespace of the chart off an object that has none in Kubernetes. */
export function clusterScoped<T extends ApiObject>(object: T): T {
  Object.defineProperty(object, CLUSTER_SCOPED, { value: true });
  afterSerialization(object, (manifest) => {
    const { namespace: _, ...metadata } = manifest.metadata;
    return { ...manifest, metadata };
  });
  return object;
}
