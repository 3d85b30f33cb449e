import { writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { NodePool } from '../../lib';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { cpuMillis, sizeBytes } from '../../lib/kube/resources/quantities';
import { writeKubeconfig } from '../support/control-plane/credentials';
import type { ControlPlane } from './control-plane';
import { type Node, type Program, TOOLS } from './machine';

/** Address of the DNS servers. */
export const DNS_ADDRESS = '10.96.0.10';

/** The image that holds the networks of pods, and runs programs that need nothing beside themselves. */
export const PAUSE = 'registry.k8s.io/pause:3.10.1';

/** A node as deploy/kind.yaml has it. */
export interface NodeSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly processors: number;
  /** In bytes. */
  readonly memory: number;
  readonly gpus: number;
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** The nodes of a kind.yaml, each with the capacity of the pool that has its labels. */
export function nodeSpecs(kindConfig: string, pools: readonly NodePool[]): readonly NodeSpec[] {
  const { name: cluster, nodes } = parse(kindConfig);
  let workers = 0;
  return nodes.map(({ role, labels = {}, kubeadmConfigPatches = [] }: Manifest) => {
    const pool = pools.find((candidate) => isDeepStrictEqual({ ...candidate.labels }, labels));
    if (pool === undefined) throw new Error(`no node pool has the labels ${JSON.stringify(labels)}`);
    const number = role === 'worker' && ++workers > 1 ? workers : '';
    return {
      name: `${cluster}-${role}${number}`,
      labels,
      taints: kubeadmConfigPatches.flatMap((patch: string) => parse(patch).nodeRegistration?.taints ?? []),
      processors: Math.ceil(cpuMillis(pool.capacity.cpu) / 1000),
      memory: sizeBytes(pool.capacity.memory),
      gpus: pool.gpus?.count ?? 0,
    };
  });
}

/** Bytes of the machine that pods may not take. */
const MEMORY_LEFT = 100 * 2 ** 20;

/** Starts what makes a node one of the cluster. @returns its kubelet */
export function startNode(node: Node, spec: NodeSpec, plane: ControlPlane): Program {
  const write = (name: string, content: string) => {
    const path = join(node.folder, name);
    writeFileSync(path, content);
    return path;
  };
  node.start('containerd', ['containerd', '--config', write('containerd.toml', containerdConfig(node))]);
  const kubeconfig = join(node.folder, 'kubelet.kubeconfig');
  writeKubeconfig(kubeconfig, plane.server, plane.serverCertificate, plane.tokens[node.name] ?? '');
  const labels = Object.entries(spec.labels).map(([key, value]) => `${key}=${value}`);
  const config = write('kubelet.json', JSON.stringify(kubeletConfig(node, spec, plane, write('resolv.conf', ''))));
  const kubelet = node.start('kubelet', [
    join(TOOLS, 'bin/kubelet'),
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
    `--node-labels=${labels.join(',')}`,
  ]);
  node.start('kube-proxy', [
    join(TOOLS, 'bin/kube-proxy'),
    `--kubeconfig=${plane.kubeconfig}`,
    `--hostname-override=${node.name}`,
    '--proxy-mode=iptables',
    '--cluster-cidr=10.244.0.0/16',
    // These belong to the kernel, which the namespaces share.
    '--conntrack-max-per-core=0',
    '--conntrack-min=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
  ]);
  if (spec.gpus > 0) node.start('device-plugin', [join(TOOLS, 'bin/device-plugin'), String(spec.gpus)]);
  return kubelet;
}

/** Starts what enforces network policies, once there is an object of the node. */
export function startFirewall(node: Node, plane: ControlPlane): void {
  node.start('kube-router', [
    join(TOOLS, 'bin/kube-router'),
    `--kubeconfig=${plane.kubeconfig}`,
    `--hostname-override=${node.name}`,
    '--run-firewall=true',
    '--run-router=false',
    '--run-service-proxy=false',
    '--enable-cni=false',
    '--service-cluster-ip-range=10.96.0.0/16',
  ]);
}

function containerdConfig(node: Node): string {
  return `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    # The RuntimeClass of GPU pods: there is no GPU.
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
      runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(node.folder, 'cni')}"
`;
}

function kubeletConfig(node: Node, spec: NodeSpec, { authority }: ControlPlane, resolvConf: string) {
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: authority } },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${node.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: 'cluster.local',
    resolvConf,
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    registerWithTaints: spec.taints,
    // What the machine has beside what the pool says.
    systemReserved: { memory: String(Math.max(0, totalmem() - MEMORY_LEFT - spec.memory)) },
    // The disk is that of the machine, and images cannot be deleted from the store.
    evictionHard: { 'memory.available': String(MEMORY_LEFT), 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
  };
}
