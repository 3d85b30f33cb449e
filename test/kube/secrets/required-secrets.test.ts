import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  fixedValues,
  type RequiredSecret,
  recordRequiredSecret,
  requiredSecrets,
  secretKeys,
  sharedValue,
} from '../../../lib/kube/secrets/required-secrets';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { everyKind } from '../../support/secrets';
import { testChart } from '../../support/synth';

const secret: RequiredSecret = {
  namespace: 'demo',
  name: 'db',
  readers: ['server'],
  keys: { username: { meaning: 'user', value: 'app' }, password: { meaning: 'password' } },
};

describe('the Secrets that have to exist', () => {
  it('are those of the whole app, in the order in which they are asked for', () => {
    const app = new App();
    const [one, two] = [new Chart(app, 'one'), new Chart(app, 'two')];
    recordRequiredSecret(two, { ...secret, name: 'b' });
    recordRequiredSecret(one, { ...secret, name: 'a' });
    expect(requiredSecrets(app).map(({ name }) => name)).toEqual(['b', 'a']);
    expect(requiredSecrets(testChart())).toEqual([]);
  });

  it('are listed once, with all of their readers', () => {
    const chart = testChart();
    recordRequiredSecret(chart, secret);
    recordRequiredSecret(chart, { ...secret, readers: ['job', 'server'] });
    expect(requiredSecrets(chart)).toEqual([{ ...secret, readers: ['server', 'job'] }]);
  });

  it('may share a name in different namespaces', () => {
    const chart = testChart();
    recordRequiredSecret(chart, secret);
    recordRequiredSecret(chart, { ...secret, namespace: 'other', keys: { token: { meaning: 'token' } } });
    expect(requiredSecrets(chart)).toHaveLength(2);
  });

  it('fails where two of one name differ', () => {
    const chart = testChart();
    recordRequiredSecret(chart, secret);
    expect(() => recordRequiredSecret(chart, { ...secret, keys: { password: { meaning: 'password' } } })).toThrow(
      "demo: 'name' must be the name of one Secret in namespace 'demo' (another is asked for under it), got 'db'",
    );
  });
});

describe('the spec of a Secret', () => {
  it.each<[string, Partial<RequiredSecret>, string]>([
    ['a name', { name: 'DB' }, "'name' must be a DNS name"],
    ['keys', { keys: {} }, "'db.keys' must not be empty, got {}"],
    [
      'keys that the API server takes',
      { keys: { 'a b': { meaning: '' } } },
      "'db.keys' must have keys of at most 253 letters, digits, '-', '_' and '.'",
    ],
    [
      'one origin of a value',
      { keys: { a: { meaning: '', value: 'x', from: { random: 16 } } } },
      "'db.a' must have 'value' or 'from', got 'both'",
    ],
    [
      'enough random bytes',
      { keys: { a: { meaning: '', from: { random: 8 } } } },
      "'db.a.from.random' must be a whole number from 16, got 8",
    ],
    ['labels', { labels: { 'a b': 'x' } }, "'db.labels' must have keys of the form"],
  ])('fails without %s', (_, props, message) => {
    expect(() => recordRequiredSecret(testChart(), { ...secret, ...props })).toThrow(message);
  });

  it('is either fixed or secret', () => {
    expect(Object.keys(fixedValues(everyKind))).toEqual(['username']);
    expect(secretKeys(everyKind).map(([key]) => key)).toEqual(['password', 'token', 'tls.crt', 'access']);
  });

  it('may be the value of another Secret', () => {
    expect(sharedValue(everyKind.keys.access ?? { meaning: '' })).toEqual({
      sameAs: new SecretRef('root').key('accessKey'),
      namespace: 'other',
    });
    expect(sharedValue({ meaning: '' })).toBeUndefined();
  });
});
