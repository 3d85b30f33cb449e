import { Chart } from 'cdk8s';
import { EnvValue, type ISecret } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ErrorLocation, oneOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { Labels } from '../objects/labels';
import { requireDnsSubdomain, requireKeyName } from '../objects/names';
import { setForAllBelow } from '../objects/per-app';

/** What is known of a Secret. */
export interface KnownSecret {
  /** The only namespace that it can be read in; undefined where the chart leaves it to `kubectl`. */
  readonly namespace: string | undefined;
  readonly keys: readonly string[];
}

/** The name of a Secret in the same namespace; its values are not known here. */
export class SecretRef {
  constructor(
    /** `metadata.name` of the Secret. */
    readonly name: string,
    /** Checksum of its content, where it is written here, or its revision; pods that read it are rolled when it changes. */
    readonly checksum?: string,
    /** Where it is, and its keys, where it is provided here; pods that read anything else are an error. */
    readonly known?: KnownSecret,
  ) {
    requireKnownProps('SecretRef', { name, checksum, known }, 'name checksum? known?:object');
    requireDnsSubdomain('SecretRef', 'name', name);
  }

  /** One key of the Secret. */
  key(key: string): SecretKey {
    requireKeyName(`SecretRef '${this.name}'`, 'key', key);
    return { secret: this, key };
  }
}

/** One key of a Secret. */
export interface SecretKey {
  readonly secret: SecretRef;
  readonly key: string;
}

/** What is known of a Secret that is provided in the namespace of `scope`. */
export function knownSecret(scope: Construct, keys: object): KnownSecret {
  return { namespace: Chart.of(scope).namespace, keys: Object.keys(keys) };
}

/** Checks that pods of a place can read a Secret, and its key, where one is asked for. */
export function requireReadable(location: ErrorLocation, prop: string, { name, known }: SecretRef, key?: string): void {
  if (known === undefined || typeof location === 'string') return;
  const { namespace, keys } = known;
  const own = Chart.of(location).namespace;
  const same = own === undefined || namespace === undefined || own === namespace;
  const allowed = `be of a Secret in namespace '${own}', where the pods are`;
  requireProp(same, location, prop, allowed, `${name} in namespace ${namespace}`);
  if (key !== undefined)
    requireProp(keys.includes(key), location, prop, `${oneOf(keys)} (keys of Secret '${name}')`, key);
}

/** An environment variable that reads a key of a Secret. */
export function envFromSecret(source: SecretKey): EnvValue {
  // EnvValue asks for a construct and reads nothing but its name.
  return EnvValue.fromSecretValue({ secret: { name: source.secret.name } as ISecret, key: source.key });
}

const LOCAL_CREDENTIALS = 'cdk8s-ml-platform/local-credentials';

/**
 * Declares everything below `scope` a local environment, for which Secrets with literal, documented credentials may be
 * written. Call it before anything is created below `scope`.
 */
export function allowLocalCredentials(scope: Construct): void {
  setForAllBelow(scope, 'allowLocalCredentials()', LOCAL_CREDENTIALS, true);
}

/** Whether {@link allowLocalCredentials} was called on `scope` or above it. */
export function localCredentialsAllowed(scope: Construct): boolean {
  return scope.node.tryGetContext(LOCAL_CREDENTIALS) === true;
}

/** One key of a Secret that a stack needs. */
export interface SecretKeySpec {
  /** What it holds, for the person who creates it. */
  readonly meaning: string;
  /** What the value has to look like: `at least 8 characters`. @default - anything */
  readonly format?: string;
  /** The value that the key must have, where it is no secret: a user name, a host. @default - a secret */
  readonly value?: string;
  /** Where the value comes from. @default - the person who creates the Secret enters it */
  readonly from?: SecretOrigin;
  /** The documented value in local environments. @default - `value` */
  readonly local?: string;
}

/** Where the value of a key comes from. */
export type SecretOrigin = RandomValue | FileValue | SharedValue;

/** A random value. */
export interface RandomValue {
  /** Number of random bytes, written as hexadecimal digits, which are safe in URLs too. */
  readonly random: number;
}

/** The content of a file, of any number of lines. */
export interface FileValue {
  /** Name of the file, in the working directory of the person who creates the Secret. */
  readonly file: string;
}

/** The value of a key of another Secret. The two have to agree. */
export interface SharedValue {
  readonly sameAs: SecretKey;
  /** Namespace of that Secret. @default - the same namespace */
  readonly namespace?: string;
}

/** A Secret that a stack needs: its name, and the keys that are read. */
export interface SecretSpec {
  readonly name: string;
  /** Who reads it: names of workloads or charts. */
  readonly readers: readonly string[];
  readonly keys: Readonly<Record<string, SecretKeySpec>>;
  /** What Kubernetes calls its type; some readers insist on one. @default 'Opaque' */
  readonly type?: string;
  /** Labels that a reader looks for. @default - none */
  readonly labels?: Labels;
}

/** Where the Secrets of a stack come from. A stack declares what it needs; the source provides it. */
export interface CredentialSource {
  /** Provides one Secret in the namespace of `scope`. */
  provide(scope: Construct, spec: SecretSpec): SecretRef;
}
