import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { notEmpty } from '../../kube/containers';
import { requireProp } from '../../kube/errors';
import { imageSettings } from '../../kube/images';
import { namespaceOf } from '../../kube/inventory';
import { requireDnsSubdomain } from '../../kube/names';

/** What may be done with a resource. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** Calls to the API server that are allowed: every verb on every resource of one API group. */
export interface AccessRule {
  /** API group; `''` is the core group. */
  readonly apiGroup: string;
  /** Resources and subresources: `pods`, `pods/log`. */
  readonly resources: readonly [string, ...string[]];
  readonly verbs: readonly [Verb, ...Verb[]];
}

export interface ServiceAccountProps {
  /** Name of the ServiceAccount, its Role and its RoleBinding. */
  readonly name: string;
  /** What the account may do in its own namespace. @default - nothing */
  readonly rules?: readonly AccessRule[];
  /**
   * Mounts the token into every pod of the account that does not say otherwise: for pods that others create.
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
  /** Annotations of the ServiceAccount, such as the IAM role of a cloud. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A ServiceAccount with a Role of its own namespace. Its token is mounted only where something asks for it. */
export class ServiceAccount extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: ServiceAccountProps) {
    super(scope, id);
    const { name, rules = [], annotations, automountServiceAccountToken = false } = props;
    requireDnsSubdomain(this, 'name', name);
    this.name = name;
    const { pullSecrets = [] } = imageSettings(this);
    new k8s.KubeServiceAccount(this, 'Default', {
      metadata: { name, annotations: annotations && { ...annotations } },
      automountServiceAccountToken,
      // For pods of the account that others create.
      imagePullSecrets: notEmpty(pullSecrets.map((secret) => ({ name: secret }))),
    });
    if (rules.length === 0) return;
    const namespace = namespaceOf(this);
    requireProp(namespace !== undefined, this, 'rules', 'be given in a chart with a namespace', namespace);
    new k8s.KubeRole(this, 'role', {
      metadata: { name },
      rules: rules.map(({ apiGroup, resources, verbs }) => ({
        apiGroups: [apiGroup],
        resources: [...resources],
        verbs: [...verbs],
      })),
    });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}
