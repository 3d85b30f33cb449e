import type { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { pathOf, requireProp } from '../objects/errors';
import { perConstruct } from '../objects/per-app';
import type { Manifest } from '../objects/serialization';
import { manifestOf } from '../objects/synth-run';
import { localCredentialsAllowed } from '../secrets/secrets';
import { findCredentials } from './scan';

const OUTSIDE =
  'outside a local environment (a Secret that exists holds it; refer to that by name and key; `allowLiteral` allows what is none)';
const literalsOf = perConstruct('allowed-literals', () => new Map<string, string>());

/**
 * Allows one value that the check takes for a credential, anywhere in the objects below `scope` and in the files of
 * `deploy/`.
 *
 * @param value - all of what the message calls a value, a token or a password
 * @param reason - why it is no credential, for those who read the code
 * @throws InvalidPropError when one of them is empty
 */
export function allowLiteral(scope: Construct, value: string, reason: string): void {
  for (const [prop, text] of Object.entries({ value, reason })) {
    requireProp(typeof text === 'string' && text.trim() !== '', scope, prop, 'be a text that is not empty', text);
  }
  requireProp(Construct.isConstruct(scope), 'allowLiteral()', 'scope', 'be a construct', scope);
  literalsOf(scope).set(value, reason);
}

/** What forbids to write objects where credentials are not allowed: literals, and Secrets with data. */
export function objectErrors(objects: readonly ApiObject[]): string[] {
  return objects
    .filter((object) => !localCredentialsAllowed(object))
    .flatMap((object) => manifestErrors(pathOf(object), manifestOf(object), object.node.scopes));
}

/** {@link documentErrors} of a manifest. */
export function manifestErrors(location: string, manifest: Manifest, allowing: readonly IConstruct[] = []): string[] {
  const { kind, apiVersion, metadata, spec = {}, data, stringData } = manifest;
  const named = `${location} (${kind} ${metadata?.name})`;
  if (kind === 'Secret' && apiVersion === 'v1') {
    const keys = Object.keys({ ...data, ...stringData }).sort();
    const written =
      keys.length === 0 ? [] : [`${named}: 'data' must not be written ${OUTSIDE}, got ${keys.join(', ')}`];
    return [...written, ...documentErrors(named, { metadata }, allowing)];
  }
  // What a store calls its entries, and what only the cluster can decrypt.
  if (kind === 'ExternalSecret') return documentErrors(named, { metadata, spec: { target: spec.target } }, allowing);
  if (kind === 'SealedSecret') return documentErrors(named, { metadata, spec: { template: spec.template } }, allowing);
  return documentErrors(named, manifest, allowing);
}

/** The credentials in a document, as messages, but for those that constructs allow. */
export function documentErrors(location: string, document: unknown, allowing: readonly IConstruct[] = []): string[] {
  const found = findCredentials(document).filter(
    ({ value }) => !allowing.some((scope) => literalsOf(scope).has(value)),
  );
  return [
    ...new Set(
      found.map(({ path, what }) => `${location}: '${path}' must not hold a credential ${OUTSIDE}, got ${what}`),
    ),
  ];
}
