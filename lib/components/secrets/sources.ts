import { requireProp } from '../../kube/errors';
import { namespaceOf } from '../../kube/inventory';
import { recordRequiredSecret } from '../../kube/required-secrets';
import { type CredentialSource, SecretRef, type SecretSpec } from '../../kube/secrets';
import { LocalSecret } from './secret';

/** Writes each Secret with its documented local values. Works only below `allowLocalCredentials`. */
export function localCredentials(): CredentialSource {
  return {
    provide(scope, spec) {
      const { name, type, labels } = spec;
      return new LocalSecret(scope, `${name}-secret`, { name, data: localData(spec), type, labels }).ref;

      function localData({ name, keys }: SecretSpec): Record<string, string> {
        return Object.fromEntries(
          Object.entries(keys).map(([key, { value, local = value }]) => {
            requireProp(local !== undefined, scope, `${name}.${key}`, 'have a documented local value', local);
            return [key, local];
          }),
        );
      }
    },
  };
}

/** Refers to Secrets that somebody else creates, and writes none. `deploy/secrets.md` says which, and how. */
export function existingSecrets(): CredentialSource {
  return {
    provide(scope, spec) {
      recordRequiredSecret(scope, { ...spec, namespace: namespaceOf(scope) });
      return new SecretRef(spec.name);
    },
  };
}
