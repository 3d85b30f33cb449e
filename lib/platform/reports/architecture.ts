import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { CNPG_CLUSTER_LABEL } from '../../components/data/cnpg/resources';
import { clusterSettings } from '../../kube/network/cluster-settings';
import { edges, serverAt } from '../../kube/network/network';
import type { Edge, Peer } from '../../kube/network/peers';
import { portNumbers } from '../../kube/network/pod-ports';
import { declaredNodePools, type NodePool } from '../../kube/nodes/node-pools';
import { namespaceOf, selects } from '../../kube/objects/inventory';
import { requireKnownProps } from '../../kube/objects/known-props';
import type { Labels } from '../../kube/objects/labels';
import type { Manifest } from '../../kube/objects/serialization';
import { podUsage } from '../../kube/resources/pod-resources';
import { typedPod } from '../../kube/resources/typed-pod';
import { isInstalled, type Release } from '../releases/release';
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

/** A way in from outside of the cluster. */
export interface ArchitectureEntrance {
  /** Id of the node that it leads to. */
  readonly to: string;
  /** `:30092` for a port of every node, or the host of an Ingress or an HTTPRoute. */
  readonly address: string;
}

interface LabelledNode extends ArchitectureNode {
  /** Those of its pods; none where another program writes them. */
  readonly labels: Labels;
}

/**
 * What a picture of a finished app shows: its workloads, the helm releases beside it, and the connections that its
 * constructs declare.
 * @param releases - those of the platform. @default - none
 */
export function architecture(app: IConstruct, releases: readonly Release[] = []): Architecture {
  requireKnownProps('architecture()', { app, releases }, 'app:Construct releases:object[]');
  const pools = declaredNodePools(app) ?? [];
  const objects = app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
  const installed = releases.filter(isInstalled);
  const nodes = [...workloads(objects, pools), ...installed.map((release) => releaseNode(release, pools))];
  const connections = merged(edges(app).map((edge) => connection(app, edge, nodes)));
  const ways = [...objectEntrances(objects, nodes), ...installed.flatMap(releaseEntrances)];
  const entrances = [...new Map(ways.map((way) => [`${way.to} ${way.address}`, way])).values()];
  return { nodes: nodes.map(({ labels: _, ...node }) => node), connections, entrances, pools };
}

function workloads(objects: readonly ApiObject[], pools: readonly NodePool[]): LabelledNode[] {
  const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map((object) => object.toJson());
  return objects.flatMap((object) => {
    const pods = podsOf(object, scalers);
    if (pods === undefined) return [];
    const { metadata, spec }: Manifest = object.toJson();
    const template = (spec.jobTemplate?.spec ?? spec).template ?? { metadata };
    const isCluster = object.kind === 'Cluster';
    const labels: Labels = (isCluster ? { [CNPG_CLUSTER_LABEL]: metadata.name } : template.metadata?.labels) ?? {};
    return {
      ...named(metadata.namespace, labels['app.kubernetes.io/instance'] ?? metadata.name),
      kind: object.kind as ArchitectureKind,
      component: labels['app.kubernetes.io/component'],
      replicas: { min: pods.min, max: pods.max },
      keepsData: pods.claims.length > 0,
      gpus: Number(gpusOf(podUsage(typedPod(pods.spec)))) / 1000,
      pool: poolOf(pods, pools)?.name,
      labels,
    };
  });
}

function releaseNode({ name, namespace, values }: Release, pools: readonly NodePool[]): LabelledNode {
  const terms = valuesOf(values, 'matchExpressions').map((expressions) =>
    Object.fromEntries(expressions.map(({ key, values = [] }: Manifest) => [key, values[0]])),
  );
  const selectors = [...valuesOf(values, 'nodeSelector'), ...terms];
  const [pool] = selectors.flatMap((nodeSelector) => poolOf({ spec: { nodeSelector } }, pools) ?? []);
  return { ...named(namespace, name), kind: 'Release', pool: pool?.name };
}

/** A node that nothing else is known of. */
function named(namespace = 'default', name: string) {
  return { id: `${namespace}/${name}`, namespace, name, keepsData: false, gpus: 0, labels: {} };
}

/** What stands under a key anywhere in the values of a chart, or in an object. */
function valuesOf(values: unknown, key: string): Manifest[] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)));
}

