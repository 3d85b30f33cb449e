import { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { checksum } from '../../kube/objects/checksums';
import { pathOf, requireProp } from '../../kube/objects/errors';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireSecretSpec, secretKeys } from '../../kube/secrets/required-secrets';
import { type CredentialSource, knownSecret, SecretRef, type SecretSpec } from '../../kube/secrets/secrets';
import { idempotentSource, providedBy } from './idempotent-source';
import { type SecretTemplate, secretTemplate } from './secret-template';

/** Where an encrypted value can be opened: under its own name, in its namespace, or in the whole cluster. */
export type SealingScope = 'strict' | 'namespace-wide' | 'cluster-wide';

export interface SealedSecretsOptions {
  /**
   * Encrypted values by name and key of the Secret, as `kubeseal --raw` prints them. User names, hosts and the like,
   * which are no secrets, are not among them.
   */
  readonly encryptedData: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the values were encrypted for. @default 'strict' */
  readonly scope?: SealingScope;
}

export interface SealedSecretProps {
  /** The Secret that the controller makes: those of its values that are fixed are written here. */
  readonly spec: SecretSpec;
  /** Encrypted values by key: of every key that is not fixed, and of no other. */
  readonly encryptedData: Readonly<Record<string, string>>;
  /** @default 'strict' */
  readonly scope?: SealingScope;
}

/** The fields of `bitnami.com/v1alpha1` that are set here. */
interface SealedSecretSpec {
  readonly encryptedData: Readonly<Record<string, string>>;
  readonly template?: SecretTemplate;
}

/** A Secret that the controller of Sealed Secrets (0.20 or later) makes from encrypted values, under the same name. */
export class SealedSecret extends Construct {
  readonly ref: SecretRef;

  constructor(parent: Construct, id: string, props: SealedSecretProps) {
    super(...placed(parent, id));
    requireKnownProps(this, props, 'encryptedData:string{} scope?:strict|namespace-wide|cluster-wide spec:SecretSpec');
    const { spec, encryptedData, scope = 'strict' } = props;
    requireUniqueNames(this);
    requireSecretSpec(this, spec);
    const { name } = spec;
    const allowed = "be 'cluster-wide' in a chart without a namespace, which others are encrypted for";
    requireProp(scope === 'cluster-wide' || namespaceOf(this) !== undefined, this, 'scope', allowed, scope);
    const keys = secretKeys(spec).map(([key]) => key);
    for (const key of keys) {
      const value = encryptedData[key];
      requireProp(value !== undefined, this, `${name}.${key}`, 'have an encrypted value', value);
      requireProp(isSealed(value), this, `${name}.${key}`, 'be a value that `kubeseal --raw` printed', '(not shown)');
    }
    const extra = Object.keys(encryptedData).find((key) => !keys.includes(key));
    requireProp(extra === undefined, this, `encryptedData.${name}`, `hold nothing but ${quoted(keys)}`, extra);
    const written: SealedSecretSpec = { encryptedData, template: secretTemplate(spec) };
    new ApiObject(this, 'Default', {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: {
        name,
        annotations: scope === 'strict' ? undefined : { [`sealedsecrets.bitnami.com/${scope}`]: 'true' },
      },
      spec: written,
    });
    this.ref = new SecretRef(name, checksum(written), knownSecret(this, spec.keys));
  }
}

/**
 * Writes each Secret with values that only the cluster can decrypt. User names, hosts and the like, which are no
 * secrets, are written as they are.
 */
export function sealedSecrets(options: SealedSecretsOptions): CredentialSource {
  const words = 'encryptedData:object{} scope?:strict|namespace-wide|cluster-wide';
  requireKnownProps('sealedSecrets()', options, words);
  const { encryptedData, scope } = options;
  const source = {};
  const write = (construct: Construct, spec: SecretSpec) => {
    if (providedBy(source, construct).length === 0) {
      const validate = () => unusedErrors(construct, encryptedData, providedBy(source, construct));
      construct.node.root.node.addValidation({ validate });
    }
    const values = Object.hasOwn(encryptedData, spec.name) ? encryptedData[spec.name] : {};
    return new SealedSecret(construct, `${spec.name}-secret`, { spec, encryptedData: values ?? {}, scope }).ref;
  };
  return idempotentSource(write, undefined, source);
}

function unusedErrors(location: IConstruct, encryptedData: object, names: readonly string[]): string[] {
  return Object.keys(encryptedData)
    .filter((name) => !names.includes(name))
    .map((name) => `${pathOf(location)}: 'encryptedData' must hold nothing but ${quoted(names)}, got '${name}'`);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ') || '(nothing)';
}

/** The length of an RSA ciphertext, the ciphertext, and the value as AES-GCM encrypts it: with 16 bytes more. */
function isSealed(value: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  const bytes = Buffer.from(value, 'base64');
  const rsa = bytes.length < 2 ? 0 : bytes.readUInt16BE();
  return rsa >= 256 && rsa <= 2048 && bytes.length > 2 + rsa + 16;
}
