import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { requireDataKey, requireDnsSubdomain } from '../../kube/objects/names';
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
    super(scope, id);
    requireKnownProps(this, props, 'name data type labels');
    const { name, data, type = 'Opaque', labels } = props;
    requireDnsSubdomain(this, 'name', name);
    const allowed = 'not hold literal credentials outside a local environment (name an existing Secret instead)';
    requireProp(localCredentialsAllowed(this), this, 'data', allowed, name);
    requireProp(Object.keys(data).length > 0, this, 'data', 'have a key', data);
    for (const key of Object.keys(data)) requireDataKey(this, 'data', key);
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
