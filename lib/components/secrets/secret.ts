import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { requireData, requireDnsSubdomain, requireLabels } from '../../kube/objects/names';
import { knownSecret, localCredentialsAllowed, SecretRef } from '../../kube/secrets/secrets';

export interface LocalSecretProps {
  readonly name: string;
  /** Documented, worthless values by key. */
  readonly data: Readonly<Record<string, string>>;
  /** @default 'Opaque' */
  readonly type?: string;
  /** @default - none */
  readonly labels?: Labels;
}

/** A Secret with literal values, for local environments only. */
export class LocalSecret extends Construct {
  readonly ref: SecretRef;

  /** @throws InvalidPropError where `allowLocalCredentials` was not called for the scope */
  constructor(scope: Construct, id: string, props: LocalSecretProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name data:string{} type? labels?:string{}');
    const { name, data, type = 'Opaque', labels } = props;
    requireDnsSubdomain(this, 'name', name);
    const allowed = 'not hold literal credentials outside a local environment (name an existing Secret instead)';
    requireProp(localCredentialsAllowed(this), this, 'data', allowed, name);
    requireData(this, data);
    requireKeysOfType(this, type, data);
    if (labels !== undefined) requireLabels(this, 'labels', labels);
    requireUniqueNames(this);
    this.ref = new SecretRef(name, checksum(data), knownSecret(this, data));
    new k8s.KubeSecret(this, 'Default', {
      metadata: { name, labels: labels && { ...labels } },
      type,
      // Not stringData: the API server stores data, and each further apply would differ.
      data: Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    });
  }
}

/** The keys that the API server asks for of a type: one of each list. */
const KEYS_OF_TYPE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'kubernetes.io/tls': [['tls.crt'], ['tls.key']],
  'kubernetes.io/ssh-auth': [['ssh-privatekey']],
  'kubernetes.io/basic-auth': [['username', 'password']],
  'kubernetes.io/dockerconfigjson': [['.dockerconfigjson']],
  'kubernetes.io/dockercfg': [['.dockercfg']],
};

function requireKeysOfType(scope: Construct, type: string, data: LocalSecretProps['data']): void {
  const isOwn = type !== '' && type !== 'kubernetes.io/service-account-token';
  requireProp(isOwn, scope, 'type', 'be a type of Secret that no controller fills', type);
  for (const keys of Object.hasOwn(KEYS_OF_TYPE, type) ? (KEYS_OF_TYPE[type] ?? []) : []) {
    const found = keys.find((key) => Object.hasOwn(data, key));
    requireProp(
      found !== undefined,
      scope,
      'data',
      `have the key ${keys.join(' or ')}, for its type`,
      Object.keys(data),
    );
    const isRead = !found.startsWith('.') || isJsonObject(data[found] ?? '');
    requireProp(isRead, scope, `data.${found}`, 'be a JSON object', '(not shown)');
  }
}

function isJsonObject(text: string): boolean {
  try {
    return /^\s*\{/.test(text) && JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
