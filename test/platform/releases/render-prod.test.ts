import { describe, expect, test } from 'vitest';
import { prod } from '../../../environments';
import { synthesize, worldOf } from '../../support/environments';
import { baselineViolations, restrictedViolations } from './pod-security';
import { containersOf, podsOf, type RenderedObject, render, unrenderable } from './render';

const { releases } = synthesize(prod).platform;
const reason = unrenderable(releases);
if (reason !== '') console.warn(`render-prod.test.ts does not run: ${reason}`);
const rendered = new Map(reason === '' ? releases.map((release) => [release.name, render(release)]) : []);
const { existingSecrets } = worldOf(prod);

const objects = (name: string): readonly RenderedObject[] => rendered.get(name) ?? [];

describe.skipIf(reason !== '')(`the charts of production${reason && ` (${reason})`}`, () => {
  test.each(releases)('give requests and a limit of memory to every container of $name', ({ name }) => {
    expect(podsOf(objects(name)).size).toBeGreaterThan(0);
    for (const [owner, spec] of podsOf(objects(name))) {
      for (const { name: container, resources } of containersOf(spec)) {
        expect(resources, `${owner} ${container}`).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    }
  });

  test.each(releases)('pin the images of $name', ({ name }) => {
    for (const spec of podsOf(objects(name)).values()) {
      for (const { image } of containersOf(spec)) expect(image).toMatch(/:v?\d+\.\d+\.\d+/);
    }
  });

  test.each(releases)('let $name run where its namespace admits it', ({ name, stage }) => {
    for (const spec of podsOf(objects(name)).values()) {
      expect(stage === 'operators' ? restrictedViolations(spec) : baselineViolations(spec)).toEqual([]);
    }
  });

  test.each(releases)('read only keys of Secrets that exist for $name', ({ name, namespace }) => {
    const written = new Map(
      objects(name)
        .filter(({ kind }) => kind === 'Secret')
        .map(({ metadata, data }) => [metadata.name, Object.keys(data ?? {})]),
    );
    for (const secret of existingSecrets) {
      if (secret.namespace === namespace) written.set(secret.name, [...secret.keys]);
    }
    for (const spec of podsOf(objects(name)).values()) {
      for (const { valueFrom } of containersOf(spec).flatMap(({ env = [] }) => env)) {
        const ref = valueFrom?.secretKeyRef;
        if (ref !== undefined) expect(written.get(ref.name), ref.name).toContain(ref.key);
      }
    }
  });

  test.each(releases)('hold no password of $name', ({ name }) => {
    for (const spec of podsOf(objects(name)).values()) {
      for (const { name: variable, value } of containersOf(spec).flatMap(({ env = [] }) => env)) {
        if (/PASS|ACCESS_KEY|_TOKEN$|ENCRYPTION|JWT_SECRET/.test(variable)) expect(value, variable).toBeUndefined();
      }
    }
  });

  test('serve the STAC API alone, at every path of its host', () => {
    expect([...podsOf(objects('stac')).keys()].sort()).toEqual(['Deployment/stac-stac', 'Job/stac-pgstac-migrate']);
    // The chart's own would serve a prefix alone; that of dist/ serves all.
    expect(objects('stac').filter(({ kind }) => kind === 'Ingress')).toEqual([]);
    const [api] = podsOf(objects('stac')).get('Deployment/stac-stac')?.containers ?? [];
    expect(api?.command?.filter((argument) => argument.startsWith('--root-path'))).toEqual(['--root-path=']);
    expect(api?.resources?.requests).toEqual({ cpu: '250m', memory: '512Mi' });
    expect(objects('stac').map(({ kind }) => kind)).toContain('HorizontalPodAutoscaler');
  });

  test('keep the users of MLflow in a database that all replicas share', () => {
    const config = objects('mlflow').find(({ metadata }) => metadata.name === 'mlflow-auth-ini-template');
    expect(config?.data?.['auth_template.ini']).toMatch(
      /database_uri = postgresql:\/\/\$\(\w+\):\$\(\w+\)@mlflow-prod-db-rw\.fair-prod\.svc:5432\/mlflow_auth\n/,
    );
    const [server] = podsOf(objects('mlflow')).get('Deployment/mlflow')?.containers ?? [];
    expect(server?.args).toContain('--app-name=basic-auth');
  });

  test('are reached by host names with TLS', () => {
    const hosts = ['mlflow', 'zenml'].flatMap((name) =>
      objects(name)
        .filter(({ kind }) => kind === 'Ingress')
        .map(({ spec }) => (spec as { rules: { host: string }[] }).rules[0]?.host),
    );
    expect(hosts).toEqual(['mlflow.ai.hotosm.org', 'zenml.ai.hotosm.org']);
  });

  test('give ZenML the keys that outlive it, to the server and to the migration', () => {
    for (const owner of ['Deployment/zenml', 'Job/zenml-db-migration']) {
      const [container] = podsOf(objects('zenml')).get(owner)?.containers ?? [];
      expect(container?.env).toContainEqual({
        name: 'ZENML_SECRETS_STORE_ENCRYPTION_KEY',
        valueFrom: { secretKeyRef: { name: 'zenml-keys', key: 'encryption-key' } },
      });
    }
  });
});
