import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { ci, dev } from '../../../environments';
import { existingSecrets, externalSecrets } from '../../../lib';
import { recordRequiredSecret } from '../../../lib/kube/secrets/required-secrets';
import { type CredentialSource, SecretRef } from '../../../lib/kube/secrets/secrets';
import { buildPlatform, type PlatformConfig } from '../../../lib/platform';
import { secretsReport } from '../../../lib/platform/reports/secrets';
import { secretsMarkdown } from '../../../lib/platform/reports/secrets-markdown';
import { everyKind } from '../../support/secrets';
import { testChart } from '../../support/synth';

function platform(credentials: CredentialSource, props: Partial<PlatformConfig> = {}) {
  const config = { ...ci, name: 'shared', local: false, kind: undefined, credentials, ...props };
  return buildPlatform(new App(), config, 'fair');
}

/** The content of `secrets.json`. */
function json(files: Readonly<Record<string, string>>) {
  return JSON.parse(files['secrets.json'] ?? 'null');
}

describe('the list of Secrets', () => {
  it('is not written where every Secret is', () => {
    const { deployFiles } = buildPlatform(new App(), dev);
    expect(Object.keys(deployFiles).filter((path) => path.startsWith('secrets'))).toEqual([]);
  });

  it('has each Secret of a platform with its keys, what they are, who reads them, and how to create it', () => {
    const { secrets, environment } = json(platform(existingSecrets()).deployFiles);
    expect(environment).toBe('shared');
    expect(secrets.map(({ name }: { name: string }) => name)).toEqual([
      'postgres-credentials',
      'stac-db',
      'mlflow-db',
      'zenml-db',
      'minio-credentials',
      's3-credentials',
    ]);
    expect(secrets[1]).toEqual({
      namespace: 'fair',
      name: 'stac-db',
      type: 'Opaque',
      readers: ['stac', 'postgres-databases'],
      keys: {
        username: { meaning: 'role that owns the database fair_models', value: 'fair_models' },
        password: { meaning: 'password of the role fair_models', random: 24 },
        host: { meaning: 'DNS name of the server', value: 'postgres.fair.svc' },
        port: { meaning: 'port of the server', value: '5432' },
        database: { meaning: 'name of the database', value: 'fair_models' },
      },
      command: expect.stringContaining('kubectl create secret generic stac-db --namespace=fair'),
    });
    expect(secrets[5].keys.AWS_ACCESS_KEY_ID).toEqual({
      meaning: 'access key of the object store',
      sameAs: { namespace: 'fair', name: 'minio-credentials', key: 'accessKey' },
    });
  });

  it('says in Markdown what it says in JSON', () => {
    const { deployFiles } = platform(existingSecrets());
    const markdown = deployFiles['secrets.md'] ?? '';
    for (const { name, keys, command, readers } of json(deployFiles).secrets) {
      const section = markdown.split('\n### ').find((text) => text.startsWith(`\`${name}\`\n`)) ?? '';
      expect(section).toContain(`\`\`\`sh\n${command}\n\`\`\``);
      expect(section).toContain(`Read by ${readers.join(', ')}.`);
      for (const key of Object.keys(keys)) expect(section).toContain(`| \`${key}\` | `);
    }
    expect(markdown).toContain('**the same** as `accessKey` of `minio-credentials`');
    expect(markdown).toContain('| `username` | role that owns the database mlflow | `mlflow` |');
  });

  it('asks for the Secrets that images are pulled with, in every namespace that has pods', () => {
    const images = { registry: 'registry.example.org/mirror', pullSecrets: ['mirror'] };
    const { secrets } = json(platform(existingSecrets(), { images }).deployFiles);
    const pull = secrets.filter(({ name }: { name: string }) => name === 'mirror');
    expect(pull.map(({ namespace }: { namespace: string }) => namespace)).toEqual(['fair', 'kube-system']);
    expect(pull[0]).toMatchObject({
      type: 'kubernetes.io/dockerconfigjson',
      keys: { '.dockerconfigjson': { file: 'dockerconfig.json' } },
      command: expect.stringContaining('--type=kubernetes.io/dockerconfigjson'),
    });
  });

  it('asks for none of them where a release is taken out of the cluster', () => {
    const images = { pullSecrets: ['mirror'] };
    const chart = { repository: 'https://charts.example.org', name: 'old', version: '1.0.0' };
    const namespaces = (installed: boolean) => {
      const build = () => ({ releases: [{ name: 'old', namespace: 'old', chart, installed }] });
      const config = { name: 'test', nodePools: [], images, stacks: { old: { build } } };
      const file = json(buildPlatform(new App(), config).deployFiles);
      return file === null ? [] : file.secrets.map(({ namespace }: { namespace: string }) => namespace);
    };
    expect(namespaces(true)).toEqual(['old']);
    expect(namespaces(false)).toEqual([]);
  });

  it('has what a store must hold, where an operator makes the Secrets', () => {
    const { deployFiles } = platform(externalSecrets({ store: { name: 'aws' } }));
    const { secrets } = json(deployFiles);
    expect(secrets[0]).not.toHaveProperty('command');
    expect(secrets[0].stored).toEqual({
      store: 'aws',
      entries: { password: { key: 'fair/postgres-credentials', property: 'password' } },
    });
    expect(deployFiles['secrets.md']).toContain(
      '| `aws` | `fair/postgres-credentials`, property `password` | password of the superuser | secret: any | `password` of `postgres-credentials` in `fair` |',
    );
    expect(deployFiles['secrets.md']).not.toContain('kubectl create');
  });
});

describe('the Secrets of several namespaces', () => {
  const chart = testChart();
  const sharer = {
    name: 'copy',
    readers: ['server'],
    keys: { access: { meaning: 'key', from: { sameAs: new SecretRef('root').key('accessKey'), namespace: 'other' } } },
  };
  recordRequiredSecret(chart, { ...sharer, namespace: 'demo' });
  recordRequiredSecret(chart, { ...everyKind, namespace: undefined });
  recordRequiredSecret(chart, {
    namespace: 'other',
    name: 'root',
    readers: [],
    keys: { accessKey: { meaning: 'a | b', format: 'short' } },
  });
  const file = secretsReport(chart, { environment: 'test' });

  it('are in an order in which they can be created', () => {
    expect(file.secrets.map(({ name }) => name)).toEqual(['root', 'copy', 'app']);
  });

  it('say which values have to agree across namespaces', () => {
    expect(secretsMarkdown(file)).toContain('**the same** as `accessKey` of `root` in namespace `other`');
    expect(file.secrets[1]?.command).toContain('kubectl get secret root --namespace=other');
  });

  it('are grouped by namespace, and a table survives what stands in it', () => {
    const markdown = secretsMarkdown(file);
    expect(markdown.match(/^##+ .*$/gm)).toEqual([
      '## Namespace `other`',
      '### `root`',
      '## Namespace `demo`',
      '### `copy`',
      '## The namespace of `kubectl`',
      '### `app`',
    ]);
    expect(markdown).toContain('| `accessKey` | a \\| b | secret: yours, short |');
    expect(markdown).toContain('Type `kubernetes.io/basic-auth`. Labels `cnpg.io/reload=true`.');
  });
});