/** What node ports, Ingresses and HTTPRoutes of the tree lead to. */
function objectEntrances(objects: readonly ApiObject[], nodes: LabelledNode[]): ArchitectureEntrance[] {
  const all = objects.map((object) => ({ object, manifest: object.toJson() as Manifest }));
  const behind = (object: ApiObject, namespace: string | undefined, name: string): string[] => {
    const services = all.filter(({ manifest: { kind, metadata } }) => kind === 'Service' && metadata.name === name);
    const service = services.find(({ manifest }) => manifest.metadata.namespace === namespace)?.manifest;
    if (service !== undefined) {
      const { selector } = service.spec;
      const own = nodes.filter((node) => node.namespace === (namespace ?? 'default') && node.kind !== 'Job');
      return own
        .filter(({ kind, labels }) => kind !== 'Release' && selector && selects(selector, labels))
        .map(({ id }) => id);
    }
    // Others write the Service: a helm chart.
    const server = serverAt(object, `${name}.${namespace}.svc`);
    return server !== undefined && 'scope' in server.pods ? [end({ type: 'pods', pods: server.pods }, nodes)] : [];
  };
  return all.flatMap(({ object, manifest: { kind, metadata, spec } }) => {
    const entrances = (name: string, address: string) =>
      behind(object, metadata.namespace, name).map((to) => ({ to, address }));
    if (kind === 'Service') return valuesOf(spec, 'nodePort').flatMap((port) => entrances(metadata.name, `:${port}`));
    if (kind !== 'Ingress' && kind !== 'HTTPRoute') return [];
    return (spec.rules ?? []).flatMap((rule: Manifest) => {
      const backends = [...valuesOf(rule, 'service'), ...valuesOf(rule, 'backendRefs').flat()];
      const hosts: string[] = kind === 'Ingress' ? [rule.host ?? '*'] : (spec.hostnames ?? ['*']);
      return hosts.flatMap((address) => backends.flatMap(({ name }) => entrances(name, address)));
    });
  });
}

/** The hosts that the values of a release give to its Ingress: `host`, or `hosts` as texts or objects. */
function releaseEntrances({ name, namespace, values }: Release): ArchitectureEntrance[] {
  const on = valuesOf(values, 'ingress').filter(({ enabled = true }) => enabled);
  const hosts = on.flatMap(({ host, hosts = [] }) => [host, ...hosts.map((each: Manifest) => each.host ?? each)]);
  return hosts.filter(Boolean).map((address: string) => ({ to: `${namespace}/${name}`, address }));
}

function connection(app: IConstruct, { from, to, ports }: Edge, nodes: LabelledNode[]): ArchitectureConnection {
  const ends = { from: end(from, nodes), to: end(to, nodes), ports: portNumbers(to, ports) };
  const { ingressController, gateway, monitoring, cloudNativePgNamespace, certManagerNamespace } = clusterSettings(app);
  const own = [ingressController, gateway, monitoring].flatMap((pods) => pods?.namespace ?? []);
  const namespaces = [...own, cloudNativePgNamespace, certManagerNamespace];
  return { ...ends, ofCluster: from.type === 'externalPods' && namespaces.includes(from.pods.namespace) };
}

const WORDS = { anywhere: 'anyone', apiServer: 'the API server', internet: 'the internet' } as const;

/** One end of a connection; pods that nothing in the tree writes become a node. */
function end(peer: Peer, nodes: LabelledNode[]): string {
  if (peer.type === 'externalPods') return `pods of ${peer.pods.namespace}`;
  if (peer.type === 'host') return `host ${peer.host}`;
  if (peer.type !== 'pods') return WORDS[peer.type];
  const { scope, name, selector } = peer.pods;
  const own = { ...named(namespaceOf(scope), name), kind: 'Pods', labels: selector } as const;
  const neighbours = nodes.filter(({ namespace }) => namespace === own.namespace);
  const node =
    neighbours.find((other) => other.name === name) ??
    neighbours.find(({ kind, labels }) => kind !== 'Pods' && kind !== 'Release' && selects(selector, labels)) ??
    // What a chart runs beside its server is called after the release: `stac-migration`.
    neighbours.find((other) => other.kind === 'Release' && name.startsWith(`${other.name}-`));
  if (node === undefined) nodes.push(own);
  return (node ?? own).id;
}

/** One connection for all ports between two ends. */
function merged(all: readonly ArchitectureConnection[]): ArchitectureConnection[] {
  const byEnds = new Map<string, ArchitectureConnection>();
  for (const next of all) {
    const key = `${next.from} → ${next.to}`;
    const { ports, ofCluster } = byEnds.get(key) ?? next;
    const isAny = ports.length === 0 || next.ports.length === 0;
    const both = isAny ? [] : [...new Set([...ports, ...next.ports])].sort((a, b) => a - b);
    byEnds.set(key, { ...next, ports: both, ofCluster: ofCluster && next.ofCluster });
  }
  return [...byEnds.values()];
}
