import { describe, expect, it } from 'vitest';
import type { PlatformConfig } from '../../../lib/platform/platform-config';
import type { SecretsReport } from '../../../lib/platform/reports/secrets';
import { elsewhere, environments, synthesize } from '../../support/environments';
import { type Manifest, synth } from '../../support/synth';

/** A Secret that something names, and the keys of it that are named with it. */
interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

const ISSUER = /^cert-manager\.io\/(cluster-)?issuer$/;

/** Every Secret that a document names, whatever the fields that do are called. */
function named(namespace: string, document: unknown, key = ''): Named[] {
  if (Array.isArray(document)) return document.flatMap((entry) => named(namespace, entry, key));
  if (typeof document !== 'object' || document === null) return [];
  const fields = document as Manifest;
  const ofSecret = /secret|accessKey/i.test(key) && !/store/i.test(key) && typeof fields.name === 'string';
  const found = fields.secretName ?? (ofSecret ? fields.name : undefined);
  const below = Object.entries(fields).flatMap(([name, field]) => named(namespace, field, name));
  // The certificates of Ingresses are found with their annotations.
  if (found === undefined || key === 'tls') return below;
  return [{ namespace, name: found, keys: namedKeys(fields) }, ...below];
}

function namedKeys({ key, secretKey, keys = {}, ...fields }: Manifest): string[] {
  const others = Object.entries(fields).flatMap(([name, value]) => (/Key$|^keyOf/.test(name) ? [value] : []));
  return [key, secretKey, ...Object.values<string>(keys), ...others].filter((entry) => typeof entry === 'string');
}

/** What an environment names, and does not write. */
function missing(config: PlatformConfig): string[] {
  const { app, platform } = synthesize(config);
  const manifests: Manifest[] = synth(app);
  const list = platform.deployDocuments['secrets.json'] as string | undefined;
  const { secrets }: SecretsReport = list === undefined ? { environment: '', secrets: [] } : JSON.parse(list);
  const there = new Map(secrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]));
  for (const { kind, metadata, data } of manifests) {
    if (kind === 'Secret') there.set(`${metadata.namespace}/${metadata.name}`, Object.keys(data));
  }
  const all = [
    ...manifests.flatMap(({ kind, metadata, spec }) => (kind === 'Ingress' ? [] : named(metadata.namespace, spec))),
    ...platform.releases.flatMap(({ namespace, values }) => named(namespace, values)),
    ...Object.entries(platform.deployDocuments)
      .filter(([path]) => path.startsWith('zenml/'))
      .flatMap(([, stack]) => named(pipelineNamespace(stack as Manifest), stack)),
    ...manifests.flatMap(certificates),
  ];
  return all.flatMap(({ namespace, name, keys }) => {
    const has = there.get(`${namespace}/${name}`);
    if (has === undefined) return [`${namespace}/${name}`];
    return keys.filter((key) => !has.includes(key)).map((key) => `${namespace}/${name}: ${key}`);
  });
}

/** Where the pods of a ZenML stack run; nowhere, where its steps run on the machine itself. */
function pipelineNamespace(stack: Manifest): string {
  return stack.components.orchestrator.configuration.kubernetes_namespace ?? '';
}

function certificates({ kind, metadata, spec }: Manifest): Named[] {
  if (kind !== 'Ingress' || Object.keys(metadata.annotations ?? {}).some((name) => ISSUER.test(name))) return [];
  return (spec.tls ?? []).map(({ secretName: name }: Manifest) => ({ namespace: metadata.namespace, name, keys: [] }));
}

describe.each(
  environments.flatMap((config) => [config, elsewhere(config)]).map((config) => [config.name, config] as const),
)('the environment %s', (_, config) => {
  it('lists every Secret and every key that a pod, an operator, a chart or a pipeline reads, and it does not write', () => {
    expect(missing(config)).toEqual([]);
  });
});

describe('what is named', () => {
  it.each<[string, unknown, string]>([
    ['a key of a variable', { env: [{ valueFrom: { secretKeyRef: { name: 'a', key: 'k' } } }] }, 'n/a: k'],
    ['a volume', { volumes: [{ secret: { secretName: 'a' } }] }, 'n/a: '],
    ['what a pod is pulled with', { imagePullSecrets: [{ name: 'a' }] }, 'n/a: '],
    ['what eoAPI reads', { existingSecret: { name: 'a', keys: { password: 'k' } } }, 'n/a: k'],
    ['what MLflow reads', { existingDatabaseSecret: { name: 'a', usernameKey: 'k', passwordKey: 'l' } }, 'n/a: k, l'],
    ['what MLflow opens a bucket with', { existingSecret: { name: 'a', keyOfAccessKeyId: 'k' } }, 'n/a: k'],
    ['what ZenML reads', { environmentSecretKeyRefs: [{ name: 'X', secretName: 'a', secretKey: 'k' }] }, 'n/a: k'],
    ['what CloudNativePG reads', { bootstrap: { initdb: { secret: { name: 'a' } } } }, 'n/a: '],
    ['what a backup is opened with', { s3Credentials: { accessKeyId: { name: 'a', key: 'k' } } }, 'n/a: k'],
  ])('is %s', (_, document, text) => {
    expect(named('n', document).map(({ namespace, name, keys }) => `${namespace}/${name}: ${keys.join(', ')}`)).toEqual(
      [text],
    );
  });
});
