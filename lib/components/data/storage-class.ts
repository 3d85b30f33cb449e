import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain } from '../../kube/objects/names';
import { clusterScoped } from '../../kube/objects/serialization';

export interface StorageClassProps {
  readonly name: string;
  /** The driver of the volumes: `ebs.csi.aws.com`. Immutable. */
  readonly provisioner: string;
  /** Settings of the driver. Immutable. @default - those of the driver */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What becomes of a volume when its claim is deleted: with `Retain` an administrator decides. Immutable. */
  readonly reclaimPolicy: 'Retain' | 'Delete';
  /** Whether a claim may ask for more later. @default true */
  readonly allowVolumeExpansion?: boolean;
}

/** A class of volumes. A volume is created in the zone of its first pod. */
export class StorageClass extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: StorageClassProps) {
    super(scope, id);
    requireKnownProps(this, props, 'name provisioner parameters reclaimPolicy allowVolumeExpansion');
    requireUniqueNames(this);
    const { name, provisioner, parameters, reclaimPolicy, allowVolumeExpansion = true } = props;
    requireDnsSubdomain(this, 'name', name);
    // `rancher.io/local-path`, that of kind, has two parts.
    for (const part of provisioner.split('/', 3)) requireDnsSubdomain(this, 'provisioner', part);
    requireProp(provisioner.split('/').length <= 2, this, 'provisioner', "have one '/' at most", provisioner);
    this.name = name;
    clusterScoped(
      new k8s.KubeStorageClass(this, 'Default', {
        metadata: { name },
        provisioner,
        parameters: parameters && { ...parameters },
        reclaimPolicy,
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion,
      }),
    );
  }
}
