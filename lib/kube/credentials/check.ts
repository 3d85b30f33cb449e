import type { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { pathOf, requireProp } from '../objects/errors';
import { perConstruct } from '../objects/per-app';
import type { Manifest } from '../objects/serialization';
import { manifestOf } from '../objects/synth-run';
import { localCredentialsAllowed } from '../secrets/secrets';
import { findCredentials } from './scan';

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
  const shared = objects.filter((object) => !localCredentialsAllowed(object));
  return shared.flatMap((object) => manifestErrors(pathOf(object), manifestOf(object), object.node.scopes));
}

/** {@link documentErrors} of a manifest. */
export function manifestErrors(location: string, manifest: Manifest, allowing: readonly IConstruct[] = []): string[] {
  const { kind, apiVersion, metadata, spec = {}, data, stringData } = manifest;
  const named = `${location} (${kind} ${metadata?.name})`;
  const isSecret = kind === 'Secret' && apiVersion === 'v1';
  const keys = isSecret ? Object.keys({ ...data, ...stringData }).sort() : [];
  let readable: unknown = isSecret ? { metadata } : manifest;
  // Not what a store calls its entries, and what only the cluster can decrypt.
  if (kind === 'ExternalSecret') readable = { metadata, spec: { target: spec.target } };
  if (kind === 'SealedSecret') readable = { metadata, spec: { template: spec.template } };
  const written = keys.length === 0 ? [] : [message(named, 'data', 'be written', keys.join(', '))];
  return [...written, ...documentErrors(named, readable, allowing)];
}

/** The credentials in a document, as messages, but for those that constructs allow. */
export function documentErrors(location: string, document: unknown, allowing: readonly IConstruct[] = []): string[] {
  const isAllowed = (value: string) => allowing.some((scope) => literalsOf(scope).has(value));
  const found = findCredentials(document).filter(({ value }) => !isAllowed(value));
  return [...new Set(found.map(({ path, what }) => message(location, path, 'hold a credential', what)))];
}

function message(location: string, path: string, mistake: string, got: string): string {
  const otherwise = 'a Secret that exists holds it; refer to that by name and key; `allowLiteral` allows what is none';
  return `${location}: '${path}' must not ${mistake} outside a local environment (${otherwise}), got ${got}`;
}
