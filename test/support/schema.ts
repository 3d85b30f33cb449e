import { createRequire } from 'node:module';
import type { Manifest } from '../../lib/kube/objects/serialization';

const require = createRequire(import.meta.url);

/** What the published schemas of Kubernetes have against a manifest; they let unknown fields pass. */
export function schemaError(manifest: Manifest): string | undefined {
  const { apiVersion, kind, metadata } = manifest;
  const models = require(`kubernetes-models/${apiVersion}`);
  try {
    new models[kind](manifest).validate();
    return undefined;
  } catch (error) {
    return `${kind} ${metadata.name}: ${(error as Error).message}`;
  }
}
