import { ApiObject, type Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain } from '../../kube/objects/names';
import { wholeSeconds } from '../../kube/objects/numbers';
import {
  recordRequiredSecret,
  requiredSecrets,
  requireSecretSpec,
  type StoreEntry,
  secretKeys,
  sharedValue,
} from '../../kube/secrets/required-secrets';
import { type CredentialSource, knownSecret, SecretRef, type SecretSpec } from '../../kube/secrets/secrets';
import { idempotentSource } from './idempotent-source';
import { revisionsOf, type SecretRevisions } from './revisions';
import { type SecretTemplate, secretTemplate } from './secret-template';

/** A store of External Secrets Operator, which exists. */
export interface SecretStoreRef {
  readonly name: string;
  /** Whether it belongs to one namespace or to the cluster. @default 'SecretStore' */
  readonly kind?: 'SecretStore' | 'ClusterSecretStore';
}

/** One key of a Secret, as its entry in the store is named after it. */
export interface StoredKey {
  readonly namespace: string | undefined;
  /** Name of the Secret. */
  readonly name: string;
  /** Key of the Secret. */
  readonly key: string;
}

export interface ExternalSecretsOptions extends SecretRevisions {
  /** Where the values are. */
  readonly store: SecretStoreRef;
  /**
   * The entry of the store that holds the value of a key. Keys that must agree are asked for once and share an entry.
   * @default - key `namespace/name`, with the key as property
   */
  readonly entry?: (key: StoredKey) => StoreEntry;
  /** How often values are read again; 0 for once. @default - once an hour */
  readonly refreshInterval?: Duration;
}

export interface ExternalSecretProps extends Required<Pick<ExternalSecretsOptions, 'store' | 'entry'>> {
  /** The Secret that the operator makes: those of its values that are fixed are written here. */
  readonly spec: SecretSpec;
  /** @default - once an hour */
  readonly refreshInterval?: Duration;
}

/** The fields of `external-secrets.io/v1` that are set here. */
interface ExternalSecretSpec {
  readonly refreshInterval?: string;
  readonly secretStoreRef: Required<SecretStoreRef>;
  readonly target: {
    /**
     * Without a template, the Secret gets the labels and annotations of the ExternalSecret, and `kubectl apply --prune`
     * deletes it. Without `Merge`, what is read from the store is not in the Secret beside `data`.
     */
    readonly template: SecretTemplate & { readonly mergePolicy?: 'Merge' };
  };
  readonly data: readonly { readonly secretKey: string; readonly remoteRef: StoreEntry }[];
}

/** A Secret that External Secrets Operator (0.16 or later) makes from entries of a store, under the same name. */
export class ExternalSecret extends Construct {
  readonly ref: SecretRef;

  constructor(scope: Construct, id: string, props: ExternalSecretProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'store:object entry:function refreshInterval?:Duration spec:SecretSpec');
    const { spec, store, entry, refreshInterval } = props;
    requireUniqueNames(this);
    requireSecretSpec(this, spec);
    requireKnownProps(this, store, 'name kind?:SecretStore|ClusterSecretStore', 'store');
    requireDnsSubdomain(this, 'store.name', store.name);
    const { name } = spec;
    const namespace = namespaceOf(this);
    const entries = secretKeys(spec).map(([key, keySpec]) => {
      const shared = sharedValue(keySpec);
      const source = shared
        ? { namespace: shared.namespace ?? namespace, name: shared.sameAs.secret.name, key: shared.sameAs.key }
        : { namespace, name, key };
      return [key, entry(source)] as const;
    });
    requireProp(entries.length > 0, this, `${name}.keys`, 'hold a key whose value is secret', Object.keys(spec.keys));
    const template = secretTemplate(spec);
    const labels = { ...spec.labels, 'app.kubernetes.io/managed-by': 'external-secrets' };
    const written: ExternalSecretSpec = {
      refreshInterval: refreshInterval && `${wholeSeconds(this, 'refreshInterval', refreshInterval)}s`,
      secretStoreRef: { name: store.name, kind: store.kind ?? 'SecretStore' },
      target: { template: { ...template, metadata: { labels }, mergePolicy: template?.data && 'Merge' } },
      data: entries.map(([secretKey, { key, property }]) => ({ secretKey, remoteRef: { key, property } })),
    };
    new ApiObject(this, 'Default', {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name },
      spec: written,
    });
    recordRequiredSecret(this, {
      ...spec,
      namespace,
      stored: { store: store.name, entries: Object.fromEntries(entries) },
    });
    this.ref = new SecretRef(name, undefined, knownSecret(this, spec.keys));
  }
}

/**
 * Has External Secrets Operator make each Secret from entries of a store. User names, hosts and the like, which are no
 * secrets, are written here; `deploy/secrets.md` says which entries the store must have.
 */
export function externalSecrets(options: ExternalSecretsOptions): CredentialSource {
  requireKnownProps(
    'externalSecrets()',
    options,
    'store:object entry?:function refreshInterval?:Duration revisions?:string{}',
  );
  const { entry = defaultEntry, revisions, ...others } = options;
  const revisionOf = revisionsOf(revisions);
  return idempotentSource((scope, spec) => {
    const { ref } = new ExternalSecret(scope, `${spec.name}-secret`, { ...others, entry, spec });
    return new SecretRef(ref.name, revisionOf(scope, spec.name), ref.known);
  }, addReaders);
}

function addReaders(scope: Construct, spec: SecretSpec): void {
  const namespace = namespaceOf(scope);
  const listed = requiredSecrets(scope).find((other) => other.name === spec.name && other.namespace === namespace);
  recordRequiredSecret(scope, { ...spec, namespace, stored: listed?.stored });
}

function defaultEntry({ namespace, name, key }: StoredKey): StoreEntry {
  return { key: namespace === undefined ? name : `${namespace}/${name}`, property: key };
}
