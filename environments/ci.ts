import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { NodePool } from '../lib';
import type { PlatformConfig } from '../lib/platform';
import { DEFAULT_LABEL_DOMAIN, fair, workloadLabel } from '../lib/stacks/fair';
import { inference } from '../lib/stacks/inference';
import { modelPlatform } from '../lib/stacks/model-platform';

const labelDomain = DEFAULT_LABEL_DOMAIN;

/** One node with every role, as large as the machines that CI systems lend: too small for the stack `flts` beside the others. */
const node = new NodePool({
  name: 'all',
  labels: {
    [`${labelDomain}/role`]: 'infra',
    [`${labelDomain}/workload`]: 'ml',
    ...workloadLabel(labelDomain, 'training'),
    ...workloadLabel(labelDomain, 'inference'),
  },
  capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(16) },
});

/** A job of a CI system: kind with a single node and no GPU. */
export const ci = {
  name: 'ci',
  local: true,
  kubernetesVersion: '1.30',
  nodePools: [node],
  kind: { name: 'fair-ci', controlPlane: node, workers: [] },
  metricsServer: { kubeletInsecureTls: true },
  stacks: {
    fair: fair({
      nodePool: node,
      charts: {
        stac: { title: 'fAIr STAC Catalog (ci)', description: 'Base models and datasets of fAIr', transactions: true },
        mlflow: {},
        zenml: { autoActivate: true, debug: true },
      },
      pipelines: {
        name: 'ci-k8s',
        pools: [node],
        selector: { [`${labelDomain}/workload`]: 'ml' },
        registry: { uri: 'ghcr.io/hotosm' },
      },
    }),
    inference: inference({
      nodePool: node,
      // As many as the one node has room for beside the stacks that are on by default, while they roll out.
      replicas: { minReplicas: 1, maxReplicas: 2, metrics: [{ type: 'cpu', averageUtilization: 60 }] },
    }),
    'model-platform': modelPlatform({
      nodePool: node,
      server: { nodePool: node },
      nodePorts: {
        registry: { nodePort: 30800, hostPort: 8800 },
        console: { nodePort: 30901, hostPort: 8901 },
      },
    }),
  },
} satisfies PlatformConfig;
