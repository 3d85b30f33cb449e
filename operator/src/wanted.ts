import { InvalidPropError } from '../../lib/kube/objects/errors';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { modelDeploymentObjects } from '../../lib/stacks/model-platform/model-deployment-objects';
import type { ModelDeploymentResource } from '../../lib/stacks/model-platform/model-deployment-resource';
import type { OperatedModelServer } from '../../lib/stacks/model-platform/model-server';
import { parseModelServer } from '../../lib/stacks/model-platform/operator/server-config';
import { APPLIED, annotated, hash, MODEL, modelOf, REVISION, WAVE } from './annotations';
import type { Problem } from './status';
import type { Turn } from './waves';

/** Settings of the server, and what tells them from others. */
export interface Server {
  readonly settings: OperatedModelServer;
  /** What pods are made of. */
  readonly revision: string;
  /** All of the settings: which models fit into a node is in none of the pods. */
  readonly version: string;
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
  return { settings, revision: hash(modelDeploymentObjects(SAMPLE, settings)), version: hash(text) };
}

/** What a ModelDeployment becomes, or why it becomes nothing. */
export interface Wanted {
  readonly objects: readonly Manifest[];
  readonly problem?: Problem;
}

/** Makes the objects of ModelDeployments, and keeps them until something that they are made of changes. */
export class WantedObjects {
  private readonly made = new Map<string, { readonly from: string; readonly wanted: Wanted }>();

  of(resource: Manifest, { settings, revision, version }: Server): Wanted {
    const { namespace, name, uid } = resource.metadata;
    const key = `${namespace}/${name}`;
    // No generation: while a CRD changes, one is handed out with and without the fields that are new.
    const from = `${uid} ${version} ${JSON.stringify(resource.spec)}`;
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
    const marks = { [REVISION]: revision, [MODEL]: modelOf(resource) };
    const objects = modelDeploymentObjects(resource as ModelDeploymentResource, settings);
    const marked = objects.map((object) => (object.kind === 'Deployment' ? annotated(object, marks) : object));
    return { objects: marked.map((object) => annotated(object, { [APPLIED]: hash(object) })) };
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    const message = `nothing is changed until the spec is understood: ${error.message}`;
    return { objects: [], problem: { reason: 'InvalidSpec', message } };
  }
}

/** A Deployment as it is wanted now, where it is already there. */
export function deploymentNow(wanted: Manifest, live: Manifest | undefined, turn: Turn, resource: Manifest): Manifest {
  const counted = withReplicas(wanted, live, resource);
  if (turn === 'wave') return annotated(counted, { [WAVE]: wanted.metadata.annotations[REVISION] });
  if (turn === 'now' || live === undefined) return counted;
  // Its pods stay as they are, whoever made them so, and what they were made with stays on record.
  const has: Readonly<Record<string, string>> = live.metadata.annotations ?? {};
  const records = Object.entries(has).filter(([name]) => [APPLIED, REVISION, WAVE].includes(name));
  const kept = annotated(counted, Object.fromEntries(records));
  return { ...kept, spec: { ...kept.spec, template: live.spec.template } };
}

/**
 * A Deployment whose replicas are the business of an autoscaler keeps those that it has, in whoever's name they are
 * written; the version makes the API server refuse the write where the autoscaler has changed them meanwhile.
 */
function withReplicas(wanted: Manifest, live: Manifest | undefined, resource: Manifest): Manifest {
  if (wanted.spec.replicas !== undefined) return wanted;
  // An autoscaler leaves a Deployment alone that somebody has scaled to 0.
  const replicas = live?.spec.replicas || resource.spec.replicas || 1;
  const metadata = { ...wanted.metadata, resourceVersion: live?.metadata.resourceVersion };
  return { ...wanted, metadata, spec: { ...wanted.spec, replicas } };
}
