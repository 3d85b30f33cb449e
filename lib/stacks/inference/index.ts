/**
 * One inference service in a namespace of its own.
 * May change in minor versions.
 * @packageDocumentation
 */

export { INFERENCE_CHART_RULES, inferenceChartValues } from './chart-values';
export { type InferenceConfig, inference } from './inference';
export { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stack';
