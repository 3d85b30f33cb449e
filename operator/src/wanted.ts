import { checksum } from '../../lib/kube/objects/checksums';
import { InvalidPropError } from '../../lib/kube/objects/errors';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { modelDeploymentObjects } from '../../lib/stacks/model-platform/model-deployment-objects';
import type { ModelDeploymentResource } from '../../lib/stacks/model-platform/model-deployment-resource';
import type { OperatedModelServer } from '../../lib/stacks/model-platform/model-server';
import { parseModelServer } from '../../lib/stacks/model-platform/operator/server-config';
import type { Problem } from './status';
import { REVISION } from './waves';

/** Hash of all that an object was applied with: what is no longer wanted shows in no other way. */
export const APPLIED = 'ml.example.com/applied';
/** Generation of the ModelDeployment that a Deployment was made of. */
export const GENERATION = 'ml.example.com/generation';

/** Settings of the server, and what tells them from others. */
export interface Server {
  readonly settings: OperatedModelServer;
  readonly revision: string;
}

/** A ModelDeployment that shows all that settings and this program change in the objects of any. */
const SAMPLE: ModelDeploymentResource = {
  metadata: { name: 'sample', namespace: 'sample' },
  // So small that it fits wherever any does.
  spec: { modelName: 'sample', modelVersion: 1, replicas: 2, resources: { limits: { cpu: '1m', memory: '1Ki' } } },
};

/** @throws InvalidPropError for settings of which no pod can be made */
export function serverOf(text: string, path: string): Server {
  const settings = parseModelServer(text, path);
  return { settings, revision: hash(modelDeploymentObjects(SAMPLE, settings)) };
}

/** What a ModelDeployment becomes, or why it becomes nothing. */
export interface Wanted {
  readonly objects: readonly Manifest[];
  readonly problem?: Problem;
}

/** Makes the objects of ModelDeployments, and keeps them until something that they are made of changes. */
export class WantedObjects {
  private readonly made = new Map<string, { readonly from: string; readonly wanted: Wanted }>();

  of(resource: Manifest, { settings, revision }: Server): Wanted {
    const { namespace, name, uid, generation } = resource.metadata;
    const key = `${namespace}/${name}`;
    // The spec too: while a CRD changes, one generation is handed out with and without the fields that are new.
    const from = `${uid} ${generation} ${revision} ${JSON.stringify(resource.spec)}`;
    const known = this.made.get(key);
    if (known?.from === from) return known.wanted;
    const wanted = make(resource, settings, revision);
    this.made.set(key, { from, wanted });
    return wanted;
  }

  forget(key: string): void {
    this.made.delete(key);
  }
}

function make(resource: Manifest, settings: OperatedModelServer, revision: string): Wanted {
  try {
    const { generation } = resource.metadata;
    const marks = { [REVISION]: revision, [GENERATION]: String(generation) };
    const objects = modelDeploymentObjects(resource as ModelDeploymentResource, settings);
    return { objects: objects.map((object) => (object.kind === 'Deployment' ? annotated(object, marks) : object)) };
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    const message = `nothing is changed until the spec is understood: ${error.message}`;
    return { objects: [], problem: { reason: 'InvalidSpec', message } };
  }
}

/** An object with further annotations. */
export function annotated(object: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}

export function hash(value: unknown): string {
  return checksum(value).slice(0, 16);
}
