import type { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { namespaceOf } from '../../kube/objects/inventory';
import { recordRequiredSecret } from '../../kube/secrets/required-secrets';
import { type CredentialSource, knownSecret, SecretRef, type SecretSpec } from '../../kube/secrets/secrets';
import { idempotentSource } from './idempotent-source';
import { revisionsOf, type SecretRevisions } from './revisions';
import { LocalSecret } from './secret';

/** Writes each Secret with its documented local values. Works only below `allowLocalCredentials`. */
export function localCredentials(): CredentialSource {
  return idempotentSource(writeLocal, undefined, 'localCredentials');
}

function writeLocal(scope: Construct, { name, keys, type, labels }: SecretSpec): SecretRef {
  const data = Object.entries(keys).map(([key, { value, local = value }]) => {
    requireProp(local !== undefined, scope, `${name}.${key}`, 'have a documented local value', local);
    return [key, local] as const;
  });
  return new LocalSecret(scope, `${name}-secret`, { name, data: Object.fromEntries(data), type, labels }).ref;
}

/** Refers to Secrets that exist already, and writes none. `deploy/secrets.md` lists them, with their commands. */
export function existingSecrets({ revisions }: SecretRevisions = {}): CredentialSource {
  const revisionOf = revisionsOf(revisions);
  return {
    provide(scope, spec) {
      recordRequiredSecret(scope, { ...spec, namespace: namespaceOf(scope) });
      return new SecretRef(spec.name, revisionOf(scope, spec.name), knownSecret(scope, spec.keys));
    },
  };
}
