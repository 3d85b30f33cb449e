import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsSubdomain, requireQualifiedName } from '../../kube/objects/names';
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
    super(...placed(scope, id));
    const words = 'name provisioner parameters?:string{} reclaimPolicy:Retain|Delete allowVolumeExpansion?:boolean';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const { name, provisioner, parameters, reclaimPolicy, allowVolumeExpansion = true } = props;
    requireDnsSubdomain(this, 'name', name);
    // `rancher.io/local-path`, that of kind, has two parts.
    requireQualifiedName(this, 'provisioner', provisioner, provisioner.toLowerCase(), 'be');
    for (const key of Object.keys(parameters ?? {})) {
      requireQualifiedName(this, 'parameters', key, key.toLowerCase());
    }
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
