/**
 * Models of a registry: as custom resources for an operator, or as what the operator would make of them.
 * May change in minor versions.
 * @packageDocumentation
 */

export { ModelDeployment, type ModelDeploymentProps } from './model-deployment';
export { ModelDeploymentCrd } from './model-deployment-crd';
export { modelDeploymentObjects } from './model-deployment-objects';
export type { ModelDeploymentResource } from './model-deployment-resource';
export type {
  ModelAutoscaling,
  ModelDeploymentSpec,
  ModelEnvironment,
  ModelResources,
} from './model-deployment-spec';
export {
  ModelDeploymentWorkload,
  type ModelDeploymentWorkloadProps,
} from './model-deployment-workload';
export { type ModelPlatformConfig, modelPlatform } from './model-platform';
export { ModelRegistry, type ModelRegistryProps } from './model-registry';
export type { ModelServer, OperatedModelServer } from './model-server';
export { MlOperator, type MlOperatorProps } from './operator/ml-operator';
export { ModelNamespace, type ModelNamespaceProps } from './operator/model-namespace';
export { ModelOperator, type ModelOperatorProps } from './operator/model-operator';
export { MODEL_OPERATOR_CALLS, MODEL_OPERATOR_LEASE_CALLS } from './operator/model-operator-calls';
export { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from './operator/operator-calls';
export { modelServerJson, parseModelServer } from './operator/server-config';
export type { ExternalOperatorOptions, ModelOperatorOptions, ModelServing, ServedModel } from './serving';
export {
  type ModelPlatformImages,
  type ModelPlatformNodePorts,
  ModelPlatformStack,
  type ModelPlatformStackProps,
  modelPlatformNodePorts,
} from './stack';
