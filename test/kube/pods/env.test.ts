import { EnvFieldPaths, EnvValue } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { envFromSources, envVars } from '../../../lib/kube/pods/env';
import { SecretRef } from '../../../lib/kube/secrets/secrets';

describe('environment variables', () => {
  it('are literals, keys of Secrets, and whatever else EnvValue can say, in the order given', () => {
    const env = {
      ZONE: 'eu',
      EMPTY: '',
      PASSWORD: new SecretRef('db', 'abc').key('password'),
      POD: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
      AGAIN: EnvValue.fromValue('eu'),
    };
    expect(envVars('dev', env)).toEqual([
      { name: 'ZONE', value: 'eu' },
      { name: 'EMPTY' },
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'AGAIN', value: 'eu' },
    ]);
  });

  it.each(['A', '_a', 'a.b-c', 'A1'])('may be called %s', (name) => {
    expect(envVars('dev', { [name]: '' })).toEqual([{ name }]);
  });

  it.each(['', '1A', 'A B', 'A=B', 'Ä'])('fails for the name %j', (name) => {
    expect(() => envVars('dev', { [name]: '' })).toThrow(
      `dev: 'env' must have names of letters, digits, '-', '_' and '.', got '${name}'`,
    );
  });
});

it('whole ConfigMaps and Secrets are read by their names', () => {
  expect(envFromSources('dev', [{ configMap: { name: 'settings' } }, { secret: new SecretRef('keys') }])).toEqual([
    { configMapRef: { name: 'settings' } },
    { secretRef: { name: 'keys' } },
  ]);
});
