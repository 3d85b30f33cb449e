import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { podOwners } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { imageSettings } from '../../kube/pods/images';
import {
  type RequiredSecret,
  requiredSecrets,
  type SecretStoreEntries,
  sharedValue,
} from '../../kube/secrets/required-secrets';
import type { SecretKeySpec } from '../../kube/secrets/secrets';
import type { KubectlOptions } from './kubectl';
import { createSecretCommand } from './secret-command';

export interface SecretsReportOptions extends KubectlOptions {
  /** What the report is of: `prod`. */
  readonly environment: string;
  /** What runs beside the app in namespaces of its own, and pulls images, too. @default - nothing */
  readonly releases?: readonly { readonly namespace: string }[];
}

/** The Secrets that have to exist: the content of `deploy/secrets.json`. */
export interface SecretsReport {
  readonly environment: string;
  /** In an order in which they can be created: a Secret comes after those that it shares values with. */
  readonly secrets: readonly SecretEntry[];
}

/** A Secret that has to exist. */
export interface SecretEntry {
  /** Absent where it is left to kubectl. */
  readonly namespace?: string;
  readonly name: string;
  readonly type: string;
  readonly labels?: Labels;
  readonly readers: readonly string[];
  readonly keys: Readonly<Record<string, SecretKeyEntry>>;
  /** Creates it; absent where an operator does. */
  readonly command?: string;
  /** Where an operator takes it from. */
  readonly stored?: SecretStoreEntries;
}

/** A key of a Secret: at most one of the last four says what its value is; without them it is a secret of yours. */
export interface SecretKeyEntry {
  readonly meaning: string;
  readonly format?: string;
  /** A fixed value, which is no secret. */
  readonly value?: string;
  /** Number of random bytes, in hexadecimal digits. */
  readonly random?: number;
  /** Name of a file with the value. */
  readonly file?: string;
  /** The key of another Secret that has the same value. */
  readonly sameAs?: { readonly namespace?: string; readonly name: string; readonly key: string };
}

/** The Secrets that an app and the helm releases beside it need, and that nothing writes. */
export function secretsReport(app: IConstruct, options: SecretsReportOptions): SecretsReport {
  requireKnownProps('secretsReport()', { app }, 'app:Construct');
  requireKnownProps('secretsReport()', options, 'environment releases?:object[] context?');
  const { environment, releases = [] } = options;
  const secrets = sharersLast([...requiredSecrets(app), ...pullSecrets(app, releases)]);
  return { environment, secrets: secrets.map((secret) => secretEntry(secret, options)) };
}

/** The Secrets that images are pulled with, in every namespace that has pods, or accounts of pods that others create. */
function pullSecrets(app: IConstruct, releases: readonly { readonly namespace: string }[]): RequiredSecret[] {
  const { pullSecrets: names = [], registry } = imageSettings(app);
  const accounts = app.node.findAll().filter((node) => ApiObject.isApiObject(node) && node.kind === 'ServiceAccount');
  const charts = accounts.map((account) => Chart.of(account));
  const namespaces = new Set([...podOwners(app), ...releases, ...charts].map(({ namespace }) => namespace));
  return [...namespaces].flatMap((namespace) =>
    names.map((name) => ({
      namespace,
      name,
      type: 'kubernetes.io/dockerconfigjson',
      readers: ['every pod'],
      keys: {
        '.dockerconfigjson': {
          meaning: `login of the registry ${registry ?? 'that images come from'}`,
          format: 'a configuration of docker, with the password in `auths`',
          from: { file: 'dockerconfig.json' },
        },
      },
    })),
  );
}

/** Puts each Secret behind those whose values it shares; keeps the order where it can. */
function sharersLast(secrets: readonly RequiredSecret[]): RequiredSecret[] {
  const id = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;
  const byId = new Map(secrets.map((secret) => [id(secret.namespace, secret.name), secret]));
  const sorted = new Set<RequiredSecret>();
  const visiting = new Set<RequiredSecret>();
  const visit = (secret: RequiredSecret): void => {
    if (sorted.has(secret) || visiting.has(secret)) return;
    visiting.add(secret);
    for (const spec of Object.values(secret.keys)) {
      const shared = sharedValue(spec);
      const source = shared && byId.get(id(shared.namespace ?? secret.namespace, shared.sameAs.secret.name));
      if (source !== undefined) visit(source);
    }
    sorted.add(secret);
  };
  secrets.forEach(visit);
  return [...sorted];
}

function secretEntry(secret: RequiredSecret, options: KubectlOptions): SecretEntry {
  const { namespace, name, type = 'Opaque', labels, readers, keys, stored } = secret;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    name,
    type,
    ...(labels === undefined ? {} : { labels }),
    readers,
    keys: Object.fromEntries(Object.entries(keys).map(([key, spec]) => [key, keyEntry(spec, namespace)])),
    ...(stored === undefined ? { command: createSecretCommand(secret, { context: options.context }) } : { stored }),
  };
}

function keyEntry({ meaning, format, value, from }: SecretKeySpec, own: string | undefined): SecretKeyEntry {
  return {
    meaning,
    ...(format === undefined ? {} : { format }),
    ...(value === undefined ? {} : { value }),
    ...origin(),
  };

  function origin(): Partial<SecretKeyEntry> {
    if (from === undefined) return {};
    if (!('sameAs' in from)) return { ...from };
    const { sameAs, namespace = own } = from;
    return {
      sameAs: { ...(namespace === undefined ? {} : { namespace }), name: sameAs.secret.name, key: sameAs.key },
    };
  }
}
