import { requireKnownProps } from './known-props';

/** What RBAC cannot say of the objects that an account writes. */
export interface AdmissionRule {
  /** What is written, by API group. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
  /** Names for CEL expressions, which `expression` reads as `variables.name`. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
  /** A CEL expression about `object`, `oldObject` and `variables` that must be true. */
  readonly expression: string;
  /** What a refused caller is told. */
  readonly message: string;
}

/** The names in a namespace that pods may use. */
export interface PodGrants {
  /** Secrets that they may read. */
  readonly secrets: readonly string[];
  /** ServiceAccounts that they may run as. */
  readonly serviceAccounts: readonly string[];
  /** Claims that they may mount. @default - none */
  readonly claims?: readonly string[];
}

/** Volumes that hold nothing of others. */
const HARMLESS = [
  ...['emptyDir', 'configMap', 'downwardAPI', 'ephemeral'].map((kind) => `has(v.${kind})`),
  'has(v.projected) && v.projected.sources.all(s, !has(s.secret))',
];

/**
 * Who may create pods may read every Secret of their namespace and every volume, and act as every account in it, unless
 * this holds: pods that it writes, and those of its workloads, use no Secret, no account and no claim but these.
 */
export function podAdmission(grants: PodGrants): AdmissionRule {
  requireKnownProps('podAdmission()', grants, 'secrets:string[] serviceAccounts:string[] claims?:string[]');
  const { secrets, serviceAccounts, claims = [] } = grants;
  const allowed = JSON.stringify([...new Set(secrets)]);
  const volumes = [
    ...HARMLESS,
    `has(v.secret) && v.secret.secretName in ${allowed}`,
    ...(claims.length === 0
      ? []
      : [`has(v.persistentVolumeClaim) && v.persistentVolumeClaim.claimName in ${JSON.stringify(claims)}`]),
  ];
  const reference = (path: string) => `(!has(${path}) || ${path}.name in ${allowed})`;
  return {
    resources: {
      '': ['pods', 'replicationcontrollers'],
      apps: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
      batch: ['jobs', 'cronjobs'],
    },
    variables: {
      pod: "object.kind == 'Pod' ? object.spec : (object.kind == 'CronJob' ? object.spec.jobTemplate : object).spec.template.spec",
      containers: 'variables.pod.containers + variables.pod.?initContainers.orValue([])',
    },
    expression: [
      `variables.containers.all(c, c.?env.orValue([]).all(e, !has(e.valueFrom) || ${reference('e.valueFrom.secretKeyRef')}))`,
      `variables.containers.all(c, c.?envFrom.orValue([]).all(e, ${reference('e.secretRef')}))`,
      `variables.pod.?volumes.orValue([]).all(v, ${volumes.join(' || ')})`,
      `variables.pod.?serviceAccountName.orValue('default') in ${JSON.stringify(serviceAccounts)}`,
    ].join(' && '),
    message: `pods may use no Secrets but ${allowed}, no account but ${JSON.stringify(serviceAccounts)}, and ${claims.length === 0 ? 'no claims' : `no claims but ${JSON.stringify(claims)}`}`,
  };
}
