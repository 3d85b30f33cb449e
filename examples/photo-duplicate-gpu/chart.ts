import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
// In a repository of your own: from 'cdk8s-ml-platform' and 'cdk8s-ml-platform/stacks/inference'.
import { ingress, NodePool } from '../../lib';
import { InferenceStack } from '../../lib/stacks/inference';

/** EKS nodes of type g5.xlarge, with one A10G each; two at most. */
export const gpuNodes = new NodePool({
  name: 'gpu',
  labels: { 'node.kubernetes.io/instance-type': 'g5.xlarge' },
  taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
  nodes: { min: 0, max: 2 },
  capacity: { cpu: Cpu.millis(3500), memory: Size.gibibytes(14) },
  // With nvkind add runtimeClassName: 'nvidia'; the nodes of EKS need none.
  gpus: { count: 1 },
});

/** The photo-duplicate service on GPUs: one GPU a pod, as many pods as there are nodes. */
export class PhotoDuplicateGpu extends InferenceStack {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      namespace: 'inference-gpu',
      image: 'ghcr.io/example/photo-duplicate-inference:gpu-linux-amd64',
      gpu: { count: 1 },
      nodePool: gpuNodes,
      replicas: 2,
      resources: {
        requests: { cpu: Cpu.units(2), memory: Size.gibibytes(6) },
        limits: { cpu: Cpu.units(3), memory: Size.gibibytes(8) },
      },
      // The image is several gigabytes, and CUDA takes its time.
      health: { startupTimeout: Duration.minutes(15) },
      exposure: ingress({
        host: 'photo-duplicate.example.org',
        annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '64m' },
      }),
      quota: {
        requests: { cpu: Cpu.millis(4100), memory: Size.mebibytes(12 * 1024 + 128) },
        limits: { cpu: Cpu.millis(6500), memory: Size.mebibytes(16 * 1024 + 512) },
        pods: 3,
        otherPods: [{ name: 'debug' }],
      },
    });
  }
}
