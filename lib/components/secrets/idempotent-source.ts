import type { Construct, IConstruct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { namespaceOf } from '../../kube/objects/inventory';
import { perApp } from '../../kube/objects/per-app';
import { requireSameSecret } from '../../kube/secrets/required-secrets';
import type { CredentialSource, SecretRef, SecretSpec } from '../../kube/secrets/secrets';

interface Provided {
  readonly source: unknown;
  readonly spec: SecretSpec;
  readonly ref: SecretRef;
}

const providedIn = perApp('provided-secrets', () => new Map<string, Provided>());

/**
 * A source that writes each Secret once: further calls of `provide`, by other readers, return the same one.
 * @param write - writes a Secret
 * @param again - called at each further call
 * @param source - identity of the source; a name where sources of two copies of this package are the same. @default - unique
 */
export function idempotentSource(
  write: (scope: Construct, spec: SecretSpec) => SecretRef,
  again: (scope: Construct, spec: SecretSpec) => void = () => {},
  source: unknown = {},
): CredentialSource {
  return {
    provide(scope, spec) {
      const secrets = providedIn(scope);
      const namespace = namespaceOf(scope);
      const id = `${namespace ?? ''}/${spec.name}`;
      const found = secrets.get(id);
      if (found === undefined) {
        const ref = write(scope, spec);
        secrets.set(id, { source, spec, ref });
        return ref;
      }
      requireSameSecret(scope, { ...spec, namespace }, { ...found.spec, namespace });
      requireProp(found.source === source, scope, 'credentials', 'be the source that provided the Secret before', id);
      again(scope, spec);
      return found.ref;
    },
  };
}

/** The names of the Secrets that a source has provided in an app. */
export function providedBy(source: unknown, scope: IConstruct): readonly string[] {
  const provided = [...providedIn(scope).values()].filter((secret) => secret.source === source);
  return [...new Set(provided.map(({ spec }) => spec.name))];
}
