import { Size } from 'cdk8s';
import { existingSecrets, NodePool, nodePort, patch } from 'cdk8s-ml-platform';
import type { DeclaredDifference, PlatformConfig } from 'cdk8s-ml-platform/platform';
import { type InferenceConfig, inference } from 'cdk8s-ml-platform/stacks/inference';
import { Cpu } from 'cdk8s-plus-28';
import { labelling } from './labelling.js';

const capacity = { cpu: Cpu.units(8), memory: Size.gibibytes(24) };
const laptopNode = new NodePool({ name: 'laptop', labels: { 'example.org/pool': 'laptop' }, capacity });
const generalNodes = new NodePool({
  name: 'general',
  labels: { 'example.org/pool': 'general' },
  capacity,
  nodes: { min: 3, max: 6 },
});

const embedder = 'http://inference-svc.embedder.svc:8002';

/** A second service of the same kind: another image, other ports, a namespace of its own. */
const captions: InferenceConfig = {
  name: 'captions',
  image: 'registry.example.org/captions:0.3.0',
  port: 8003,
  exposure: nodePort(30093),
  hostPort: 8093,
  // No property has it, so the written object is changed.
  customize: ({ service }) => patch(service.deployment, { op: 'add', path: '/spec/revisionHistoryLimit', value: 2 }),
};

const laptop: PlatformConfig = {
  name: 'laptop',
  local: true,
  nodePools: [laptopNode],
  kind: { name: 'own-platform', controlPlane: laptopNode },
  metricsServer: { kubeletInsecureTls: true },
  stacks: {
    embedder: inference({ nodePool: laptopNode }),
    captions: inference({ ...captions, nodePool: laptopNode }),
    labelling: labelling({
      embedder,
      nodePool: laptopNode,
      exposure: { nodePort: 31000, hostPort: 8071 },
      editor: { values: { debug: true } },
    }),
  },
};

const cluster: PlatformConfig = {
  name: 'cluster',
  kubeContext: 'team-cluster',
  nodePools: [generalNodes],
  credentials: existingSecrets(),
  images: { registry: 'registry.example.org/mirror' },
  stacks: {
    embedder: inference({ nodePool: generalNodes, image: 'registry.example.org/embedder:1.0.0' }),
    captions: inference({ ...captions, nodePool: generalNodes }),
    labelling: labelling({ embedder, nodePool: generalNodes, replicas: 2 }),
  },
};

/** Differences between the two that are intended, beside the usual ones: replicas, images, Secrets, nodes and so on. */
export const differences: readonly DeclaredDifference[] = [
  { about: 'Editor', of: 'release labelling/editor', fields: ['values.debug'], because: 'only laptops need its log' },
];

/**
 * The environment of a name.
 * @throws Error that lists the names there are
 */
export function environment(name: string): PlatformConfig {
  const environments = { laptop, cluster };
  const found = Object.entries(environments).find(([known]) => known === name)?.[1];
  if (found === undefined) throw new Error(`PLATFORM_ENV must be one of ${Object.keys(environments)}, got '${name}'`);
  return found;
}
