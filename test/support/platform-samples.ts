import { Duration } from 'cdk8s';
import { parse } from 'yaml';
import { localCredentials } from '../../lib/components/secrets/sources';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { fair as fairStack } from '../../lib/stacks/fair/fair';
import { inference } from '../../lib/stacks/inference/inference';
import { nodePool } from './samples';

export const pool = nodePool({ labels: { 'example.org/training': 'true', 'example.org/inference': 'true' } });
export const gpuPool = nodePool({
  name: 'gpu',
  labels: { 'example.org/role': 'gpu' },
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});
const pipelines = { pools: [pool], registry: { uri: 'ghcr.io/example' }, labelDomain: 'example.org' } as const;
export const fair = fairStack({ nodePool: pool, charts: { mlflow: {} }, pipelines });

/** A platform with every prop. */
export const all: Required<PlatformConfig> = {
  name: 'test',
  local: true,
  kubeContext: 'test-admin',
  kubernetesVersion: '1.31',
  serverSideApply: false,
  credentials: localCredentials(),
  images: { registry: 'registry.example.org', pullSecrets: ['pull'] },
  cluster: { dnsNamespace: 'dns' },
  nodePools: [pool, gpuPool],
  kind: { name: 'test', controlPlane: pool, workers: [gpuPool] },
  metricsServer: { kubeletInsecureTls: true },
  operators: { certManager: {}, cloudNativePg: {}, barmanCloud: {} },
  karpenterNodePools: [
    {
      nodePool: pool,
      nodeClass: 'default',
      instanceFamilies: ['m7i'],
      instanceCpus: [4],
      capacityTypes: ['spot'],
      emptyFor: Duration.minutes(1),
    },
  ],
  storageClasses: [{ name: 'fast', provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Retain' }],
  stacks: { fair, inference: inference({ nodePool: pool }) },
};

/** What a test reads of `deploy/helmfile.yaml`. */
export interface Helmfile {
  readonly helmDefaults: { readonly kubeContext?: string };
  readonly releases: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly installed?: boolean;
    readonly hooks?: readonly { readonly args: readonly string[] }[];
    readonly values?: readonly string[];
  }[];
}

/** The names of the helm releases that are on. */
export function enabled(deployFiles: Readonly<Record<string, string>>): string[] {
  const { releases } = parse(deployFiles['helmfile.yaml'] ?? '') as Helmfile;
  return releases.flatMap(({ name, installed = true }) => (installed ? [name] : [])).sort();
}
