import { checksum } from '../../lib/kube/objects/checksums';
import type { Manifest } from '../../lib/kube/objects/serialization';

/** Hash of all that an object was applied with: what is no longer wanted shows in no other way. */
export const APPLIED = 'ml.example.com/applied';
/** What the pods of a Deployment were made with: a hash of the settings of the server, and of what is made of them. */
export const REVISION = 'ml.example.com/server-revision';
/** Set to the revision on a Deployment that was brought to it in a wave; the next wave waits for those. */
export const WAVE = 'ml.example.com/server-wave';
/** What the pods of a Deployment were made of: {@link modelOf} its ModelDeployment. */
export const MODEL = 'ml.example.com/model';

/** Hash of that part of the spec of a ModelDeployment that its pods are made of. */
export function modelOf({ spec }: Manifest): string {
  const { replicas, autoscaling, ...pods } = spec ?? {};
  return hash(pods);
}

/** An object with further annotations. */
export function annotated(object: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

export function hash(value: unknown): string {
  return checksum(value).slice(0, 16);
}
