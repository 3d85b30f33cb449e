import { describe, expect, it } from 'vitest';
import { SealedSecret, type SealedSecretProps, sealedSecrets } from '../../../lib/components/secrets/sealed-secret';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import type { SecretSpec } from '../../../lib/kube/secrets/secrets';
import { everyKind, seal, unseal } from '../../support/secrets';
import { expectEachPropToMatter, objectOf, synth, synthError, testChart } from '../../support/synth';

const spec: SecretSpec = {
  name: 'db',
  readers: ['server'],
  keys: { username: { meaning: 'user', value: 'app' }, password: { meaning: 'password' } },
};
const password = seal('correct horse', 'demo/db');

describe('sealed Secrets', () => {
  it('hold the encrypted values, and the fixed ones as they are', () => {
    const chart = testChart();
    sealedSecrets({ encryptedData: { db: { password } } }).provide(chart, spec);
    expect(synth(chart)).toEqual([
      {
        apiVersion: 'bitnami.com/v1alpha1',
        kind: 'SealedSecret',
        metadata: { name: 'db', namespace: 'demo' },
        spec: { encryptedData: { password }, template: { data: { username: 'app' } } },
      },
    ]);
    expect(unseal(objectOf(chart, 'SealedSecret').spec.encryptedData.password, 'demo/db')).toBe('correct horse');
    expect(requiredSecrets(chart)).toEqual([]);
  });

  it('give the Secret its type and labels', () => {
    const encryptedData = Object.fromEntries(
      ['password', 'token', 'tls.crt', 'access'].map((key) => [key, seal(key, 'demo/app')]),
    );
    const chart = testChart();
    sealedSecrets({ encryptedData: { app: encryptedData } }).provide(chart, everyKind);
    expect(objectOf(chart, 'SealedSecret').spec.template).toEqual({
      type: 'kubernetes.io/basic-auth',
      metadata: { labels: { 'cnpg.io/reload': 'true' } },
      data: { username: `it's {{ "{{" }} .me }} & $HOME` },
    });
  });

  it('say what they were encrypted for, where it is not their own name', () => {
    const chart = testChart();
    sealedSecrets({ encryptedData: { db: { password } }, scope: 'namespace-wide' }).provide(chart, spec);
    expect(objectOf(chart, 'SealedSecret').metadata.annotations).toEqual({
      'sealedsecrets.bitnami.com/namespace-wide': 'true',
    });
  });

  it('roll their readers when they change', () => {
    const ref = (value: string) =>
      sealedSecrets({ encryptedData: { db: { password: value } } }).provide(testChart(), spec);
    expect(ref(password)).toEqual(ref(password));
    expect(ref(password).checksum).not.toBe(ref(seal('other', 'demo/db')).checksum);
  });

  it('take every prop to the manifest', () => {
    const all: Required<SealedSecretProps> = { spec, encryptedData: { password }, scope: 'strict' };
    expectEachPropToMatter((props) => objectOf(new SealedSecret(testChart(), 'secret', props), 'SealedSecret'), all, {
      spec: { ...spec, labels: { a: 'b' } },
      encryptedData: { password: seal('other', 'demo/db') },
      scope: 'cluster-wide',
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['a key without a value', {}, "'db.password' must have an encrypted value, got undefined"],
    [
      'a value for a key that is not asked for',
      { password, passwrod: password },
      "'encryptedData.db' must hold nothing but 'password', got 'passwrod'",
    ],
    [
      'a value for a key that is fixed',
      { password, username: password },
      "'encryptedData.db' must hold nothing but 'password', got 'username'",
    ],
  ])('fail for %s', (_, encryptedData, message) => {
    expect(() => sealedSecrets({ encryptedData: { db: encryptedData } }).provide(testChart(), spec)).toThrow(
      `demo/db-secret: ${message}`,
    );
  });

  it.each(['postgres', btoa('a password that is only base64 and not encrypted'), '', password.slice(0, 300)])(
    'fail for a value that is not encrypted, and do not show it (%#)',
    (value) => {
      expect(() => sealedSecrets({ encryptedData: { db: { password: value } } }).provide(testChart(), spec)).toThrow(
        "demo/db-secret: 'db.password' must be a value that `kubeseal --raw` printed, got '(not shown)'",
      );
    },
  );

  it('fail for the encrypted value of an empty password', () => {
    expect(() =>
      sealedSecrets({ encryptedData: { db: { password: seal('', 'demo/db') } } }).provide(testChart(), spec),
    ).toThrow('must be a value that `kubeseal --raw` printed');
  });

  it('fail at synth for values of a Secret that no stack requires', () => {
    const chart = testChart();
    sealedSecrets({ encryptedData: { db: { password }, dbs: { password } } }).provide(chart, spec);
    expect(synthError(chart)).toContain("demo: 'encryptedData' must hold nothing but 'db', got 'dbs'");
  });

  it('fail where they are for a namespace that is left to kubectl', () => {
    expect(() =>
      sealedSecrets({ encryptedData: { db: { password } } }).provide(testChart({ namespace: null }), spec),
    ).toThrow("'scope' must be 'cluster-wide' in a chart without a namespace");
  });
});
