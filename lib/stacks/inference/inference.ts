import type { StackDefinition, StackEntry } from '../../platform/stack-definition';
import { InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stack';

/** A model server in a namespace of its own. */
export interface InferenceConfig extends InferenceStackProps, StackEntry<InferenceStack> {}

/** A model server in a namespace of its own, with a quota. */
export function inference({ customize, ...props }: InferenceConfig = {}): StackDefinition {
  return {
    nodePorts: inferenceNodePorts(props),
    build(app, id) {
      const stack = new InferenceStack(app, id, props);
      customize?.(stack);
      return {};
    },
  };
}
