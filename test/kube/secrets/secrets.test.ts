import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  allowLocalCredentials,
  envFromSecret,
  localCredentialsAllowed,
  SecretRef,
} from '../../../lib/kube/secrets/secrets';

describe('a reference to a Secret', () => {
  it('leads to a key by names only', () => {
    const ref = new SecretRef('db');
    expect(ref.key('password')).toEqual({ secret: ref, key: 'password' });
    expect(ref.checksum).toBeUndefined();
  });

  it('is an environment variable that holds no value', () => {
    const { value, valueFrom } = envFromSecret(new SecretRef('db').key('password'));
    expect(value).toBeUndefined();
    expect(valueFrom).toEqual({ secretKeyRef: { name: 'db', key: 'password' } });
  });
});

describe('a reference to a Secret that cannot be', () => {
  it.each(['', 'My_Secret', 'Db', 'a'.repeat(254)])('fails for the name %j', (name) => {
    expect(() => new SecretRef(name)).toThrow(
      `SecretRef: 'name' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got '${name}'`,
    );
  });

  it.each(['', 'pass word', 'a/b', '..', 'a'.repeat(254)])('fails for the key %j', (key) => {
    expect(() => new SecretRef('db').key(key)).toThrow(
      `SecretRef 'db': 'key' must be at most 253 letters, digits, '-', '_' and '.' other than '.' and '..…', got '${key}'`,
    );
  });

  it.each(['password', 'tls.crt', '.htpasswd', '_A-1'])('may have the key %j', (key) => {
    expect(new SecretRef('db').key(key).key).toBe(key);
  });
});

describe('literal credentials', () => {
  it('are not allowed unless somebody says so', () => {
    expect(localCredentialsAllowed(new Chart(new App(), 'fair'))).toBe(false);
  });

  it('are allowed below the construct that says so, and nowhere else', () => {
    const app = new App();
    const local = new Chart(app, 'local');
    allowLocalCredentials(local);
    expect(localCredentialsAllowed(local)).toBe(true);
    expect(localCredentialsAllowed(new Chart(local, 'nested'))).toBe(true);
    expect(localCredentialsAllowed(new Chart(app, 'other'))).toBe(false);
  });
});
