import { requireKnownProps } from '../../kube/objects/known-props';
import type { ConfiguredStack, StackEntry } from '../../platform/stack-definition';
import { ModelDeploymentCrd } from './model-deployment-crd';
import {
  MODEL_PLATFORM_PROPS,
  ModelPlatformStack,
  type ModelPlatformStackProps,
  modelPlatformNodePorts,
} from './stack';

/** The model platform, as an environment lists it. */
export interface ModelPlatformConfig
  extends Omit<ModelPlatformStackProps, 'credentials' | 'namespace'>,
    StackEntry<ModelPlatformStack> {
  /** @default - `ml-platform` where its id is `model-platform`, else its id */
  readonly namespace?: string;
  /** Where its Secrets come from. @default - that of the environment */
  readonly credentials?: ModelPlatformStackProps['credentials'];
}

const CRD = 'model-deployments';

/** The model platform: a registry of models, and what serves them. It is built where it is selected by name. */
export function modelPlatform(config: ModelPlatformConfig = {}): ConfiguredStack<ModelPlatformConfig> {
  const words = `${MODEL_PLATFORM_PROPS} credentials?:CredentialSource customize?:function` as const;
  requireKnownProps('modelPlatform()', config, words);
  const { customize, ...props } = config;
  return {
    config,
    byDefault: false,
    nodePorts: modelPlatformNodePorts(props),
    createsAutoscalers: true,
    defineKinds(cluster) {
      if (cluster.node.tryFindChild(CRD) === undefined) new ModelDeploymentCrd(cluster, CRD);
    },
    build(app, id, { credentials }) {
      const { namespace = id === 'model-platform' ? undefined : id } = props;
      const own = { namespace, credentials: props.credentials ?? credentials };
      const stack = new ModelPlatformStack(app, id, { ...props, ...own });
      customize?.(stack);
      const { image, imagePullPolicy } = stack.server;
      // The operator starts pods of it that no synth sees.
      return imagePullPolicy === 'Never' ? { day: { images: [image] } } : {};
    },
  };
}
