import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { CNPG_CLUSTER_LABEL } from '../../components/data/cnpg/resources';
import { clusterSettings } from '../../kube/network/cluster-settings';
import { edges, serverAt } from '../../kube/network/network';
import type { Edge, Peer, Server } from '../../kube/network/peers';
import { portNumbers } from '../../kube/network/pod-ports';
import { declaredNodePools, type NodePool } from '../../kube/nodes/node-pools';
import { namespaceOf, selects } from '../../kube/objects/inventory';
import type { Labels } from '../../kube/objects/labels';
import type { Manifest } from '../../kube/objects/serialization';
import { podUsage } from '../../kube/resources/pod-resources';
import { typedPod } from '../../kube/resources/typed-pod';
import { isInstalled, type Release } from '../releases/release';
import { type ArchitectureEntrance, architectureEntrances, type FoundPods, valuesOf } from './architecture-entrances';
import { gpusOf, podsOf, poolOf } from './footprint';

/** What runs in an app, how it is reached and what it connects to: what a picture of it shows. */
export interface Architecture {
  readonly nodes: readonly ArchitectureNode[];
  readonly connections: readonly ArchitectureConnection[];
  readonly entrances: readonly ArchitectureEntrance[];
  /** The pools of the environment. */
  readonly pools: readonly NodePool[];
}

/**
 * `Pods` are those that others create: an operator, a person, another app. `Release` is a helm release, `Cluster` one of
 * CloudNativePG.
 */
export type ArchitectureKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'Job'
  | 'CronJob'
  | 'Pod'
  | 'Cluster'
  | 'Release'
  | 'Pods';

/** Pods that are alike, or a helm release. */
export interface ArchitectureNode {
  /** `namespace/name`. */
  readonly id: string;
  readonly namespace: string;
  /** Without the hash that the name of a Job ends with. */
  readonly name: string;
  readonly kind: ArchitectureKind;
  /** The label `app.kubernetes.io/component`, such as `database`. @default - it has none */
  readonly component?: string;
  /** @default - not known: of a release, and of pods that others create */
  readonly replicas?: { readonly min: number; readonly max: number };
  /** Whether each of its pods has volumes of its own that outlive it. */
  readonly keepsData: boolean;
  /** GPUs of one pod. */
  readonly gpus: number;
  /** Name of the pool that it is pinned to. @default - any node without taints, or not known */
  readonly pool?: string;
}

/** An allowed connection. Each end is the id of a node, or in words: `anyone`, `the internet`, `the API server`, `host …`, `pods of …`. */
export interface ArchitectureConnection {
  readonly from: string;
  readonly to: string;
  /** Ports of the pods that it leads to. Empty for all. */
  readonly ports: readonly number[];
  /** What the cluster itself needs it for, rather than the program: operators, monitoring, proxies of the edge. */
  readonly ofCluster: boolean;
}

type LabelledNode = ArchitectureNode & FoundPods;

/**
 * What a picture of a finished app shows: its workloads, the helm releases beside it, and the connections that its
 * constructs declare.
 * @param releases - those of the platform. @default - none
 */
export function architecture(app: IConstruct, releases: readonly Release[] = []): Architecture {
  const pools = declaredNodePools(app) ?? [];
  const objects = app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
  const installed = releases.filter(isInstalled);
  const nodes = [...workloads(objects, pools), ...installed.map((release) => releaseNode(release, pools))];
  const connections = edges(app).map((edge) => connection(app, edge, nodes));
  const ofPublic = ({ labels: _, spec: __, ...node }: LabelledNode): ArchitectureNode => node;
  const entrances = architectureEntrances(objects, nodes, installed, {
    nodeOf: (pods) => end({ type: 'pods', pods }, nodes),
    serverAt: (route, host) => {
      const server = serverAt(route, host);
      return server !== undefined && 'scope' in server.pods ? (server as Server) : undefined;
    },
  });
  return { nodes: nodes.map(ofPublic), connections: merged(connections), entrances, pools };
}

