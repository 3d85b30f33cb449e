import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Taint } from '../../../lib/kube/nodes/node-pools';
import type { Labels } from '../../../lib/kube/objects/labels';
import { type KindConfigProps, kindConfig, kindContext } from '../../../lib/platform/kind/config';
import { nodePool } from '../../support/samples';

const taint: Taint = { key: 'example.org/training', value: 'true', effect: 'NoSchedule' };
const infra = nodePool({ name: 'infra', labels: { 'example.org/role': 'infra' } });
const inference = nodePool({
  name: 'inference',
  labels: { 'example.org/inference': 'true' },
  taints: [{ key: 'example.org/inference', value: 'true', effect: 'NoSchedule' }],
});
const train = nodePool({
  name: 'train',
  labels: { 'example.org/training': 'true', 'nvidia.com/gpu.present': 'true' },
  taints: [taint],
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});

function build(props: Partial<KindConfigProps> = {}) {
  return kindConfig({ name: 'local', controlPlane: infra, ...props });
}

/** The patches of each node, parsed. */
function patchesOf(props: Partial<KindConfigProps>) {
  return build(props).nodes.map(({ kubeadmConfigPatches = [] }) => kubeadmConfigPatches.map((patch) => parse(patch)));
}

const init = (taints: unknown[]) => ({ kind: 'InitConfiguration', nodeRegistration: { taints } });
const join = (taints: unknown[]) => ({ kind: 'JoinConfiguration', nodeRegistration: { taints } });

