import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import type { Env, EnvFrom } from '../../../lib/kube/pods/env';
import {
  allowLocalCredentials,
  envFromSecret,
  localCredentialsAllowed,
  SecretRef,
} from '../../../lib/kube/secrets/secrets';
import { Deployment } from '../../../lib/workloads/deployment';
import { container, identity, pod } from '../../support/samples';
import { testChart } from '../../support/synth';

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
  it('are not allowed by default', () => {
    expect(localCredentialsAllowed(new Chart(new App(), 'fair'))).toBe(false);
  });

  it('are allowed below the construct that allows them, and nowhere else', () => {
    const app = new App();
    const local = new Chart(app, 'local');
    allowLocalCredentials(local);
    expect(localCredentialsAllowed(local)).toBe(true);
    expect(localCredentialsAllowed(new Chart(local, 'nested'))).toBe(true);
    expect(localCredentialsAllowed(new Chart(app, 'other'))).toBe(false);
  });
});

describe('a Secret that is provided here', () => {
  const provided = (namespace?: string) => {
    const chart = testChart({ namespace: namespace ?? null });
    return existingSecrets().provide(chart, {
      name: 'db',
      readers: ['api'],
      keys: { password: { meaning: 'password' } },
    });
  };
  const pods = (env: Env, envFrom: readonly EnvFrom[] = [], namespace: string | null = 'demo') =>
    new Deployment(testChart({ namespace }), 'api', {
      identity,
      pod: { ...pod, containers: [{ ...container, env, envFrom }] },
    });

  it('is read in its own namespace, by its keys', () => {
    expect(() => pods({ PASSWORD: provided('demo').key('password') }, [{ secret: provided('demo') }])).not.toThrow();
  });

  it('may be in any namespace where kubectl decides on that', () => {
    expect(() => pods({ PASSWORD: provided().key('password') })).not.toThrow();
    expect(() => pods({ PASSWORD: provided('demo').key('password') }, [], null)).not.toThrow();
  });

  it('fails in another namespace', () => {
    const message = "must be of a Secret in namespace 'demo', where the pods are, got 'db in namespace data'";
    expect(() => pods({ PASSWORD: provided('data').key('password') })).toThrow(`demo/api: 'env.PASSWORD' ${message}`);
    expect(() => pods({}, [{ secret: provided('data') }])).toThrow(`demo/api: 'envFrom.secret' ${message}`);
  });

  it('fails for a key that it does not have', () => {
    expect(() => pods({ PASSWORD: provided('demo').key('pasword') })).toThrow(
      "demo/api: 'env.PASSWORD' must be one of 'password' (keys of Secret 'db'), got 'pasword'",
    );
  });
});
