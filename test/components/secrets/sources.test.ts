import { describe, expect, it } from 'vitest';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import type { SecretKeySpec, SecretSpec } from '../../../lib/kube/secrets/secrets';
import { everyKind } from '../../support/secrets';
import { objectOf, synth, testChart } from '../../support/synth';

const spec: SecretSpec = {
  name: 'db',
  readers: ['mlflow'],
  keys: {
    username: { meaning: 'role', value: 'mlflow' },
    password: { meaning: 'password', local: 'documented' },
  },
};

describe('local credentials', () => {
  it('are a Secret with the documented value of each key', () => {
    expect(dataOf(spec)).toEqual({ username: 'mlflow', password: 'documented' });
  });

  it('take each part of a key into account', () => {
    const key: Required<Omit<SecretKeySpec, 'from'>> = {
      meaning: 'role',
      format: 'lower case',
      value: 'mlflow',
      local: 'other',
    };
    expect(dataOf({ ...spec, keys: { key } })).toEqual({ key: 'other' });
  });

  it('are written with the type and the labels that a reader looks for', () => {
    const chart = testChart({ local: true });
    localCredentials().provide(chart, { ...spec, type: 'kubernetes.io/basic-auth', labels: { reload: 'true' } });
    expect(objectOf(chart, 'Secret')).toMatchObject({
      metadata: { labels: { reload: 'true' } },
      type: 'kubernetes.io/basic-auth',
    });
    expect(requiredSecrets(chart)).toEqual([]);
  });

  it('hand out a reference that rolls its readers', () => {
    const ref = localCredentials().provide(testChart({ local: true }), spec);
    expect(ref).toMatchObject({ name: 'db', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('fails for a secret without a documented value', () => {
    const keys = { password: { meaning: 'password' } };
    expect(() => localCredentials().provide(testChart({ local: true }), { ...spec, keys })).toThrow(
      "demo: 'db.password' must have a documented local value, got undefined",
    );
  });

  it('fails outside a local environment', () => {
    expect(() => localCredentials().provide(testChart(), spec)).toThrow(
      "demo/db-secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'db'",
    );
  });
});

describe('existing Secrets', () => {
  it('are referred to by name, and nothing is written', () => {
    const chart = testChart();
    const ref = existingSecrets().provide(chart, spec);
    expect(ref).toMatchObject({ name: 'db', checksum: undefined });
    expect(synth(chart)).toEqual([]);
  });

  it('are in the list of what has to exist', () => {
    const chart = testChart();
    existingSecrets().provide(chart, everyKind);
    expect(requiredSecrets(chart)).toEqual([{ ...everyKind, namespace: 'demo' }]);
  });
});

function dataOf(given: SecretSpec) {
  const chart = testChart({ local: true });
  localCredentials().provide(chart, given);
  const { data } = objectOf(chart, 'Secret');
  return Object.fromEntries(
    Object.entries(data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
}
