import { App, Chart, Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { externalSecrets } from '../../../lib/components/secrets/external-secret';
import { sealedSecrets } from '../../../lib/components/secrets/sealed-secret';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { allowLocalCredentials, type CredentialSource, type SecretSpec } from '../../../lib/kube/secrets/secrets';
import { seal } from '../../support/secrets';
import { synth, testChart } from '../../support/synth';

const spec: SecretSpec = {
  name: 'db',
  readers: ['server'],
  keys: { username: { meaning: 'user', value: 'app' }, password: { meaning: 'password', local: 'documented' } },
};
const again: SecretSpec = { ...spec, readers: ['job'] };
const encryptedData = { db: { password: seal('correct horse', 'demo/db') } };
const cluster = { db: { password: seal('correct horse', '') } };

const sources: [name: string, written: number, source: () => CredentialSource][] = [
  ['existing Secrets', 0, existingSecrets],
  ['local credentials', 1, localCredentials],
  ['Secrets of an external store', 1, () => externalSecrets({ store: { name: 'aws' } })],
  ['sealed Secrets', 1, () => sealedSecrets({ encryptedData })],
];

describe.each(sources)('%s', (_, written, sourceOf) => {
  it('may be required several times, by different readers', () => {
    const chart = testChart({ local: true });
    const source = sourceOf();
    expect(source.provide(chart, again)).toEqual(source.provide(chart, spec));
    expect(synth(chart)).toHaveLength(written);
  });

  it('may be asked for by two charts of one namespace', () => {
    const app = new App();
    allowLocalCredentials(app);
    const [one, two] = ['one', 'two'].map((id) => new Chart(app, id, { namespace: 'demo' })) as [Chart, Chart];
    const source = sourceOf();
    expect(source.provide(two, again)).toEqual(source.provide(one, spec));
    expect(synth(app)).toHaveLength(written);
  });

  it.each<[string, Partial<SecretSpec>]>([
    ['keys', { keys: { ...spec.keys, token: { meaning: 'token', local: 'documented' } } }],
    ['values', { keys: { ...spec.keys, username: { meaning: 'user', value: 'root' } } }],
    ['labels', { labels: { reload: 'true' } }],
  ])('fails where the second ask is for other %s', (_, change) => {
    const chart = testChart({ local: true });
    const source = sourceOf();
    source.provide(chart, spec);
    expect(() => source.provide(chart, { ...spec, ...change })).toThrow(
      "demo: 'name' must be the name of one Secret in namespace 'demo' (another is asked for under it), got 'db'",
    );
  });
});

describe('a Secret that is required several times', () => {
  it('is in the list of what has to exist once, with all of its readers', () => {
    const chart = testChart();
    const source = externalSecrets({ store: { name: 'aws' }, refreshInterval: Duration.hours(1) });
    source.provide(chart, spec);
    source.provide(chart, again);
    const stored = { store: 'aws', entries: { password: { key: 'demo/db', property: 'password' } } };
    expect(requiredSecrets(chart)).toEqual([{ ...spec, namespace: 'demo', readers: ['server', 'job'], stored }]);
  });

  it('is another one in another namespace and in another app', () => {
    const app = new App();
    const charts = ['one', 'two'].map((namespace) => new Chart(app, namespace, { namespace }));
    const source = sealedSecrets({ encryptedData: cluster, scope: 'cluster-wide' });
    for (const chart of charts) source.provide(chart, spec);
    expect(synth(app).map(({ metadata }) => metadata.namespace)).toEqual(['one', 'two']);
    const other = testChart();
    source.provide(other, { ...spec, labels: { reload: 'true' } });
    expect(synth(other)).toHaveLength(1);
  });

  it('may come from two sources of local credentials, which write the same', () => {
    const chart = testChart({ local: true });
    expect(localCredentials().provide(chart, spec)).toEqual(localCredentials().provide(chart, spec));
  });

  it('fails where another source provided it', () => {
    const chart = testChart({ local: true });
    localCredentials().provide(chart, spec);
    for (const source of [externalSecrets({ store: { name: 'aws' } }), sealedSecrets({ encryptedData })]) {
      expect(() => source.provide(chart, spec)).toThrow(
        "demo: 'credentials' must be the source that provided the Secret before, got 'demo/db'",
      );
    }
  });
});
