import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  ExternalSecret,
  type ExternalSecretProps,
  type ExternalSecretsOptions,
  externalSecrets,
} from '../../../lib/components/secrets/external-secret';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { SecretRef, type SecretSpec } from '../../../lib/kube/secrets/secrets';
import { everyKind } from '../../support/secrets';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../../support/synth';

const options: ExternalSecretsOptions = { store: { name: 'aws', kind: 'ClusterSecretStore' } };

describe('Secrets of an external store', () => {
  it('are made from an entry for each secret key, and from the values that are fixed', () => {
    const chart = testChart();
    const known = { namespace: 'demo', keys: Object.keys(everyKind.keys) };
    expect(externalSecrets(options).provide(chart, everyKind)).toEqual(new SecretRef('app', undefined, known));
    expect(synth(chart)).toEqual([
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'app', namespace: 'demo' },
        spec: {
          secretStoreRef: { name: 'aws', kind: 'ClusterSecretStore' },
          target: {
            template: {
              type: 'kubernetes.io/basic-auth',
              metadata: { labels: { 'cnpg.io/reload': 'true', 'app.kubernetes.io/managed-by': 'external-secrets' } },
              mergePolicy: 'Merge',
              data: { username: `it's {{ "{{" }} .me }} & $HOME` },
            },
          },
          data: [
            { secretKey: 'password', remoteRef: { key: 'demo/app', property: 'password' } },
            { secretKey: 'token', remoteRef: { key: 'demo/app', property: 'token' } },
            { secretKey: 'tls.crt', remoteRef: { key: 'demo/app', property: 'tls.crt' } },
            { secretKey: 'access', remoteRef: { key: 'other/root', property: 'accessKey' } },
          ],
        },
      },
    ]);
  });

  it('have labels of their own where every value is secret, too: without a template they get those of the ExternalSecret', () => {
    const spec: SecretSpec = { name: 'app', readers: [], keys: { token: { meaning: 'token' } } };
    const chart = testChart();
    externalSecrets({ store: { name: 'vault' } }).provide(chart, spec);
    expect(objectOf(chart, 'ExternalSecret').spec).toEqual({
      secretStoreRef: { name: 'vault', kind: 'SecretStore' },
      target: { template: { metadata: { labels: { 'app.kubernetes.io/managed-by': 'external-secrets' } } } },
      data: [{ secretKey: 'token', remoteRef: { key: 'demo/app', property: 'token' } }],
    });
  });

  it('are in the list of what has to exist, with their entries', () => {
    const chart = testChart();
    const entry: ExternalSecretsOptions['entry'] = ({ name, key }) => ({ key: `${name}-${key}` });
    externalSecrets({ ...options, entry }).provide(chart, everyKind);
    expect(requiredSecrets(chart)).toMatchObject([
      {
        name: 'app',
        namespace: 'demo',
        stored: { store: 'aws', entries: { password: { key: 'app-password' }, access: { key: 'root-accessKey' } } },
      },
    ]);
  });

  it('are named without a namespace where that is left to kubectl', () => {
    const chart = testChart({ namespace: null });
    externalSecrets(options).provide(chart, { name: 'app', readers: [], keys: { token: { meaning: 'token' } } });
    expect(objectOf(chart, 'ExternalSecret').spec.data[0].remoteRef).toEqual({ key: 'app', property: 'token' });
  });

  it('take every prop to the manifest', () => {
    const all: Required<ExternalSecretProps> = {
      spec: everyKind,
      store: { name: 'aws' },
      entry: ({ key }) => ({ key }),
      refreshInterval: Duration.minutes(5),
    };
    expectEachPropToMatter(
      (props) => objectOf(new ExternalSecret(testChart(), 'secret', props), 'ExternalSecret'),
      all,
      {
        spec: { ...everyKind, type: undefined },
        store: { name: 'aws', kind: 'ClusterSecretStore' },
        entry: ({ name }) => ({ key: name }),
        refreshInterval: Duration.hours(2),
      },
    );
  });

  it('fail without a key whose value is secret: the operator refuses them', () => {
    const keys = { username: { meaning: 'user', value: 'app' } };
    expect(() => externalSecrets(options).provide(testChart(), { ...everyKind, keys })).toThrow(
      `demo/app-secret: 'app.keys' must hold a key whose value is secret, got ["username"]`,
    );
  });

  it('fail for a name that is none', () => {
    expect(() => externalSecrets({ store: { name: 'AWS' } }).provide(testChart(), everyKind)).toThrow(
      "demo/app-secret: 'store.name' must be a DNS name",
    );
  });

  it('fail for a part of a second, which the operator does not wait', () => {
    expect(() =>
      externalSecrets({ ...options, refreshInterval: Duration.millis(1500) }).provide(testChart(), everyKind),
    ).toThrow("demo/app-secret: 'refreshInterval' must be a whole number of seconds, got 1.5");
  });

  it('have a type that knows the kinds of stores', () => {
    // @ts-expect-error there is no such kind
    const wrong: ExternalSecretsOptions = { store: { name: 'aws', kind: 'Store' } };
    expect(wrong).toBeDefined();
  });
});
