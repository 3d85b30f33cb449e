import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { checksum } from '../kube/objects/checksums';
import { requireUniqueNames } from '../kube/objects/inventory';
import { placed, requireKnownProps } from '../kube/objects/known-props';
import type { Labels } from '../kube/objects/labels';
import { requireData, requireDnsSubdomain, requireLabels } from '../kube/objects/names';
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
    super(...placed(scope, id));
    requireKnownProps(this, props, 'name labels?:string{} data:string{}');
    const { name, labels, data } = props;
    requireDnsSubdomain(this, 'name', name);
    if (labels !== undefined) requireLabels(this, 'labels', labels);
    requireData(this, data);
    requireUniqueNames(this);
    this.name = name;
    this.checksum = checksum(data);
    this.data = data;
    new k8s.KubeConfigMap(this, 'Default', { metadata: { name, labels: labels && { ...labels } }, data: { ...data } });
  }
}
