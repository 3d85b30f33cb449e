import { ApiObject, App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dev } from '../../../environments';
import {
  allowLiteral,
  ConfigMap,
  existingSecrets,
  externalSecrets,
  patch,
  requiredSecrets,
  sealedSecrets,
} from '../../../lib';
import { documentErrors, manifestErrors } from '../../../lib/kube/credentials/check';
import type { CredentialSource } from '../../../lib/kube/secrets/secrets';
import { buildPlatform, type PlatformConfig } from '../../../lib/platform';
import { fair } from '../../../lib/stacks/fair';
import { inference } from '../../../lib/stacks/inference';
import { elsewhere, environments, synthesize } from '../../support/environments';
import { seal } from '../../support/secrets';
import { synth, synthError, type TestChartOptions, testChart } from '../../support/synth';

const OUTSIDE =
  'outside a local environment (a Secret that exists holds it; refer to that by name and key; `allowLiteral` allows what is none)';

/** A chart with a construct of the library, which is all that the check needs. */
function checked(options: TestChartOptions = {}): Chart {
  const chart = testChart(options);
  new ConfigMap(chart, 'ours', { name: 'ours', data: { HOST: 'db' } });
  return chart;
}

describe('outside a local environment', () => {
  it('fails for a Secret with data, and names its keys', () => {
    const chart = checked();
    new k8s.KubeSecret(chart, 'secret', {
      metadata: { name: 'db' },
      data: { username: 'YQ==' },
      stringData: { password: 'b' },
    });
    expect(synthError(chart)).toContain(
      `demo/secret (Secret db): 'data' must not be written ${OUTSIDE}, got password, username`,
    );
  });

  it('fails for a credential in any object, with its path and not its value', () => {
    const chart = checked();
    new k8s.KubeConfigMap(chart, 'settings', { metadata: { name: 'settings' }, data: { DB_PASSWORD: 's3cr3t' } });
    const error = synthError(chart);
    expect(error).toContain(
      `demo/settings (ConfigMap settings): 'data.DB_PASSWORD' must not hold a credential ${OUTSIDE}, got a value of 'DB_PASSWORD'`,
    );
    expect(error).not.toContain('s3cr3t');
  });

  it('fails for a credential that a patch adds', () => {
    const chart = checked();
    const object = new ApiObject(chart, 'object', {
      apiVersion: 'example.org/v1',
      kind: 'App',
      metadata: { name: 'a' },
      spec: {},
    });
    patch(object, { op: 'add', path: '/spec/url', value: 'https://a:s3cr3t@example.org' });
    expect(synthError(chart)).toContain("demo/object (App a): 'spec.url' must not hold a credential");
  });

  it('allows a Secret without data, and everything where local credentials are allowed', () => {
    const { node } = checked({ local: true });
    new k8s.KubeSecret(new Chart(node.root, 'local'), 'a', { metadata: { name: 'db' }, data: { password: 'YQ==' } });
    expect(() => synth(node.root)).not.toThrow();
    const chart = checked();
    new k8s.KubeSecret(chart, 'secret', { metadata: { name: 'token' }, type: 'kubernetes.io/service-account-token' });
    expect(() => synth(chart)).not.toThrow();
  });

  it('allows what operators make Secrets from, but no literals in it', () => {
    const external = {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'a' },
      spec: { data: [{ secretKey: 'token', remoteRef: { key: 'a', property: 'password' } }] },
    };
    expect(manifestErrors('here', external)).toEqual([]);
    const literal = { target: { template: { data: { password: 's3cr3t' } } } };
    expect(manifestErrors('here', { ...external, spec: { ...external.spec, ...literal } })).toEqual([
      expect.stringContaining(
        "here (ExternalSecret a): 'spec.target.template.data.password' must not hold a credential",
      ),
    ]);
  });

  it('fails for a credential in any other file', () => {
    expect(documentErrors('deploy/values/mlflow.yaml', { auth: { adminPassword: 's3cr3t' } })).toEqual([
      `deploy/values/mlflow.yaml: 'auth.adminPassword' must not hold a credential ${OUTSIDE}, got a value of 'adminPassword'`,
    ]);
  });
});

