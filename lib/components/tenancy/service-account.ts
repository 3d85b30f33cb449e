import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { AccessRule } from '../../kube/objects/access';
import type { AdmissionRule } from '../../kube/objects/admission';
import { requireProp, requireUnique } from '../../kube/objects/errors';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import { requireAnnotations, requireDnsSubdomain } from '../../kube/objects/names';
import { clusterScoped } from '../../kube/objects/serialization';
import { notEmpty } from '../../kube/pods/containers';
import { imageSettings } from '../../kube/pods/images';

export interface ServiceAccountProps {
  /** Name of the ServiceAccount, its Role and its RoleBinding. */
  readonly name: string;
  /** What the account may do in its own namespace. @default - nothing */
  readonly rules?: readonly AccessRule[];
  /**
   * What the account may do in the whole cluster, for what no namespace holds; the ClusterRole and its binding are called
   * `namespace-name`.
   * @default - nothing
   */
  readonly clusterRules?: readonly AccessRule[];
  /**
   * What must hold for the objects that the account writes, beyond `rules`; a ValidatingAdmissionPolicy called
   * `namespace-name`, for Kubernetes 1.30 and later (`setKubernetesVersion`).
   * @default - RBAC alone decides
   */
  readonly admission?: readonly AdmissionRule[];
  /** Mounts the token into pods of the account by default: for pods that other programs create. @default false */
  readonly automountServiceAccountToken?: boolean;
  /** Annotations of the ServiceAccount, such as the IAM role of a cloud. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A ServiceAccount with what it may do, mostly in its own namespace. Its token is mounted only where something asks for it. */
export class ServiceAccount extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: ServiceAccountProps) {
    super(...placed(scope, id));
    const words =
      'name rules?:object[] clusterRules?:object[] automountServiceAccountToken?:boolean annotations?:string{} admission?:object[]';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const {
      name,
      rules = [],
      clusterRules = [],
      admission = [],
      annotations,
      automountServiceAccountToken = false,
    } = props;
    requireDnsSubdomain(this, 'name', name);
    if (annotations !== undefined) requireAnnotations(this, 'annotations', annotations);
    for (const rule of clusterRules) requireRule(this, 'clusterRules', rule);
    this.name = name;
    const { pullSecrets = [] } = imageSettings(this);
    new k8s.KubeServiceAccount(this, 'Default', {
      metadata: { name, annotations: annotations && { ...annotations } },
      automountServiceAccountToken,
      // For pods of the account that others create.
      imagePullSecrets: notEmpty(pullSecrets.map((secret) => ({ name: secret }))),
    });
    if (rules.length > 0) this.grantIn(this, rules);
    if (clusterRules.length > 0) this.grantInCluster(clusterRules, this.requireNamespace('clusterRules'));
    if (admission.length > 0 && kubernetesMinor(this) >= 30)
      this.restrict(admission, this.requireNamespace('admission'));
  }

  /**
   * Lets the account make calls in the namespace of a chart: by a Role there and its binding, both called as the account.
   *
   * @param scope - a construct of the chart, whose namespace may be another
   */
  grantIn(scope: Construct, rules: readonly AccessRule[]): void {
    const { name } = this;
    const namespace = this.requireNamespace('rules');
    for (const rule of rules) requireRule(this, 'rules', rule);
    new k8s.KubeRole(scope, 'role', { metadata: { name }, rules: rules.map(policyRule) });
    new k8s.KubeRoleBinding(scope, 'role-binding', {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }

  private grantInCluster(rules: readonly AccessRule[], namespace: string): void {
    // Two namespaces may have accounts of one name.
    const name = `${namespace}-${this.name}`;
    clusterScoped(new k8s.KubeClusterRole(this, 'cluster-role', { metadata: { name }, rules: rules.map(policyRule) }));
    clusterScoped(
      new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name: this.name, namespace }],
      }),
    );
  }

  private restrict(admission: readonly AdmissionRule[], namespace: string): void {
    const name = `${namespace}-${this.name}`;
    const user = `request.userInfo.username == 'system:serviceaccount:${namespace}:${this.name}'`;
    const resources = admission.flatMap((rule) => Object.entries(rule.resources));
    const variables = admission.flatMap((rule) => Object.entries(rule.variables ?? {}));
    requireUnique(
      this,
      'admission.variables',
      variables.map(([variable]) => variable),
    );
    const write = (kind: string, spec: object) => {
      const apiVersion = 'admissionregistration.k8s.io/v1';
      clusterScoped(new ApiObject(this, kind, { apiVersion, kind, metadata: { name }, spec }));
    };
    write('ValidatingAdmissionPolicy', {
      failurePolicy: 'Fail',
      // With the defaults of the API server: it takes the field as a whole, so that an apply without them would change it.
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: resources.map(([apiGroup, names]) => ({
          apiGroups: [apiGroup],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: [...names],
          scope: '*',
        })),
      },
      matchConditions: [{ name: 'account', expression: user }],
      variables: notEmpty(variables.map(([variable, value]) => ({ name: variable, expression: value }))),
      validations: admission.map(({ expression, message }) => ({ expression, message })),
    });
    write('ValidatingAdmissionPolicyBinding', { policyName: name, validationActions: ['Deny'] });
  }

  private requireNamespace(prop: string): string {
    const namespace = namespaceOf(this);
    requireProp(namespace !== undefined, this, prop, 'be given in a chart with a namespace', namespace);
    return namespace;
  }
}

function requireRule(scope: Construct, prop: string, rule: AccessRule): void {
  requireKnownProps(scope, rule, 'apiGroup resources:string[] resourceNames?:string[] verbs:string[]', prop);
  requireProp(rule.resources.length > 0, scope, `${prop}.resources`, 'name a resource', rule.resources);
  requireProp(rule.verbs.length > 0, scope, `${prop}.verbs`, 'name a verb', rule.verbs);
}

function policyRule({ apiGroup, resources, resourceNames, verbs }: AccessRule): k8s.PolicyRule {
  return {
    apiGroups: [apiGroup],
    resources: [...resources],
    resourceNames: resourceNames && [...resourceNames],
    verbs: [...verbs],
  };
}
