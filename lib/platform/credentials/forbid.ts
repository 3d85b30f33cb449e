import type { IConstruct } from 'constructs';
import { pathOf } from '../../kube/objects/errors';
import type { Manifest } from '../../kube/objects/serialization';
import { manifestOf, validateObjects } from '../../kube/objects/synth-run';
import { localCredentialsAllowed } from '../../kube/secrets/secrets';
import { findCredentials } from './scan';

const INSTEAD = '(a Secret that exists holds it; refer to that by name and key)';

/**
 * Adds a validation: no object below `scope` holds a credential, and none is a Secret with data, except where
 * `allowLocalCredentials` was called.
 *
 * @param files - what is written beside the objects, by path below `deploy/`, asked for once the tree is finished
 */
export function forbidCredentials(
  scope: IConstruct,
  files: () => Readonly<Record<string, unknown>> = () => ({}),
): void {
  validateObjects(scope, (objects) => [
    ...objects
      .filter((object) => !localCredentialsAllowed(object))
      .flatMap((object) => manifestErrors(pathOf(object), manifestOf(object))),
    ...Object.entries(files()).flatMap(([path, found]) => documentErrors(`deploy/${path}`, found)),
  ]);
}

/**
 * What forbids to write a manifest where credentials are not allowed.
 * @param location - where it comes from, as the messages start
 */
export function manifestErrors(location: string, manifest: Manifest): string[] {
  const { kind, apiVersion, metadata, spec = {}, data, stringData } = manifest;
  const named = `${location} (${kind} ${metadata?.name})`;
  if (kind === 'Secret' && apiVersion === 'v1') {
    const keys = Object.keys({ ...data, ...stringData }).sort();
    const written = `${named}: 'data' must not be written outside a local environment ${INSTEAD}, got ${keys.join(', ')}`;
    return [...(keys.length === 0 ? [] : [written]), ...documentErrors(named, { metadata })];
  }
  // What a store calls its entries, and what only the cluster can decrypt.
  if (kind === 'ExternalSecret') return documentErrors(named, { metadata, spec: { target: spec.target } });
  if (kind === 'SealedSecret') return documentErrors(named, { metadata, spec: { template: spec.template } });
  return documentErrors(named, manifest);
}

/** What forbids to write any other document, such as values of a chart, where credentials are not allowed. */
export function documentErrors(location: string, document: unknown): string[] {
  return findCredentials(document).map(
    ({ path, what }) =>
      `${location}: '${path}' must not hold a credential outside a local environment ${INSTEAD}, got ${what}`,
  );
}
