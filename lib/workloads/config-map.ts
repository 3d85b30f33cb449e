import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checksum } from '../kube/objects/checksums';
import { requireProp } from '../kube/objects/errors';
import { requireUniqueNames } from '../kube/objects/inventory';
import { requireKnownProps } from '../kube/objects/known-props';
import type { Labels } from '../kube/objects/labels';
import { requireDataKey, requireDnsSubdomain, requireLabels } from '../kube/objects/names';
import type { ConfigSource } from '../kube/pods/volumes';

export interface ConfigMapProps {
  readonly name: string;
  /** @default - none */
  readonly labels?: Labels;
  /** Content by key: file names or variable names. */
  readonly data: Readonly<Record<string, string>>;
}

/** A ConfigMap. Pods that read it are rolled when its content changes. */
export class ConfigMap extends Construct implements ConfigSource {
  readonly name: string;
  readonly checksum: string;
  readonly data: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ConfigMapProps) {
    super(scope, id);
    requireKnownProps(this, props, 'name labels data');
    const { name, labels, data } = props;
    requireDnsSubdomain(this, 'name', name);
    if (labels !== undefined) requireLabels(this, 'labels', labels);
    const entries = Object.entries(data);
    requireProp(entries.length > 0, this, 'data', 'have a key', data);
    for (const [key, value] of entries) {
      requireDataKey(this, 'data', key);
      requireProp(typeof value === 'string', this, `data.${key}`, 'be a string', value);
    }
    requireUniqueNames(this);
    this.name = name;
    this.checksum = checksum(data);
    this.data = data;
    new k8s.KubeConfigMap(this, 'Default', { metadata: { name, labels: labels && { ...labels } }, data: { ...data } });
  }
}