describe('an allowed literal', () => {
  const literal = 's3cr3t-4711-x9';
  const written = (chart: Chart) => {
    const data = { 'init.sql': `CREATE ROLE demo PASSWORD '${literal}';`, API_TOKEN: literal };
    new k8s.KubeConfigMap(chart, 'demo', { metadata: { name: 'demo', annotations: { token: literal } }, data });
    const container = {
      name: 'demo',
      image: 'demo:1',
      args: ['--token', literal],
      env: [{ name: 'KEY_ID', value: 'a' }],
    };
    new k8s.KubePod(chart, 'pod', { metadata: { name: 'demo' }, spec: { containers: [container] } });
  };

  it('passes below the construct that it is allowed for: in data, SQL, arguments and annotations', () => {
    const chart = checked();
    written(chart);
    expect(synthError(chart).match(/must not hold a credential/g)).toHaveLength(4);
    allowLiteral(chart, literal, 'password of the public demo');
    expect(() => synth(chart)).not.toThrow();
  });

  it('fails beside it, and so does any other value', () => {
    const chart = checked();
    written(chart);
    allowLiteral(new Chart(chart.node.root, 'other'), literal, 'of another chart');
    allowLiteral(chart, 'another', 'not this one');
    expect(synthError(chart)).toContain("'data.API_TOKEN' must not hold a credential");
  });

  it('passes in the values of a chart', () => {
    const charts = { stac: { title: `see https://me:${literal}@example.org`, description: 'x' } };
    const app = shared(existingSecrets(), { stacks: { fair: fair({ charts }) } });
    expect(synthError(app)).toContain("deploy/values/stac.yaml: 'stac.settings.envVars.STAC_FASTAPI_TITLE'");
    allowLiteral(app.charts[0] as Chart, literal, 'password of the public demo');
    expect(() => synth(app)).not.toThrow();
  });

  it.each([
    ['value', '', 'why'],
    ['reason', literal, ' '],
    ['reason', literal, undefined],
  ])('fails without a %s', (prop, value, reason) => {
    const message = `demo: '${prop}' must be a text that is not empty`;
    expect(() => allowLiteral(testChart(), value, reason as string)).toThrow(message);
  });
});

/** An environment of two stacks that somebody else's cluster runs. */
function shared(credentials: CredentialSource, props: Partial<PlatformConfig> = {}): App {
  const app = new App({ outdir: 'never-written' });
  buildPlatform(app, { ...dev, name: 'shared', local: false, credentials, ...props });
  return app;
}

describe('a platform', () => {
  it('that is not local has no credential in its objects and files', () => {
    expect(() => synth(shared(existingSecrets()))).not.toThrow();
    expect(() => synth(shared(externalSecrets({ store: { name: 'aws' } })))).not.toThrow();
    const sealed = requiredSecrets(shared(existingSecrets())).map(({ namespace, name, keys }) => {
      const unknown = Object.entries(keys).filter(([, { value }]) => value === undefined);
      return [name, Object.fromEntries(unknown.map(([key]) => [key, seal('s3cr3t', `${namespace}/${name}`)]))];
    });
    const encryptedData = Object.fromEntries(sealed);
    expect(() => synth(shared(sealedSecrets({ encryptedData })))).not.toThrow();
  });

  it('that is not local fails for a credential in an object', () => {
    const stacks = { inference: inference({ config: { API_TOKEN: 's3cr3t' } }) };
    const app = shared(existingSecrets(), { stacks });
    expect(synthError(app)).toContain(
      "inference/service/config/Default (ConfigMap inference-config): 'data.API_TOKEN' must not hold a credential",
    );
  });

  it('that is not local fails for a credential in the values of a chart', () => {
    const charts = { stac: { title: 'see https://me:s3cr3t@example.org', description: 'x' } };
    const app = shared(existingSecrets(), { stacks: { fair: fair({ charts }) } });
    expect(synthError(app)).toContain(
      "deploy/values/stac.yaml: 'stac.settings.envVars.STAC_FASTAPI_TITLE' must not hold a credential",
    );
  });

  it.each(environments.map((config) => [config.name, config] as const))(
    '%s has no credential that is not documented, and elsewhere none',
    (_, config) => {
      const { app, platform } = synthesize(config);
      const found = [
        ...synth(app).flatMap((manifest) => manifestErrors('dist', manifest)),
        ...Object.entries(platform.deployFiles).flatMap(([path, text]) =>
          documentErrors(path, path.endsWith('.md') ? text : parse(text)),
        ),
      ];
      const allowed = /^dist \(Secret |^(?:zenml\/local\.yaml|fair\.env): /;
      expect(found.filter((error) => !(config.local && allowed.test(error)))).toEqual([]);
      expect(() => synth(synthesize(elsewhere(config)).app)).not.toThrow();
    },
  );
});
