import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';

/** Domain of the labels and taints that fAIr's pipeline steps ask for, unless `FAIR_LABEL_DOMAIN` says otherwise. */
export const DEFAULT_LABEL_DOMAIN = 'fair.dev';

/** What a pipeline step does: steps that train and evaluate, and steps that predict. */
export type MlWorkload = 'training' | 'inference';

/** The label that a step of a workload selects its nodes by; the key of the taint that it tolerates is the same. */
export function workloadLabel(domain: string, workload: MlWorkload): Labels {
  requireKnownProps('workloadLabel()', { domain, workload }, 'domain workload:training|inference');
  return { [`${domain}/${workload}`]: 'true' };
}
