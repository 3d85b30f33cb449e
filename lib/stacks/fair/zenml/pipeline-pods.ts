import type { Labels } from '../../../kube/objects/labels';

/** What a pod of a pipeline is for: to start its steps, or to run one. */
export type PipelinePodRole = 'orchestrator' | 'step';

/** Labels that ZenML gives to the pods of pipelines, because its stack says so: those of one role, or those of all. */
export function pipelineLabels(role?: PipelinePodRole): Labels {
  return { 'app.kubernetes.io/name': 'zenml-pipeline', ...(role && { 'app.kubernetes.io/component': role }) };
}
