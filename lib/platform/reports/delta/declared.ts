/** A difference between environments that is meant. */
export interface DeclaredDifference {
  /** What it is about, the heading that it comes under: `Scale`. */
  readonly about: string;
  /** What differs, `*` for any part of its name: `Deployment flts/*`, `release fair/mlflow`, `document kind.yaml`. */
  readonly of: string | readonly string[];
  /**
   * Paths of fields, and all below them, `*` for any part of one: `spec.replicas`, `*.resources`. `*` alone is
   * everything, that only one environment has it included.
   * @default - that only one environment has it
   */
  readonly fields?: readonly string[];
  /** The reason, for readers of the report. @default - the reason is obvious */
  readonly because?: string;
}

/** The declaration that a difference is meant, where there is one. */
export function declaredFor(
  declared: readonly DeclaredDifference[],
  difference: { readonly of: string; readonly path?: string },
): DeclaredDifference | undefined {
  return declared.find(
    ({ of, fields = [''] }) =>
      [of].flat().some((name) => matches(name, '', difference.of)) &&
      fields.some((path) => matches(path, path === '' ? '' : '(?:[.[].*)?', difference.path ?? '')),
  );
}

function matches(pattern: string, rest: string, text: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}${rest}$`, 's').test(text);
}

const [STORAGE, RESOURCES, SCALE, EXPOSURE] = ['Storage', 'Resources', 'Scale', 'Exposure'];
const [SECURITY, NODES, RELEASES] = ['Security', 'Nodes and placement', 'Stacks, releases and images'];

/** What the environments of any platform decide, in the order in which a report has it. */
export const USUAL_DIFFERENCES: readonly DeclaredDifference[] = [
  usual('Secrets', 'Secret *', '*'),
  usual(STORAGE, 'StorageClass *, PersistentVolumeClaim *', '*'),
  usual(STORAGE, '*', 'spec.volumeClaimTemplates', 'spec.storage', 'spec.walStorage'),
  usual(RESOURCES, 'ResourceQuota *, LimitRange *', '*'),
  usual(RESOURCES, '*', '*.resources'),
  usual(SCALE, 'HorizontalPodAutoscaler *, PodDisruptionBudget *', '*'),
  usual(SCALE, '*', '*.replicas', '*.instances', '*.replicaCount', '*.autoscaling', '*.topologySpreadConstraints'),
  usual(SCALE, '*', 'spec.strategy', 'spec.updateStrategy'),
  usual(SECURITY, 'NetworkPolicy *, ServiceAccount *, Role *, RoleBinding *, ClusterRole *, ClusterRoleBinding *', '*'),
  usual(SECURITY, '*', '*.serviceAccountName', '*ecurityContext', 'metadata.labels["pod-security.kubernetes.io/*'),
  usual(EXPOSURE, 'Ingress *, HTTPRoute *, Gateway *', '*'),
  usual(EXPOSURE, 'Service *', 'spec.type', 'spec.ports', 'spec.externalTrafficPolicy'),
  usual(EXPOSURE, 'release *', '*.ingress'),
  usual(NODES, 'NodePool *, EC2NodeClass *, RuntimeClass *, document kind.yaml', '*'),
  usual(NODES, '*', '*.nodeSelector', '*.tolerations', '*.affinity', '*.runtimeClassName'),
  usual(RELEASES, 'stack *, Namespace *, CustomResourceDefinition *, release *', ''),
  usual(RELEASES, 'release *', 'version', 'chart', 'after'),
  usual(RELEASES, '*', '*.image', '*.imagePullPolicy', '*.imagePullSecrets', 'spec.imageName'),
];

function usual(about: string, names: string, ...fields: string[]): DeclaredDifference {
  return { about, of: names.split(', '), fields };
}
