import { requireKnownProps } from '../../kube/objects/known-props';
import type { ConfiguredStack, StackEntry } from '../../platform/stack-definition';
import { fltsNodePorts } from './exposure';
import { FLTS_PROPS, FltsStack, type FltsStackProps } from './stack';

/** The FLTS pipeline, as an environment lists it. */
export interface FltsConfig extends Omit<FltsStackProps, 'credentials'>, StackEntry<FltsStack> {
  /** Where its Secrets come from. @default - that of the environment */
  readonly credentials?: FltsStackProps['credentials'];
}

/** The FLTS pipeline: from time series to forecasts. It is built where it is selected by name. */
export function flts(config: FltsConfig): ConfiguredStack<FltsConfig> {
  const words = `${FLTS_PROPS} credentials?:CredentialSource customize?:function` as const;
  requireKnownProps('flts()', config, words);
  const { customize, ...props } = config;
  return {
    config,
    byDefault: false,
    nodePorts: fltsNodePorts(props),
    build(app, id, { credentials }) {
      const stack = new FltsStack(app, id, { ...props, credentials: props.credentials ?? credentials });
      customize?.(stack);
      return {};
    },
  };
}
