import { App } from 'cdk8s';
import { localCredentials } from '../../../lib/components/secrets/sources';
import { setNodePools } from '../../../lib/kube/nodes/node-pools';
import { setKubernetesVersion } from '../../../lib/kube/objects/kubernetes-version';
import { allowLocalCredentials } from '../../../lib/kube/secrets/secrets';
import type { ServedModel } from '../../../lib/stacks/model-platform/serving';
import { ModelPlatformStack, type ModelPlatformStackProps } from '../../../lib/stacks/model-platform/stack';
import { nodePool } from '../../support/samples';
import { synth } from '../../support/synth';

export const minimal: ModelPlatformStackProps = { credentials: localCredentials() };
export const iris: ServedModel = { name: 'iris', modelName: 'iris-classifier', modelVersion: 1, replicas: 2 };

export const infra = nodePool({ name: 'infra', labels: { role: 'infra' } });
export const models = nodePool({ name: 'models', labels: { role: 'models' } });

export function stack(props: Partial<ModelPlatformStackProps> = {}, kubernetesVersion = '1.28'): ModelPlatformStack {
  const app = new App({ outdir: 'never-written' });
  allowLocalCredentials(app);
  setKubernetesVersion(app, kubernetesVersion);
  setNodePools(app, [infra, models]);
  return new ModelPlatformStack(app, 'model-platform', { ...minimal, ...props });
}

export const render = (props?: Partial<ModelPlatformStackProps>, kubernetesVersion?: string) =>
  synth(stack(props, kubernetesVersion));
