import { describe, expect, it } from 'vitest';
import { dev } from '../../../environments';
import type { KindConfig } from '../../../lib/platform/kind/config';
import type { PlatformConfig } from '../../../lib/platform/platform-config';
import { fair } from '../../../lib/stacks/fair/fair';
import { inference } from '../../../lib/stacks/inference/inference';
import { synthesize } from '../../support/environments';
import { nodePool } from '../../support/samples';

/** What the cluster of an environment has: its nodes, ports of the machine, and releases of its own. */
function cluster(config: PlatformConfig, selection?: string) {
  const { platform } = synthesize(config, selection);
  const { nodes } = platform.deployDocuments['kind.yaml'] as KindConfig;
  return {
    nodes: nodes.map(({ role, labels }) => Object.values(labels ?? {})[0] ?? role),
    ports: nodes.flatMap(({ extraPortMappings = [] }) => extraPortMappings.map(({ hostPort }) => hostPort)),
    addOns: platform.releases.flatMap(({ name, stage }) => (stage === 'operators' ? [name] : [])),
  };
}

describe('the kind cluster of stacks that are named', () => {
  it('has what they need, and no node, port or add-on of others', () => {
    expect(cluster(dev, 'inference')).toEqual({
      nodes: ['infra', 'inference'],
      ports: [8092],
      addOns: ['metrics-server'],
    });
    // Nothing scales, and steps of pipelines train.
    expect(cluster(dev, 'fair')).toEqual({
      nodes: ['infra', 'inference', 'train'],
      ports: [],
      addOns: ['nvidia-device-plugin'],
    });
  });

  it('has the nodes of models that an operator will serve, and what scales them', () => {
    expect(cluster(dev, 'model-platform')).toEqual({
      nodes: ['infra', 'inference'],
      ports: [8800, 8901],
      addOns: ['metrics-server'],
    });
  });

  it('has the RuntimeClass and the namespace of GPUs, with its policy, only where a pool that is needed has some', () => {
    const shared = (selection: string, complete = false) => {
      const config = { ...dev, kind: dev.kind && { ...dev.kind, complete } };
      const chart = synthesize(config, selection).app.charts.find(({ node }) => node.id === 'cluster');
      return chart?.toJson().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    };
    const gpus = ['Namespace nvidia', 'NetworkPolicy operators', 'RuntimeClass nvidia'];
    expect(shared('inference')).toBeUndefined();
    expect(shared('model-platform')).toEqual(['CustomResourceDefinition modeldeployments.ml.example.com']);
    expect(shared('fair')).toEqual(gpus);
    expect(shared('')).toEqual(gpus);
    expect(shared('inference', true)).toEqual(gpus);
  });

  it('has everything where it is to be complete, and where none is named', () => {
    const everything = cluster(dev, 'all');
    expect(everything).toEqual({
      nodes: ['infra', 'inference', 'train'],
      ports: expect.arrayContaining([8092, 8800, 8901, 8480, 8500]),
      addOns: ['metrics-server', 'nvidia-device-plugin'],
    });
    expect(cluster(dev, '')).toEqual(everything);
    const kind = dev.kind && { ...dev.kind, complete: true };
    expect(cluster({ ...dev, kind }, 'inference')).toEqual(everything);
  });

  const named = (name: string) => nodePool({ name, labels: { name } });
  const [control, used, unused] = [named('control'), named('used'), named('unused')] as const;
  const pools = {
    name: 'test',
    local: true,
    nodePools: [control, used, unused],
    kind: { name: 'test', controlPlane: control, workers: [used, unused] },
  } as const;

  it('has the nodes of a pool that is made again, with the same properties', () => {
    const kind = { name: 'test', controlPlane: control, workers: [named('used')] };
    const stacks = { a: inference({ nodePool: used }) };
    for (const selection of ['all', 'a'])
      expect(cluster({ ...pools, nodePools: [control, used], kind, stacks }, selection).nodes).toEqual([
        'control',
        'used',
      ]);
  });

  it('fails for a pool that is listed as control plane and as workers', () => {
    const kind = { name: 'test', controlPlane: control, workers: [control] };
    expect(() => cluster({ ...pools, nodePools: [control], kind, stacks: {} })).toThrow(
      "kind cluster 'test': 'workers.name' must have no duplicates, got 'control'",
    );
  });

  it('has the nodes of operators', () => {
    const stacks = { inference: inference() };
    expect(cluster({ ...pools, stacks, operators: { certManager: { nodePool: used } } }, 'inference').nodes).toEqual([
      'control',
      'used',
    ]);
  });

  it('has the nodes of pods that start steps of pipelines', () => {
    const registry = { uri: 'ghcr.io/example' };
    const labelled = nodePool({
      name: 'ml',
      labels: { name: 'ml', 'fair.dev/training': 'true', 'fair.dev/inference': 'true' },
    });
    const pipelines = { pools: [labelled], orchestratorPool: used, registry } as const;
    const config: PlatformConfig = {
      ...pools,
      nodePools: [...pools.nodePools, labelled],
      kind: { ...pools.kind, workers: [...pools.kind.workers, labelled] },
      stacks: { fair: fair({ pipelines }) },
    };
    expect(cluster(config, 'fair').nodes).toEqual(['control', 'used', 'ml']);
  });
});
