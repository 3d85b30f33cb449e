/**
 * One inference service in a namespace of its own.
 * May change in minor versions.
 * @packageDocumentation
 */

export { type InferenceConfig, inference } from './inference';
export { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stack';
