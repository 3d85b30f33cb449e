import { describe, expect, it } from 'vitest';
import { prod } from '../../../environments';
import { Postgres } from '../../../lib/components/data/postgres';
import { externalSecrets } from '../../../lib/components/secrets/external-secret';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { notes } from '../../../lib/kube/objects/notes';
import type { Manifest } from '../../../lib/kube/objects/serialization';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import type { CredentialSource, SecretKeySpec, SecretSpec } from '../../../lib/kube/secrets/secrets';
import { synthesize } from '../../support/environments';
import { everyKind } from '../../support/secrets';
import { find, objectOf, synth, testChart } from '../../support/synth';

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

describe('the revision of a Secret', () => {
  const sources = {
    existing: (revisions: Record<string, string>) => existingSecrets({ revisions }),
    external: (revisions: Record<string, string>) => externalSecrets({ store: { name: 'aws' }, revisions }),
  };
  const written = (source: CredentialSource) => {
    const chart = testChart();
    const password = source.provide(chart, { ...spec, name: 'db' }).key('password');
    const superuser = {
      username: 'postgres',
      password: source.provide(chart, { ...spec, name: 'super' }).key('password'),
    };
    new Postgres(chart, 'postgres', { superuser, databases: [{ name: 'labels', owner: 'labels', password }] });
    return { objects: synth(chart), notes: notes(chart) };
  };
  const server = (objects: readonly Manifest[]) => find(objects, 'StatefulSet').spec.template;

  it.each(Object.entries(sources))('%s: replaces the pods that read it, and no others', (_, source) => {
    const [before, after] = [written(source({})).objects, written(source({ super: '2' })).objects];
    expect(server(after)).not.toEqual(server(before));
    expect(server(written(source({ db: '2' })).objects)).toEqual(server(before));
  });

  it.each(Object.entries(sources))('%s: has the Job of the roles run again, which sets the password', (_, source) => {
    const name = (revision: string) => find(written(source({ db: revision })).objects, 'Job').metadata.name;
    expect(name('2')).not.toBe(name('1'));
    expect(name('2')).toBe(name('2'));
  });

  it.each(Object.entries(sources))('%s: is mentioned where nothing reads the Secret', (_, source) => {
    expect(written(source({ db: '2' })).notes).toEqual([]);
    expect(written(source({ dbs: '2' })).notes).toEqual(["app: 'revisions' names 'dbs', a Secret that nothing reads"]);
  });

  it('reaches the pods of helm charts', () => {
    const values = (revisions: Record<string, string>) => {
      const { app, platform } = synthesize({ ...prod, credentials: existingSecrets({ revisions }) }, 'fair');
      app.synthYaml();
      return platform.deployFiles['values/zenml.yaml'];
    };
    expect(values({ 'zenml-keys': '2' })).not.toBe(values({}));
  });
});
