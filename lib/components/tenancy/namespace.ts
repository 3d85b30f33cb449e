import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireProp } from '../../kube/objects/errors';
import { requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import { requireDnsLabel, requireLabels } from '../../kube/objects/names';
import { clusterScoped } from '../../kube/objects/serialization';

/** A level of the Pod Security Standards. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface NamespaceProps {
  readonly name: string;
  /** Level that pods must meet to be admitted. @default 'restricted' */
  readonly podSecurity?: PodSecurityLevel;
  /**
   * Level below which the API server warns and audits.
   * @default 'restricted'; with `podSecurity: 'privileged'` also `privileged`: no warning for what is intended
   */
  readonly podSecurityWarning?: PodSecurityLevel;
  /** @default - none */
  readonly labels?: Labels;
}

/** A Namespace with Pod Security admission. */
export class Namespace extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(...placed(scope, id));
    const words =
      'name podSecurity?:privileged|baseline|restricted podSecurityWarning?:privileged|baseline|restricted labels?:string{}';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const { name, podSecurity = 'restricted', labels = {} } = props;
    const { podSecurityWarning = podSecurity === 'privileged' ? 'privileged' : 'restricted' } = props;
    requireDnsLabel(this, 'name', name);
    const isOfKubernetes = name === 'default' || name.startsWith('kube-');
    const rule = "not be 'default', which cannot be deleted, or start with 'kube-', which Kubernetes keeps for itself";
    requireProp(!isOfKubernetes, this, 'name', rule, name);
    requireLabels(this, 'labels', labels);
    this.name = name;
    clusterScoped(
      new k8s.KubeNamespace(this, 'Default', {
        metadata: {
          name,
          labels: {
            ...labels,
            'pod-security.kubernetes.io/enforce': podSecurity,
            'pod-security.kubernetes.io/warn': podSecurityWarning,
            'pod-security.kubernetes.io/audit': podSecurityWarning,
          },
        },
      }),
    );
  }
}
