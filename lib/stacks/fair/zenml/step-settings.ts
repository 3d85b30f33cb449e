import type { ModelScheduling } from '../mlm/model-scheduling';
import type { PodSettings } from './pod-settings';

/** What a pipeline step says of its pod to run a model where `schedulingFromStacItem` puts it. */
export function stepPodSettings(scheduling: ModelScheduling): PodSettings {
  const { nodeSelector, tolerations, amounts, runtimeClassName } = scheduling;
  return {
    node_selectors: { ...nodeSelector },
    ...(tolerations.length > 0 && { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    resources: { requests: { ...amounts.requests }, limits: { ...amounts.limits } },
    ...(runtimeClassName !== undefined && { additional_pod_spec_args: { runtime_class_name: runtimeClassName } }),
  };
}
