import { Yaml } from 'cdk8s';
import { hasPool, type NodePool, type Taint } from '../../kube/nodes/node-pools';
import { type ErrorLocation, oneOf, requireProp, requireUnique } from '../../kube/objects/errors';
import type { Labels } from '../../kube/objects/labels';
import { requireDnsLabel, requireNodePort, requirePort } from '../../kube/objects/names';
import { requireSelfSetLabels } from './node-labels';

/** A node port of the cluster that is reachable on the machine that kind runs on. */
export interface NodePortMapping {
  /** `nodePort` of the Service, from 30000 to 32767. */
  readonly nodePort: number;
  /** Port of 127.0.0.1 on the machine. */
  readonly hostPort: number;
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

export interface KindConfigProps {
  /** Name of the cluster; kubectl's context is called `kind-<name>`. */
  readonly name: string;
  /** The pool that the control plane is part of. Its taints are those of its nodes, so without any it takes pods. */
  readonly controlPlane: NodePool;
  /** The other pools, each with `nodes.min` nodes. @default - none: a cluster of one node */
  readonly workers?: readonly NodePool[];
  /** They cannot be added to a cluster that exists. @default - none */
  readonly portMappings?: readonly NodePortMapping[];
}

/**
 * Checks that a kind cluster has the nodes of every pool of its environment, and no others: pods would wait for them.
 * @throws InvalidPropError for a pool that only one of them has
 */
export function requireKindPools({ name, controlPlane, workers = [] }: KindConfigProps, pools: readonly NodePool[]) {
  const location = `kind cluster '${name}'`;
  const nodes = [controlPlane, ...workers];
  requireUnique(location, 'workers', nodes, 'name');
  for (const pool of pools) requireProp(hasPool(nodes, pool), location, 'workers', 'have every node pool', pool.name);
  const allowed = `${oneOf(pools.map((pool) => pool.name))} (the node pools of this environment)`;
  for (const pool of nodes) requireProp(hasPool(pools, pool), location, 'workers', allowed, pool.name);
}

/** A configuration that `kind create cluster --config` and `nvkind cluster create --config-template` read. */
export interface KindConfig {
  readonly kind: 'Cluster';
  readonly apiVersion: 'kind.x-k8s.io/v1alpha4';
  readonly name: string;
  readonly nodes: readonly KindNode[];
}

/** One node of a kind cluster. */
export interface KindNode {
  readonly role: 'control-plane' | 'worker';
  readonly labels?: Labels;
  readonly extraMounts?: readonly { readonly hostPath: string; readonly containerPath: string }[];
  readonly extraPortMappings?: readonly KindPortMapping[];
  /** Merge patches for kubeadm's configuration of the node, as YAML. */
  readonly kubeadmConfigPatches?: readonly string[];
}

/** A port of a node that is reachable on the machine that kind runs on. */
export interface KindPortMapping {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly listenAddress: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** nvkind gives all GPUs of the machine to a node with this mount. For kind itself it is an empty file. */
const ALL_GPUS = { hostPath: '/dev/null', containerPath: '/var/run/nvidia-container-devices/all' };

const CONTROL_PLANE_TAINT: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

/** The context that kind adds to kubeconfig for a cluster. */
export function kindContext(name: string): string {
  return `kind-${name}`;
}

/**
 * The kind cluster that node pools make up.
 *
 * @throws InvalidPropError where kind, kubeadm or a kubelet would refuse it
 */
export function kindConfig(props: KindConfigProps): KindConfig {
  const { name, controlPlane, workers = [], portMappings = [] } = props;
  const location = `kind cluster '${name}'`;
  requireDnsLabel(location, 'name', name);
  // The node `<name>-control-plane` is also a host name, which has at most 63 characters.
  requireProp(name.length <= 49, location, 'name', 'have at most 49 characters', name);
  requireProp(controlPlane.nodes.min >= 1, location, 'controlPlane.nodes.min', 'be at least 1', controlPlane.nodes.min);
  requireMappings(location, [['portMappings', portMappings]]);
  const count = [controlPlane, ...workers].reduce((sum, { nodes }) => sum + nodes.min, 0);
  const first: Partial<KindNode> = {
    ...(portMappings.length > 0 && { extraPortMappings: portMappings.map(portMapping) }),
    ...patches('InitConfiguration', count === 1 ? taintsOfOnlyNode(location, controlPlane) : controlPlane.taints),
  };
  const join = (pool: NodePool) => patches('JoinConfiguration', pool.taints);
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name,
    nodes: [
      ...nodes('control-plane', controlPlane, (index) => (index === 0 ? first : join(controlPlane))),
      ...workers.flatMap((pool) => nodes('worker', pool, () => (pool.taints.length > 0 ? join(pool) : {}))),
    ],
  };
}

function nodes(role: KindNode['role'], pool: NodePool, rest: (index: number) => Partial<KindNode>): KindNode[] {
  const { labels, gpus } = pool;
  requireSelfSetLabels(`node pool '${pool.name}'`, 'labels', labels);
  return Array.from({ length: pool.nodes.min }, (_, index) => ({
    role,
    ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    ...(gpus && { extraMounts: [{ ...ALL_GPUS }] }),
    ...rest(index),
  }));
}

/**
 * kind takes the taint of the control plane off the only node of a cluster, and fails when it is not there: so the
 * node must register with it, which it does by itself as long as it is given no taints at all.
 */
function taintsOfOnlyNode(location: string, pool: NodePool): readonly Taint[] | undefined {
  const keys = pool.taints.map(({ key }) => key);
  const { key } = CONTROL_PLANE_TAINT;
  const allowed = 'leave out the taint that kind takes off its only node';
  requireProp(!keys.includes(key), location, 'controlPlane.taints', allowed, key);
  return keys.length === 0 ? undefined : [CONTROL_PLANE_TAINT, ...pool.taints];
}

/**
 * What sets the taints of a node. Without an apiVersion a patch fits every version of kubeadm's configuration: kind
 * writes v1beta3 or v1beta4, by its own version and that of Kubernetes. An empty list is not the same as none.
 */
function patches(
  kind: 'InitConfiguration' | 'JoinConfiguration',
  taints: readonly Taint[] | undefined,
): Pick<KindNode, 'kubeadmConfigPatches'> {
  if (taints === undefined) return {};
  const nodeRegistration = {
    taints: taints.map(({ key, value, effect }) => ({ key, ...(value !== undefined && { value }), effect })),
  };
  return { kubeadmConfigPatches: [Yaml.stringify({ kind, nodeRegistration })] };
}

function portMapping({ nodePort, hostPort, protocol = 'TCP' }: NodePortMapping): KindPortMapping {
  // kind's own default is every address of the machine, which others in the network reach.
  return { containerPort: nodePort, hostPort, listenAddress: '127.0.0.1', protocol };
}

/**
 * Checks that each node port and each port of the machine is mapped once.
 * @param mappings - by the name of the stack that has them
 */
export function requireMappings(
  location: ErrorLocation,
  mappings: readonly (readonly [string, readonly NodePortMapping[]])[],
): void {
  const owners = new Map<string, string>();
  const claim = (owner: string, prop: string, key: string, port: number) => {
    const other = owners.get(key);
    requireProp(other === undefined, location, `${owner}.${prop}`, `be used once ('${other}' has it already)`, port);
    owners.set(key, owner);
  };
  for (const [owner, ports] of mappings) {
    for (const { nodePort, hostPort, protocol = 'TCP' } of ports) {
      requireNodePort(location, `${owner}.nodePort`, nodePort);
      requirePort(location, `${owner}.hostPort`, hostPort);
      claim(owner, 'nodePort', `node ${nodePort}/${protocol}`, nodePort);
      claim(owner, 'hostPort', `host ${hostPort}/${protocol}`, hostPort);
    }
  }
}
