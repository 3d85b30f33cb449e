import { type Exposure, type HostNodePort, nodePort, type RouteExposure } from '../../kube/network/exposure';

/** A port of every node, which kind maps to one of the machine; or a route of an edge proxy. */
export type FltsExposure = HostNodePort | RouteExposure;

/** What is reached from outside of the cluster, and how. Only Grafana authenticates its users. */
export interface FltsExposures {
  readonly mlflow?: FltsExposure;
  /** The load balancer before the servers. */
  readonly inference?: FltsExposure;
  /** The console of the object store. */
  readonly console?: HostNodePort;
  readonly grafana?: FltsExposure;
  /** The web interface of the load test, where there is one. */
  readonly loadTest?: FltsExposure;
}

/** Node ports of the stack: kind must map them when the cluster is created, whether the stack is there already or not. */
export function fltsNodePorts({ exposure = {} }: { readonly exposure?: FltsExposures }): readonly HostNodePort[] {
  return Object.values(exposure).filter((port) => typeof port === 'object' && 'hostPort' in port);
}

/** A way in, as a component is given it. */
export function exposed(exposure: FltsExposure | undefined): Exposure | undefined {
  return exposure !== undefined && 'hostPort' in exposure ? nodePort(exposure.nodePort) : exposure;
}

/** What browsers reach it by. */
export function exposedUrl(exposure: FltsExposure | undefined): string | undefined {
  return exposure !== undefined && 'hostPort' in exposure ? `http://localhost:${exposure.hostPort}/` : exposure?.url;
}
