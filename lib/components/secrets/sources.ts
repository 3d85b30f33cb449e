import { requireProp } from '../../kube/errors';
import { type CredentialSource, SecretRef, type SecretSpec } from '../../kube/secrets';
import { LocalSecret } from './secret';

/** Writes each Secret with its documented local values. Works only below `allowLocalCredentials`. */
export function localCredentials(): CredentialSource {
  return {
    provide(scope, spec) {
      return new LocalSecret(scope, `${spec.name}-secret`, { name: spec.name, data: localData(spec) }).ref;

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

/** Refers to Secrets that somebody else creates, and writes none. */
export function existingSecrets(): CredentialSource {
  return { provide: (_scope, { name }) => new SecretRef(name) };
}
