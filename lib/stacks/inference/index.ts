/**
 * One inference service in a namespace of its own.
 * May change in minor versions.
 * @packageDocumentation
 */

export { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stack';
