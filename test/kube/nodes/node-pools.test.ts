import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import {
  declaredNodePools,
  NodePool,
  type NodePoolProps,
  requireDeclaredPool,
} from '../../../lib/kube/nodes/node-pools';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, testChart } from '../../support/synth';

const capacity = { cpu: Cpu.units(4), memory: Size.gibibytes(8) };

describe('a node pool', () => {
  it('is one node that is selected by all of its labels, with minimal props', () => {
    const pool = new NodePool({ name: 'infra', labels: { role: 'infra' }, capacity });
    expect(pool).toMatchObject({
      name: 'infra',
      labels: { role: 'infra' },
      selector: { role: 'infra' },
      taints: [],
      nodes: { min: 1, max: 1 },
      capacity: { ...capacity, pods: 110 },
      gpus: undefined,
    });
    expect(pool.tolerations).toEqual([]);
  });

  it('keeps each prop', () => {
    const all: Required<NodePoolProps> = {
      name: 'train',
      labels: { role: 'train', zone: 'a' },
      selector: { role: 'train' },
      taints: [{ key: 'training', value: 'true', effect: 'NoSchedule' }],
      nodes: { min: 0, max: 4 },
      zones: 3,
      capacity: { ...capacity, pods: 29 },
      gpus: { count: 1, runtimeClassName: 'nvidia' },
    };
    expect(new NodePool(all)).toMatchObject(all);
    expectEachPropToMatter<NodePoolProps>((props) => new NodePool(props), all, {
      name: 'other',
      labels: { role: 'train' },
      selector: { zone: 'a' },
      taints: [],
      nodes: { min: 1 },
      zones: 2,
      capacity,
      gpus: { count: 2 },
    });
  });

  it('does not grow unless it may', () => {
    expect(nodePool({ nodes: { min: 3 } }).nodes).toEqual({ min: 3, max: 3 });
  });

  it('has 110 pods a node where their number is left open', () => {
    expect(nodePool({ capacity: { ...capacity, pods: undefined } }).capacity.pods).toBe(110);
  });

  it.each<[string, Partial<NodePoolProps>, string]>([
    [
      'a name that is no DNS label',
      { name: 'GPU' },
      "node pool 'GPU': 'name' must be a DNS label (lower-case letters, digits and '-', at most 63, no '-' at either end), got 'GPU'",
    ],
    [
      'a label that is none',
      { labels: { role: 'a b' } },
      "node pool 'general': 'labels.role' must be a label value (at most 63 letters, digits, '-', '_' and '.'), got 'a b'",
    ],
    [
      'a selector beside its labels',
      { selector: { role: 'x' } },
      "node pool 'general': 'selector' must be a subset of its labels, got 'role=x'",
    ],
    [
      'a taint that is none',
      { taints: [{ key: 'a b', effect: 'NoSchedule' }] },
      "node pool 'general': 'taints' must have keys of the form name or domain/name (letters, digits, '-', '_' and '.'), got 'a b'",
    ],
    ['half a node', { nodes: { min: 0.5 } }, "node pool 'general': 'nodes.min' must be a whole number from 0, got 0.5"],
    ['no node ever', { nodes: { min: 0 } }, "node pool 'general': 'nodes.max' must be a whole number from 1, got 0"],
    [
      'fewer nodes at most than at least',
      { nodes: { min: 3, max: 2 } },
      "node pool 'general': 'nodes.max' must be a whole number from 3, got 2",
    ],
    [
      'nodes without CPU',
      { capacity: { ...capacity, cpu: Cpu.units(0) } },
      "node pool 'general': 'capacity.cpu' must be a positive whole number of millicores, got '0'",
    ],
    [
      'nodes without memory',
      { capacity: { ...capacity, memory: Size.gibibytes(0) } },
      "node pool 'general': 'capacity.memory' must be a positive whole number of KiB, got '0Gi'",
    ],
    [
      'nodes for no pod',
      { capacity: { ...capacity, pods: -1 } },
      "node pool 'general': 'capacity.pods' must be a whole number from 1, got -1",
    ],
    [
      'a runtime that has no name',
      { gpus: { count: 1, runtimeClassName: 'My Runtime' } },
      "node pool 'general': 'gpus.runtimeClassName' must be a DNS name (labels of lower-case letters, digits and '-', joined by '.', at most 253), got 'My Runtime'",
    ],
    [
      'half a GPU',
      { gpus: { count: 0.5 } },
      "node pool 'general': 'gpus.count' must be a whole number from 1, got 0.5",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => nodePool(props)).toThrow(message);
  });
});

describe('declared node pools', () => {
  const pool = nodePool();

  it('are unknown where none are declared, and then every pool is allowed', () => {
    const chart = testChart();
    expect(declaredNodePools(chart)).toBeUndefined();
    expect(() => requireDeclaredPool(chart, 'nodePool', pool)).not.toThrow();
  });

  it('are the pools themselves or their like, made by another copy of the package', () => {
    const chart = testChart({ nodePools: [pool] });
    expect(declaredNodePools(chart)).toEqual([pool]);
    expect(() => requireDeclaredPool(chart, 'nodePool', pool)).not.toThrow();
    expect(() => requireDeclaredPool(chart, 'nodePool', nodePool())).not.toThrow();
  });

  it('fails for another of the same name', () => {
    const chart = testChart({ nodePools: [pool] });
    const other = nodePool({ capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(9) } });
    expect(() => requireDeclaredPool(chart, 'nodePool', other)).toThrow(
      "demo: 'nodePool' must be the pool of this name itself or an equal one",
    );
  });

  it('fails for any other', () => {
    const chart = testChart({ nodePools: [pool, nodePool({ name: 'second' })] });
    expect(() => requireDeclaredPool(chart, 'nodePool', nodePool({ name: 'third' }))).toThrow(
      "demo: 'nodePool' must be one of 'general', 'second' (the node pools of this environment), got 'third'",
    );
  });

  it('fails for every pool where there are none', () => {
    expect(() => requireDeclaredPool(testChart({ nodePools: [] }), 'nodePool', pool)).toThrow(
      "demo: 'nodePool' must be one of (none) (the node pools of this environment), got 'general'",
    );
  });
});
