import { Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { kubernetesStack } from '../../../../lib/stacks/fair/zenml/kubernetes-stack';
import type { KubernetesOrchestrator } from '../../../../lib/stacks/fair/zenml/stack';
import { nodePool } from '../../../support/samples';

const http = (host: string) => ({ host, port: 80, url: `http://${host}` });

function orchestrator(sharedMemory?: Size): KubernetesOrchestrator {
  const { components } = kubernetesStack({
    name: 'k8s',
    version: '0.93.3',
    context: 'kind-local',
    namespace: 'fair',
    serviceAccountName: 'pipelines',
    pools: [nodePool()],
    server: http('zenml.fair.svc'),
    artifacts: { bucket: 'zenml' },
    tracker: http('mlflow.fair.svc'),
    registry: { uri: 'ghcr.io/hotosm' },
    sharedMemory,
  });
  return components.orchestrator.configuration as KubernetesOrchestrator;
}

describe('the shared memory of steps', () => {
  it.each([
    ['is 1Gi where the container runtime gives 64Mi, too little for the workers of data loaders', undefined, '1Gi'],
    ['is as large as the stack says', Size.mebibytes(512), '512Mi'],
  ])('%s', (_, size, sizeLimit) => {
    expect(orchestrator(size).pod_settings).toMatchObject({
      volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit } }],
      volume_mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
    });
  });

  it('is that of the runtime in the pods that only start steps', () => {
    expect(orchestrator().orchestrator_pod_settings).not.toHaveProperty('volumes');
  });

  it('fails for no size', () => {
    expect(() => orchestrator(Size.gibibytes(0))).toThrow("'sharedMemory' must be a positive whole number of KiB");
  });
});
