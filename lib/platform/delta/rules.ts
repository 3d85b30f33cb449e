/** What differences are about, in the order in which a report has them. */
export const DELTA_GROUPS = [
  'backends',
  'scale',
  'resources',
  'exposure',
  'security',
  'storage',
  'placement',
  'releases',
  'secrets',
] as const;

export type DeltaGroup = (typeof DELTA_GROUPS)[number];

/** A field that environments may decide, or a kind of thing that an environment may have alone. */
interface DeltaRule {
  readonly group: DeltaGroup;
  readonly label: string;
  /** What it is a field of. @default - anything */
  readonly of?: RegExp;
  /** Path of the field; empty for a thing that one environment has alone. */
  readonly path: RegExp;
}

const ALONE = /^$/;
const RELEASE = /^release /;
const WORKLOAD = /^(Deployment|StatefulSet|Job|CronJob|Cluster)$/;
const POD = '^(spec\\.(template|jobTemplate)\\.spec|values\\.[\\w.-]*|values)';

/**
 * What an environment decides. The first rule that matches a difference says what it is about; a difference that none
 * matches is one that no configuration should make: it is declared, with a reason, or it is drift.
 */
const RULES: readonly DeltaRule[] = [
  // Secrets: which there are, who makes them, and what reads them.
  { group: 'secrets', label: 'Secret', of: /^Secret$/, path: ALONE },
  { group: 'secrets', label: 'where it comes from', of: /^Secret$/, path: /^origin$/ },
  { group: 'secrets', label: 'keys', of: /^Secret$/, path: /^keys$/ },
  { group: 'secrets', label: 'type', of: /^Secret$/, path: /^type$/ },
  { group: 'secrets', label: 'Secret that it reads', of: RELEASE, path: /(Secret|SecretRef|SecretKeyRefs?)\b/ },

  // Backends: what serves databases and buckets, and where clients find it.
  { group: 'backends', label: 'server that it waits for', of: RELEASE, path: /^waitFor\b/ },
  { group: 'backends', label: 'database', of: RELEASE, path: /^values\.(.*\.)?(postgres|postgresql|database)\b/ },
  { group: 'backends', label: 'bucket', of: RELEASE, path: /^values\.artifactRoot\.s3\b/ },
  {
    group: 'backends',
    label: 'endpoint of the object store',
    path: /(S3_ENDPOINT_URL|AWS_ENDPOINT_URL|AWS_(DEFAULT_)?REGION)\b/,
  },
  { group: 'backends', label: 'bucket', of: /^ZenML stack/, path: /\bartifact_store\.configuration\b/ },

  // Storage before resources, which volumes ask for, too.
  { group: 'storage', label: 'class of storage', of: /^StorageClass$/, path: ALONE },
  {
    group: 'storage',
    label: 'volume',
    of: WORKLOAD,
    path: /^spec\.(volumeClaimTemplates|storage|walStorage|backup)\b/,
  },
  { group: 'storage', label: 'volume', of: /^PersistentVolumeClaim$/, path: /^(spec\b.*)?$/ },

  // Resources.
  { group: 'resources', label: 'CPU request', path: /\brequests\.cpu$/ },
  { group: 'resources', label: 'CPU limit', path: /\blimits\.cpu$/ },
  { group: 'resources', label: 'memory request', path: /\brequests\.memory$/ },
  { group: 'resources', label: 'memory limit', path: /\blimits\.memory$/ },
  { group: 'resources', label: 'requests and limits', path: /(^|[.\]])resources(MigrationPod)?(\.|$)/ },
  { group: 'resources', label: 'quota and defaults', of: /^(ResourceQuota|LimitRange)$/, path: /^(spec\b.*)?$/ },

  // Scale.
  { group: 'scale', label: 'replicas', path: /(^|\.)(replicas|replicaCount|minReplicas|maxReplicas|instances)$/ },
  { group: 'scale', label: 'autoscaling', of: /^HorizontalPodAutoscaler$/, path: /^(spec\b.*)?$/ },
  { group: 'scale', label: 'autoscaling', of: RELEASE, path: /\bautoscaling\b/ },
  { group: 'scale', label: 'disruption budget', of: /^PodDisruptionBudget$/, path: /^(spec\b.*)?$/ },
  {
    group: 'scale',
    label: 'rollout',
    of: WORKLOAD,
    path: /^spec\.(strategy|progressDeadlineSeconds|updateStrategy)\b/,
  },
  { group: 'scale', label: 'spread over nodes and zones', path: /\b(topologySpreadConstraints|podAntiAffinity)\b/ },
  { group: 'scale', label: 'processes', of: RELEASE, path: /\b(WEB_CONCURRENCY|workers)$/ },
  { group: 'scale', label: 'connections', of: RELEASE, path: /\b(DB_(MIN|MAX)_CONN_SIZE|poolSize|maxOverflow)$/ },

  // Security before exposure: a login is not an address.
  { group: 'security', label: 'Pod Security', of: /^Namespace$/, path: /pod-security\.kubernetes\.io/ },
  { group: 'security', label: 'network policy', of: /^NetworkPolicy$/, path: /^(spec\b.*)?$/ },
  {
    group: 'security',
    label: 'who may do what',
    of: /^(ServiceAccount|(Cluster)?Role(Binding)?)$/,
    path: /^$|^(rules|subjects|roleRef|automountServiceAccountToken|metadata\.annotations)\b/,
  },
  {
    group: 'security',
    label: 'account',
    path: /\b(serviceAccount(Name)?|service_account_name|step_pod_service_account_name)\b/,
  },
  { group: 'security', label: 'security context', path: /[sS]ecurityContext|container_security_context/ },
  {
    group: 'security',
    label: 'who may log in',
    of: RELEASE,
    path: /^values\.(zenml\.)?(auth\b|secretsStore\b|environment(\.ZENML_SERVER_AUTO_ACTIVATE)?$)/,
  },
  { group: 'security', label: 'who may log in', of: /^ZenML stack/, path: /\btracking_(username|password)$/ },
  { group: 'security', label: 'who may write', of: RELEASE, path: /\bENABLE_TRANSACTIONS_EXTENSIONS$/ },

  // Exposure.
  {
    group: 'exposure',
    label: 'route',
    of: /^(Ingress|HTTPRoute|Gateway)$/,
    path: /^(spec\b.*|metadata\.annotations\b.*)?$/,
  },
  {
    group: 'exposure',
    label: 'host name and TLS',
    of: RELEASE,
    path: /\b(ingress|serverURL|allowedHosts|corsAllowOrigins|MLFLOW_SERVER_ALLOWED_HOSTS)\b/,
  },
  { group: 'exposure', label: 'port', of: /^Service$/, path: /^spec\.(type|ports|externalTrafficPolicy)\b/ },
  { group: 'exposure', label: 'address', of: /^ZenML stack/, path: /(\b(tracking_uri|endpoint_url)$|ZENML_STORE_URL)/ },

  // Placement: which nodes there are, and who runs on them.
  {
    group: 'placement',
    label: 'nodes',
    path: new RegExp(`${POD}\\b.*(nodeSelector|node_selectors|tolerations|nodeAffinity|affinity)\\b`),
  },
  { group: 'placement', label: 'nodes', of: /^ZenML stack/, path: /\b(node_selectors|tolerations)$/ },
  { group: 'placement', label: 'runtime of GPUs', path: /\bruntimeClassName$/ },
  { group: 'placement', label: 'runtime of GPUs', of: /^RuntimeClass$/, path: ALONE },
  { group: 'placement', label: 'nodes', of: /^(NodePool|EC2NodeClass)$/, path: /^(spec\b.*)?$/ },
  { group: 'placement', label: 'cluster', of: /^kind cluster$/, path: /^/ },
  { group: 'placement', label: 'cluster', of: /^helmfile$/, path: /^kubeContext$/ },

  // Stacks and releases: what there is, what runs beside the stacks, in which version, with which settings.
  { group: 'releases', label: 'kind of a stack', of: /^CustomResourceDefinition$/, path: ALONE },
  { group: 'releases', label: 'release', of: RELEASE, path: ALONE },
  { group: 'releases', label: 'version', of: RELEASE, path: /^version$/ },
  { group: 'releases', label: 'namespace', of: /^Namespace$/, path: ALONE },
  { group: 'releases', label: 'namespace', path: /^(namespace|.*\bkubernetes_namespace)$/ },
  {
    group: 'releases',
    label: 'image',
    path: /(^|[.\]])(image|imagePullPolicy|imageName|images?\.(repository|tag|pullPolicy|name)|initImages\b.*|imagePullSecrets)$/,
  },
  { group: 'releases', label: 'title', of: RELEASE, path: /\bSTAC_FASTAPI_(TITLE|DESCRIPTION)$/ },
  { group: 'releases', label: 'logs', of: RELEASE, path: /\b(debug|log)\b/ },
  { group: 'releases', label: 'ZenML stack', of: /^ZenML stack/, path: ALONE },
  {
    group: 'releases',
    label: 'ZenML',
    of: /^ZenML stack/,
    path: /\b(zenml_version|stack_name|kubernetes_context|name|uri|flavor)$/,
  },
];

/** What a difference is about; undefined where no environment decides it. */
export function ruleFor(
  type: string,
  path: string,
): { readonly group: DeltaGroup; readonly label: string } | undefined {
  return RULES.find((rule) => (rule.of?.test(type) ?? true) && rule.path.test(path));
}
