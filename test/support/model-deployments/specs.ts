import type { ModelDeploymentResource } from '../../../lib/stacks/model-platform/model-deployment-resource';

/** A spec that has only what it must have. */
export const iris = { modelName: 'iris-classifier', modelVersion: 1 };

/** The resource of a spec. */
export function resource(spec: unknown, name = 'iris'): ModelDeploymentResource {
  return { metadata: { name, namespace: 'ml-models' }, spec };
}

export const requests = (cpu: unknown, memory?: unknown) => ({ resources: { requests: { cpu, memory } } });
export const limits = (cpu: unknown, memory?: unknown) => ({ resources: { limits: { cpu, memory } } });
export const cpu = (request: unknown, limit: unknown) => ({
  resources: { requests: { cpu: request }, limits: { cpu: limit } },
});
export const memory = (request: unknown, limit: unknown) => ({
  resources: { requests: { memory: request }, limits: { memory: limit } },
});