describe('kindConfig', () => {
  test('has a node for each pool, with the labels of the pool', () => {
    const { nodes, ...cluster } = build({ workers: [inference, train] });
    expect(cluster).toEqual({ kind: 'Cluster', apiVersion: 'kind.x-k8s.io/v1alpha4', name: 'local' });
    expect(nodes.map(({ role, labels }) => ({ role, labels }))).toEqual([
      { role: 'control-plane', labels: infra.labels },
      { role: 'worker', labels: inference.labels },
      { role: 'worker', labels: train.labels },
    ]);
  });

  test('has as many nodes of a pool as it has at least', () => {
    const workers = [
      nodePool({ nodes: { min: 2, max: 5 } }),
      nodePool({ nodes: { min: 0, max: 3 }, labels: { none: 'true' } }),
    ];
    expect(build({ workers }).nodes.map(({ role }) => role)).toEqual(['control-plane', 'worker', 'worker']);
  });

  test('takes the taint off a control plane beside which there are other nodes', () => {
    expect(patchesOf({ workers: [inference, train] })).toEqual([
      [init([])],
      [join([{ key: 'example.org/inference', value: 'true', effect: 'NoSchedule' }])],
      [join([taint])],
    ]);
  });

  test('gives further nodes of the control plane their taints when they join', () => {
    const controlPlane = nodePool({ nodes: { min: 3 } });
    expect(patchesOf({ controlPlane })).toEqual([[init([])], [join([])], [join([])]]);
  });

  test('leaves the taint on an only node, which kind takes off itself', () => {
    expect(patchesOf({})).toEqual([[]]);
    expect(patchesOf({ controlPlane: train })).toEqual([
      [init([{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }, taint])],
    ]);
  });

  test('writes patches that fit every version of the configuration of kubeadm', () => {
    for (const patch of patchesOf({ workers: [train] }).flat()) expect(patch).not.toHaveProperty('apiVersion');
  });

  test('keeps a taint without a value so, and a value that looks like a boolean a string', () => {
    const pool = nodePool({ taints: [{ key: 'nvidia.com/gpu', effect: 'NoExecute' }] });
    expect(patchesOf({ workers: [pool] })[1]).toEqual([join([{ key: 'nvidia.com/gpu', effect: 'NoExecute' }])]);
    expect(build({ workers: [train] }).nodes[1]?.kubeadmConfigPatches?.[0]).toContain('value: "true"');
  });

  test('marks the nodes with GPUs for nvkind', () => {
    const marker = [{ hostPath: '/dev/null', containerPath: '/var/run/nvidia-container-devices/all' }];
    expect(build({ workers: [inference, train] }).nodes.map(({ extraMounts }) => extraMounts)).toEqual([
      undefined,
      undefined,
      marker,
    ]);
    expect(build({ controlPlane: train }).nodes[0]?.extraMounts).toEqual(marker);
  });

  test('maps node ports to the loopback address, once for all nodes', () => {
    const portMappings = [
      { nodePort: 30092, hostPort: 8092 },
      { nodePort: 30093, hostPort: 8092, protocol: 'UDP' as const },
    ];
    const mapped = [
      { containerPort: 30092, hostPort: 8092, listenAddress: '127.0.0.1', protocol: 'TCP' },
      { containerPort: 30093, hostPort: 8092, listenAddress: '127.0.0.1', protocol: 'UDP' },
    ];
    const { nodes } = build({ workers: [train], controlPlane: nodePool({ nodes: { min: 2 } }), portMappings });
    expect(nodes.map(({ extraPortMappings }) => extraPortMappings)).toEqual([mapped, undefined, undefined]);
  });

  test('leaves labels alone that a node may set on itself', () => {
    const labels: Labels = {
      'topology.kubernetes.io/zone': 'a',
      'node.kubernetes.io/instance-type': 'large',
      'sub.node.kubernetes.io/x': 'y',
      'notk8s.io/x': 'y',
      plain: 'yes',
    };
    expect(build({ workers: [nodePool({ labels })] }).nodes[1]?.labels).toEqual(labels);
  });

  test.each([
    'node-role.kubernetes.io/training',
    'node-restriction.kubernetes.io/x',
    'kubernetes.io/role',
    'k8s.io/role',
    'a.k8s.io/b',
  ])('fails for the label %s, with which a kubelet would not start', (key) => {
    const workers = [nodePool({ name: 'gpu', labels: { [key]: 'true' } })];
    expect(() => build({ workers })).toThrow(
      `node pool 'gpu': 'labels' must have no keys of kubernetes.io and k8s.io but those that a node may set on itself (kubelet.kubernetes.io, node.kubernetes.io, topology.kubernetes.io/zone …), got '${key}'`,
    );
  });

  test('fails for a host port that two node ports have', () => {
    const portMappings = [
      { nodePort: 30092, hostPort: 8092 },
      { nodePort: 30093, hostPort: 8092 },
    ];
    expect(() => build({ portMappings })).toThrow(
      "kind cluster 'local': 'portMappings.hostPort' must be used once ('portMappings' has it already), got 8092",
    );
  });

  test('fails for ports out of range', () => {
    expect(() => build({ portMappings: [{ nodePort: 8092, hostPort: 8092 }] })).toThrow(
      "'portMappings.nodePort' must be a node port from 30000 to 32767, got 8092",
    );
    expect(() => build({ portMappings: [{ nodePort: 30092, hostPort: 70000 }] })).toThrow(
      "'portMappings.hostPort' must be a port from 1 to 65535, got 70000",
    );
  });

  test('fails for a control plane without a node', () => {
    expect(() => build({ controlPlane: nodePool({ nodes: { min: 0, max: 1 } }) })).toThrow(
      "kind cluster 'local': 'controlPlane.nodes.min' must be at least 1, got 0",
    );
  });

  test('fails for an only node with the taint that kind takes off', () => {
    const controlPlane = nodePool({ taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] });
    expect(() => build({ controlPlane })).toThrow("'controlPlane.taints' must leave out the taint that kind takes off");
    expect(patchesOf({ controlPlane, workers: [inference] })[0]).toEqual([init([...controlPlane.taints])]);
  });

  test('fails for a name that is no name of a node', () => {
    expect(() => build({ name: 'Local' })).toThrow("kind cluster 'Local': 'name' must be a DNS label");
    expect(() => build({ name: 'a'.repeat(50) })).toThrow("'name' must have at most 49 characters");
  });
});

test('kindContext is the context that kind writes', () => {
  expect(kindContext('local-dev-fair')).toBe('kind-local-dev-fair');
});
