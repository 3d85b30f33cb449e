import type { Construct, IConstruct } from 'constructs';
import { type ErrorLocation, pathOf, requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import { requirePort, requireServiceName } from '../objects/names';
import { perApp } from '../objects/per-app';

/** How a Service is reached from outside of the cluster. */
export type Exposure = NodePortExposure | RouteExposure;

/** A port on every node. */
export interface NodePortExposure {
  readonly type: 'NodePort';
  /** From 30000 to 32767. */
  readonly nodePort: number;
}

/** A route of an edge proxy, which the cluster must have: an Ingress controller or a Gateway. */
export interface RouteExposure {
  readonly type: 'Ingress' | 'HTTPRoute';
  /** How browsers reach what is behind it. @default - by a host that is not known here */
  readonly url?: string;
  /** Writes the route to a Service in the namespace of `scope`. */
  route(scope: Construct, backend: RouteBackend): Construct;
}

/** The Service that a route leads to. */
export interface RouteBackend {
  /** `metadata.name` of the Service. */
  readonly serviceName: string;
  readonly port: number;
}

/** Checks how a Service is reached. */
export function requireExposure(location: ErrorLocation, prop: string, exposure: Exposure): void {
  const words = 'type:NodePort|Ingress|HTTPRoute nodePort?:number url? route?:function';
  requireKnownProps(location, exposure, words, prop);
  const { type } = exposure;
  const isWhole = type === 'NodePort' ? exposure.nodePort !== undefined : exposure.route !== undefined;
  requireProp(isWhole, location, prop, 'come from nodePort(), ingress() or httpRoute()', exposure);
}

/** Checks the Service that a route leads to. */
export function requireBackend(location: ErrorLocation, backend: RouteBackend): void {
  requireKnownProps(location, backend, 'serviceName port:number', 'backend');
  requireServiceName(location, 'backend.serviceName', backend.serviceName);
  requirePort(location, 'backend.port', backend.port);
}

const routesOf = perApp('routes', () => new Map<string, IConstruct>());

/** Claims the paths of a host that begin with `path` at one proxy: of two routes it would follow either. */
export function claimRoute(scope: Construct, proxy: string, host: string, path: string): void {
  const routes = routesOf(scope);
  const key = `${proxy} ${host}${path.replace(/\/+$/, '')}`;
  const owner = routes.get(key);
  const allowed = `be those of one route (${owner && pathOf(owner)} has them already)`;
  requireProp(owner === undefined, scope, 'host and path', allowed, `${host}${path}`);
  routes.set(key, scope);
}

/** Reached on a port of every node, from 30000 to 32767. */
export function nodePort(nodePort: number): NodePortExposure {
  requireKnownProps('nodePort()', { nodePort }, 'nodePort:number');
  return { type: 'NodePort', nodePort };
}

/** The URL of a route, where it is known: a node port has none. */
export function exposureUrl(exposure: Exposure | undefined): string | undefined {
  return exposure?.type === 'NodePort' ? undefined : exposure?.url;
}

/** A port of every node, and the port of the machine that kind maps to it. */
export interface HostNodePort {
  readonly nodePort: number;
  readonly hostPort: number;
}