function workloads(objects: readonly ApiObject[], pools: readonly NodePool[]): LabelledNode[] {
  const manifests = new Map(objects.map((object) => [object, object.toJson() as Manifest]));
  const scalers = [...manifests.values()].filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return objects.flatMap((object) => {
    const pods = podsOf(object, scalers);
    if (pods === undefined) return [];
    const { metadata, spec } = manifests.get(object) as Manifest;
    const template = (spec.jobTemplate?.spec ?? spec).template;
    const cluster = { [CNPG_CLUSTER_LABEL]: metadata.name };
    const labels: Labels = object.kind === 'Cluster' ? cluster : (template ?? { metadata }).metadata?.labels;
    const namespace = metadata.namespace ?? Chart.of(object).namespace ?? 'default';
    const name = labels?.['app.kubernetes.io/instance'] ?? metadata.name;
    return {
      id: `${namespace}/${name}`,
      namespace,
      name,
      kind: object.kind as ArchitectureKind,
      component: labels?.['app.kubernetes.io/component'],
      replicas: { min: pods.min, max: pods.max },
      keepsData: pods.claims.length > 0,
      gpus: Number(gpusOf(podUsage(typedPod(pods.spec)))) / 1000,
      pool: poolOf(pods, pools)?.name,
      labels: labels ?? {},
      spec: pods.spec,
    };
  });
}

function releaseNode({ name, namespace, values = {} }: Release, pools: readonly NodePool[]): LabelledNode {
  const terms = valuesOf(values, 'nodeSelectorTerms').flat();
  const labels = terms.map(({ matchExpressions = [] }) =>
    Object.fromEntries(matchExpressions.map(({ key, values = [] }: Manifest) => [key, values[0]])),
  );
  const selectors = [...valuesOf(values, 'nodeSelector'), ...labels];
  const [pool] = selectors.flatMap((nodeSelector) => poolOf({ spec: { nodeSelector } }, pools) ?? []);
  const own = { id: `${namespace}/${name}`, namespace, name, kind: 'Release', pool: pool?.name } as const;
  return { ...own, keepsData: false, gpus: 0, labels: {}, spec: {} };
}

function connection(app: IConstruct, { from, to, ports }: Edge, nodes: LabelledNode[]): ArchitectureConnection {
  const ends = { from: end(from, nodes), to: end(to, nodes), ports: portNumbers(to, ports) };
  const { ingressController, gateway, monitoring, cloudNativePgNamespace, certManagerNamespace } = clusterSettings(app);
  const own = [ingressController, gateway, monitoring].flatMap((pods) => pods?.namespace ?? []);
  const namespaces = [...own, cloudNativePgNamespace, certManagerNamespace];
  return { ...ends, ofCluster: from.type === 'externalPods' && namespaces.includes(from.pods.namespace) };
}

/** One end of a connection; pods that nothing in the tree writes become a node. */
function end(peer: Peer, nodes: LabelledNode[]): string {
  if (peer.type === 'externalPods') return `pods of ${peer.pods.namespace}`;
  if (peer.type === 'host') return `host ${peer.host}`;
  if (peer.type !== 'pods')
    return { anywhere: 'anyone', apiServer: 'the API server', internet: 'the internet' }[peer.type];
  const { scope, name, selector } = peer.pods;
  const namespace = namespaceOf(scope) ?? 'default';
  const neighbours = nodes.filter((node) => node.namespace === namespace);
  const node =
    neighbours.find((other) => other.name === name) ??
    neighbours.find(({ kind, labels }) => kind !== 'Pods' && kind !== 'Release' && selects(selector, labels)) ??
    // What a chart runs beside its server is called after the release: `stac-migration`.
    neighbours.find((other) => other.kind === 'Release' && name.startsWith(`${other.name}-`));
  if (node !== undefined) return node.id;
  const id = `${namespace}/${name}`;
  nodes.push({ id, namespace, name, kind: 'Pods', keepsData: false, gpus: 0, labels: selector, spec: {} });
  return id;
}

/** One connection for all ports between two ends. */
function merged(all: readonly ArchitectureConnection[]): ArchitectureConnection[] {
  const byEnds = new Map<string, ArchitectureConnection>();
  for (const next of all) {
    const key = `${next.from} → ${next.to}`;
    const before = byEnds.get(key);
    const every = before !== undefined && (before.ports.length === 0 || next.ports.length === 0);
    const ports = every ? [] : [...new Set([...(before?.ports ?? []), ...next.ports])].sort((a, b) => a - b);
    byEnds.set(key, { ...next, ports, ofCluster: next.ofCluster && (before?.ofCluster ?? true) });
  }
  return [...byEnds.values()];
}
