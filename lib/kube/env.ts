import { EnvValue, type k8s } from 'cdk8s-plus-28';
import { type Place, requireProp } from './errors';
import { envFromSecret, type SecretKey, type SecretRef } from './secrets';
import type { ConfigSource } from './volumes';

/** Environment variables by name: a literal, a key of a Secret, or whatever else `EnvValue` can say. */
export type Env = Readonly<Record<string, string | SecretKey | EnvValue>>;

/** All keys of one object as environment variables. */
export type EnvFrom = { readonly configMap: ConfigSource } | { readonly secret: SecretRef };

// What the API server accepts before 1.30, and every shell.
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Environment variables as a container has them, in the order given. */
export function envVars(place: Place, env: Env): k8s.EnvVar[] {
  return Object.entries(env).map(([name, given]) => {
    requireProp(ENV_NAME.test(name), place, 'env', "have names of letters, digits, '-', '_' and '.'", name);
    if (typeof given === 'string') return { name, value: given };
    const { value, valueFrom } = given instanceof EnvValue ? given : envFromSecret(given);
    return { name, value, valueFrom };
  });
}

/** References to whole ConfigMaps and Secrets as a container has them. */
export function envFromSources(sources: readonly EnvFrom[]): k8s.EnvFromSource[] {
  return sources.map((source) =>
    'configMap' in source
      ? { configMapRef: { name: source.configMap.name } }
      : { secretRef: { name: source.secret.name } },
  );
}
