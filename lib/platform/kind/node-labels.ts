import { type ErrorLocation, requireProp } from '../../kube/objects/errors';
import type { Labels } from '../../kube/objects/labels';

/** Labels of Kubernetes' own domains that a kubelet takes for its node. */
const SELF_SET_LABELS: ReadonlySet<string> = new Set([
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

const SELF_SET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const RESERVED_DOMAINS = ['kubernetes.io', 'k8s.io'];

/**
 * Checks that a node may register with these labels. A kubelet that is given another label of Kubernetes' own domains
 * (`node-role.kubernetes.io/…`) does not start, and the admission plug-in NodeRestriction would refuse it.
 */
export function requireSelfSetLabels(location: ErrorLocation, prop: string, labels: Labels): void {
  for (const key of Object.keys(labels)) {
    const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
    requireProp(
      !within(domain, RESERVED_DOMAINS) || within(domain, SELF_SET_DOMAINS) || SELF_SET_LABELS.has(key),
      location,
      prop,
      `have no keys of kubernetes.io and k8s.io but those that a node may set on itself (${SELF_SET_DOMAINS.join(', ')}, topology.kubernetes.io/zone …)`,
      key,
    );
  }
}

function within(domain: string, parents: readonly string[]): boolean {
  return parents.some((parent) => domain === parent || domain.endsWith(`.${parent}`));
}
