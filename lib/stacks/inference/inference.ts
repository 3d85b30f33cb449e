import { requireKnownProps } from '../../kube/objects/known-props';
import type { ConfiguredStack, StackEntry } from '../../platform/stack-definition';
import { INFERENCE_STACK_PROPS, InferenceStack, type InferenceStackProps, inferenceNodePorts } from './stack';

/** A model server in a namespace of its own. */
export interface InferenceConfig extends InferenceStackProps, StackEntry<InferenceStack> {}

/** A model server in a namespace of its own, with a quota. */
export function inference(config: InferenceConfig = {}): ConfiguredStack<InferenceConfig> {
  const words = `${INFERENCE_STACK_PROPS} customize?:function` as const;
  requireKnownProps('inference()', config, words);
  const { customize, ...props } = config;
  return {
    config,
    nodePorts: inferenceNodePorts(props),
    build(app, id) {
      const stack = new InferenceStack(app, id, props);
      customize?.(stack);
      return {};
    },
  };
}
