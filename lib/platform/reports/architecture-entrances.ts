import type { ApiObject } from 'cdk8s';
import type { Server } from '../../kube/network/peers';
import { selects } from '../../kube/objects/inventory';
import type { Labels } from '../../kube/objects/labels';
import type { Manifest } from '../../kube/objects/serialization';
import type { Release } from '../releases/release';

/** A way in from outside of the cluster. */
export interface ArchitectureEntrance {
  /** Id of the node that it leads to. */
  readonly to: string;
  /** `:30092` for a port of every node, or the host of an Ingress or an HTTPRoute. */
  readonly address: string;
  /** Port of the pods. @default - not known: of a release */
  readonly port?: number;
}

/** Pods, and what finds them. */
export interface FoundPods {
  readonly id: string;
  readonly namespace: string;
  readonly kind: string;
  readonly labels: Labels;
  /** The manifest of a pod; empty where another program writes it. */
  readonly spec: Manifest;
}

/** The node that declared pods are, and the server that is declared for a name of DNS. */
export interface Declared {
  readonly nodeOf: (pods: Server['pods']) => string;
  readonly serverAt: (route: ApiObject, host: string) => Server | undefined;
}

/** What leads from outside of the cluster to nodes: node ports and routes of the tree, and the Ingresses of releases. */
export function architectureEntrances(
  objects: readonly ApiObject[],
  nodes: readonly FoundPods[],
  releases: readonly Release[],
  declared: Declared,
): ArchitectureEntrance[] {
  const services = objects.filter(({ kind }) => kind === 'Service').map((object) => object.toJson() as Manifest);
  const all = [
    ...services.flatMap((service) =>
      service.spec.ports
        .filter((port: Manifest) => port.nodePort !== undefined)
        .flatMap((port: Manifest) => behind(nodes, service, port, `:${port.nodePort}`)),
    ),
    ...objects.flatMap((route) =>
      backends(route).flatMap(({ host, name, port }) => {
        const { namespace } = route.metadata;
        const service = services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
        const isPort = (each: Manifest) => each.port === port || each.name === port;
        if (service !== undefined) return behind(nodes, service, service.spec.ports.find(isPort), host);
        // Others write the Service: a helm chart.
        const server = declared.serverAt(route, `${name}.${namespace}.svc`);
        return server === undefined ? [] : { to: declared.nodeOf(server.pods), address: host };
      }),
    ),
    ...releases.flatMap(releaseEntrances),
  ];
  return [...new Map(all.map((entrance) => [JSON.stringify(entrance), entrance])).values()];
}

/** What stands under a key anywhere in the values of a chart. */
export function valuesOf(values: unknown, key: string): Manifest[] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)));
}

interface Backend {
  readonly host: string;
  readonly name: string;
  readonly port?: number | string;
}

/** The Services that a route leads to; none where an object is no route. */
function backends(route: ApiObject): Backend[] {
  if (route.kind !== 'Ingress' && route.kind !== 'HTTPRoute') return [];
  const { rules = [], hostnames = ['*'] } = route.toJson().spec;
  if (route.kind === 'HTTPRoute') {
    const refs: Manifest[] = rules.flatMap(({ backendRefs = [] }: Manifest) => backendRefs);
    return hostnames.flatMap((host: string) => refs.map(({ name, port }) => ({ host, name, port })));
  }
  return rules.flatMap(({ host = '*', http: { paths = [] } = {} }: Manifest) =>
    paths.flatMap(({ backend: { service } }: Manifest) =>
      service ? { host, name: service.name, port: service.port?.number ?? service.port?.name } : [],
    ),
  );
}

/** The nodes behind a port of a Service. */
function behind(
  nodes: readonly FoundPods[],
  { metadata, spec }: Manifest,
  { targetPort, port }: Manifest = {},
  address: string,
): ArchitectureEntrance[] {
  return nodes
    .filter(({ namespace, kind }) => namespace === metadata.namespace && kind !== 'Job' && kind !== 'Release')
    .filter(({ labels }) => spec.selector !== undefined && selects(spec.selector, labels))
    .map((node) => ({ to: node.id, address, port: podPort(node, targetPort ?? port) }));
}

/** The number of a port of pods. */
function podPort({ spec }: FoundPods, port: number | string | undefined): number | undefined {
  const ports: Manifest[] = (spec.containers ?? []).flatMap((container: Manifest) => container.ports ?? []);
  return typeof port === 'string' ? ports.find(({ name }) => name === port)?.containerPort : port;
}

/** The hosts that the values of a release give to its Ingress: `host`, or `hosts` as texts or objects. */
function releaseEntrances({ name, namespace, values }: Release): ArchitectureEntrance[] {
  const hosts = valuesOf(values, 'ingress').flatMap(({ enabled = true, host, hosts = [] }: Manifest) =>
    enabled === false ? [] : [host, ...hosts.map((entry: Manifest | string) => (entry as Manifest).host ?? entry)],
  );
  return hosts.filter(Boolean).map((address: string) => ({ to: `${namespace}/${name}`, address }));
}
