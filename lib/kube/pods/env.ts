import type { EnvValue, k8s } from 'cdk8s-plus-28';
import { type ErrorLocation, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requireDnsSubdomain, requireKeyName } from '../objects/names';
import { envFromSecret, requireReadable, type SecretKey, type SecretRef } from '../secrets/secrets';
import type { ConfigSource } from './volumes';

/** Environment variables by name: a literal, a key of a Secret, or any `EnvValue`. */
export type Env = Readonly<Record<string, string | SecretKey | EnvValue>>;

/** All keys of one object as environment variables. */
export type EnvFrom = { readonly configMap: ConfigSource } | { readonly secret: SecretRef };

// What the API server accepts before 1.30, and every shell.
const ENV_NAME = /^(?!\.$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Environment variables as a container has them, in the order given. */
export function envVars(location: ErrorLocation, env: Env): k8s.EnvVar[] {
  return Object.entries(env).map(([name, given]) => {
    requireProp(ENV_NAME.test(name), location, 'env', "have names of letters, digits, '-', '_' and '.'", name);
    // The API server keeps no empty value: an apply would differ from it for ever.
    if (typeof given === 'string') return given === '' ? { name } : { name, value: given };
    const known = isEnvValue(given) || isSecretKey(given);
    requireProp(known, location, `env.${name}`, 'be a string, a key of a Secret or an EnvValue', given);
    if (isEnvValue(given)) return { name, value: given.value, valueFrom: given.valueFrom };
    requireKnownProps(location, given, 'secret:SecretRef key', `env.${name}`);
    requireKeyName(location, `env.${name}.key`, given.key);
    requireReadable(location, `env.${name}`, given.secret, given.key);
    return { name, valueFrom: envFromSecret(given).valueFrom };
  });
}

/** Whether it is an EnvValue, of whichever version of cdk8s-plus. */
function isEnvValue(given: unknown): given is EnvValue {
  return typeof given === 'object' && given !== null && 'value' in given && 'valueFrom' in given;
}

/** JavaScript callers may pass a number, or an unset variable, instead. */
function isSecretKey(given: unknown): given is SecretKey {
  return typeof given === 'object' && given !== null && 'secret' in given && 'key' in given;
}

/** References to whole ConfigMaps and Secrets as a container has them. */
export function envFromSources(location: ErrorLocation, sources: readonly EnvFrom[]): k8s.EnvFromSource[] {
  return sources.map((source) => {
    requireKnownProps(location, source, 'configMap?:ConfigSource secret?:SecretRef', 'envFrom');
    if ('secret' in source) {
      requireReadable(location, 'envFrom.secret', source.secret);
      return { secretRef: { name: source.secret.name } };
    }
    requireProp('configMap' in source, location, 'envFrom', "have 'configMap' or 'secret'", source);
    const { name } = source.configMap;
    requireDnsSubdomain(location, 'envFrom.configMap.name', name);
    return { configMapRef: { name } };
  });
}
