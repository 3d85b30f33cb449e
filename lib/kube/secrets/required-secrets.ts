import type { Construct, IConstruct } from 'constructs';
import { checksum } from '../objects/checksums';
import { requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDataKey, requireDnsLabel, requireDnsSubdomain, requireLabels } from '../objects/names';
import { requireWhole } from '../objects/numbers';
import { perApp } from '../objects/per-app';
import type { SecretKeySpec, SecretSpec, SharedValue } from './secrets';

/** An entry of a store of secrets outside of the cluster. */
export interface StoreEntry {
  /** Name of the secret in the store. */
  readonly key: string;
  /** The part of it, where the secret is a map. @default - all of it */
  readonly property?: string;
}

/** Where an operator takes a Secret from. */
export interface SecretStoreEntries {
  /** Name of the store, as objects of the cluster refer to it. */
  readonly store: string;
  /** The entry of each key whose value is not fixed. */
  readonly entries: Readonly<Record<string, StoreEntry>>;
}

/** A Secret that a namespace needs and whose values are not ours to write. */
export interface RequiredSecret extends SecretSpec {
  readonly namespace: string | undefined;
  /** Where an operator reads it from. @default - it is created by hand */
  readonly stored?: SecretStoreEntries;
}

const requiredSecretMap = perApp('required-secrets', () => new Map<string, RequiredSecret>());

/**
 * Adds a Secret to the list of required Secrets. Different readers may require the same one.
 * @throws InvalidPropError where a Secret of this name is required with other keys
 */
export function recordRequiredSecret(scope: Construct, secret: RequiredSecret): void {
  requireKnownProps('recordRequiredSecret()', { scope, secret }, 'scope:Construct secret:object');
  const { namespace, name } = secret;
  if (namespace !== undefined) requireDnsLabel(scope, 'namespace', namespace);
  requireSecretSpec(scope, secret);
  const secrets = requiredSecretMap(scope);
  const id = `${namespace ?? ''}/${name}`;
  const other = secrets.get(id) ?? secret;
  requireSameSecret(scope, secret, other);
  secrets.set(id, { ...secret, readers: [...new Set([...other.readers, ...secret.readers])] });
}

/** Checks that two required Secrets of one name are equal, except for their readers. */
export function requireSameSecret(scope: Construct, secret: RequiredSecret, before: RequiredSecret): void {
  requireProp(
    checksum({ ...secret, readers: [] }) === checksum({ ...before, readers: [] }),
    scope,
    'name',
    `be the name of one Secret in namespace '${secret.namespace ?? '(default)'}' (another is asked for under it)`,
    secret.name,
  );
}

/** The Secrets that the app of `scope` needs and does not write, in the order of its creation. */
export function requiredSecrets(scope: IConstruct): readonly RequiredSecret[] {
  return [...requiredSecretMap(scope).values()];
}

/** Checks what the API server would refuse, and that each value comes from one place. */
export function requireSecretSpec(scope: Construct, spec: SecretSpec): void {
  const { name, readers, keys, type, labels = {} } = spec;
  requireKnownProps(scope, { spec: { name, readers, keys, type, labels } }, 'spec:SecretSpec');
  requireDnsSubdomain(scope, 'name', name);
  requireLabels(scope, `${name}.labels`, labels);
  requireProp(Object.keys(keys).length > 0, scope, `${name}.keys`, 'not be empty', keys);
  for (const [key, keySpec] of Object.entries(keys)) {
    const words = 'meaning format? value? from?:object local?';
    requireKnownProps(scope, keySpec, words, `${name}.${key}`);
    const { value, from } = keySpec;
    const origins = 'random?:number file? sameAs?:SecretKey namespace?';
    requireKnownProps(scope, from, origins, `${name}.${key}.from`);
    requireDataKey(scope, `${name}.keys`, key);
    requireProp(value === undefined || from === undefined, scope, `${name}.${key}`, "have 'value' or 'from'", 'both');
    if (from !== undefined && 'random' in from) {
      requireWhole(scope, `${name}.${key}.from.random`, from.random, 16);
    }
  }
}

/** The keys of a Secret whose values are secret. */
export function secretKeys({ keys }: SecretSpec): readonly (readonly [string, SecretKeySpec])[] {
  return Object.entries(keys).filter(([, { value }]) => value === undefined);
}

/** The values of a Secret that are not secret. */
export function fixedValues({ keys }: SecretSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** The key of another Secret that a key has to agree with. */
export function sharedValue({ from }: SecretKeySpec): SharedValue | undefined {
  return from !== undefined && 'sameAs' in from ? from : undefined;
}
