import { InferenceService, type InferenceServiceProps } from '../../../lib/components/serving/inference-service';
import { nodePool, resources } from '../../support/samples';
import { objectOf, testChart } from '../../support/synth';

const minimal: InferenceServiceProps = {
  name: 'embedder',
  image: 'example.org/embedder:1.2.0',
  user: { user: 1000 },
  resources,
};
export const autoscaled = { minReplicas: 2, maxReplicas: 6 };
export const many = nodePool({ name: 'many', nodes: { min: 0, max: 4 }, gpus: { count: 1 } });

export function service(props: Partial<InferenceServiceProps> = {}): InferenceService {
  return new InferenceService(testChart(), 'embedder', { ...minimal, ...props });
}

export const deploymentOf = (props?: Partial<InferenceServiceProps>) => objectOf(service(props), 'Deployment').spec;
export const podOf = (props?: Partial<InferenceServiceProps>) => deploymentOf(props).template.spec;
