import type { Construct } from 'constructs';
import { allowIngressFromAnywhere, connect } from '../../kube/network/network';
import type { Pods } from '../../kube/network/peers';
import { completeModelServer, type ModelServer } from './model-server';

/** Label of the pods of every model, of those of the original operator as well. */
export const MODEL_POD_LABELS = { component: 'inference-server' } as const;

/** Declares what pods of models reach, and who reaches them: by default of all models that an operator makes. */
export function modelNetwork(
  scope: Construct,
  server: ModelServer,
  pods: Pods = { scope, name: 'models', selector: MODEL_POD_LABELS },
): void {
  const { registry, port } = completeModelServer(scope, server);
  connect(pods, registry);
  // Clients of a model are not part of the platform.
  allowIngressFromAnywhere(pods, [port]);
}
