import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { NodePool } from '../lib';
import type { PlatformConfig } from '../lib/platform';
import { DEFAULT_LABEL_DOMAIN, fair, workloadLabel } from '../lib/stacks/fair';
import { FLTS_SMALL, flts } from '../lib/stacks/flts';
import { inference } from '../lib/stacks/inference';
import { modelPlatform } from '../lib/stacks/model-platform';

/** Domain of the labels and taints of the nodes; pipelines read it from FAIR_LABEL_DOMAIN. */
const labelDomain = DEFAULT_LABEL_DOMAIN;

/** What one node offers: the nodes of kind share the machine, so each offers all of it. */
const capacity = { cpu: Cpu.units(4), memory: Size.gibibytes(8) };

/** The control plane: databases, object store and the charts. */
const infraPool = new NodePool({
  name: 'infra',
  labels: { [`${labelDomain}/role`]: 'infra' },
  capacity,
});

const inferencePool = new NodePool({
  name: 'inference',
  labels: {
    [`${labelDomain}/role`]: 'inference',
    [`${labelDomain}/workload`]: 'ml',
    ...workloadLabel(labelDomain, 'inference'),
  },
  selector: workloadLabel(labelDomain, 'inference'),
  taints: [{ key: `${labelDomain}/inference`, value: 'true', effect: 'NoSchedule' }],
  capacity,
});

const trainPool = new NodePool({
  name: 'train',
  labels: {
    [`${labelDomain}/role`]: 'train',
    [`${labelDomain}/workload`]: 'ml',
    ...workloadLabel(labelDomain, 'training'),
    'nvidia.com/gpu.present': 'true',
  },
  selector: workloadLabel(labelDomain, 'training'),
  taints: [{ key: `${labelDomain}/training`, value: 'true', effect: 'NoSchedule' }],
  capacity,
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});

/** A laptop: kind with three nodes, one of them with the GPU where there is one. */
export const dev = {
  name: 'dev',
  local: true,
  kubernetesVersion: '1.30',
  nodePools: [infraPool, inferencePool, trainPool],
  kind: { name: 'local-dev-fair', controlPlane: infraPool, workers: [inferencePool, trainPool] },
  metricsServer: { kubeletInsecureTls: true },
  stacks: {
    fair: fair({
      nodePool: infraPool,
      charts: {
        stac: { title: 'fAIr STAC Catalog (dev)', description: 'Base models and datasets of fAIr', transactions: true },
        mlflow: {},
        zenml: { autoActivate: true, debug: true },
      },
      pipelines: {
        pools: [inferencePool, trainPool],
        selector: { [`${labelDomain}/workload`]: 'ml' },
        registry: { uri: 'ghcr.io/hotosm' },
      },
    }),
    inference: inference({ nodePool: inferencePool }),
    'model-platform': modelPlatform({
      nodePool: infraPool,
      server: { nodePool: inferencePool },
      nodePorts: {
        registry: { nodePort: 30800, hostPort: 8800 },
        console: { nodePort: 30901, hostPort: 8901 },
      },
    }),
    flts: flts({
      // The only node with room for all of it: the control plane has the charts, and the inference service may grow to
      // all of the inference node. It asks for no GPU.
      nodePool: trainPool,
      profile: FLTS_SMALL,
      exposure: {
        inference: { nodePort: 30080, hostPort: 8480 },
        mlflow: { nodePort: 30500, hostPort: 8500 },
        // The model platform has 30901.
        console: { nodePort: 30902, hostPort: 8902 },
        grafana: { nodePort: 30300, hostPort: 8300 },
        loadTest: { nodePort: 30089, hostPort: 8489 },
      },
      loadTest: true,
    }),
  },
} satisfies PlatformConfig;
