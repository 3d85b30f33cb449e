import type { Construct } from 'constructs';
import { Ingress, type IngressOptions, recordIngress, requireIngress } from '../../../components/edge/ingress';
import { bucketAddress } from '../../../kube/network/addresses';
import { recordPool } from '../../../kube/network/connection-budget';
import {
  type BucketConnection,
  type DatabaseConnection,
  type HttpConnection,
  httpConnection,
} from '../../../kube/network/connections';
import { allowApiServer, allowIngressFromRoute, connect, recordServer } from '../../../kube/network/network';
import type { Pods } from '../../../kube/network/peers';
import { requireProp } from '../../../kube/objects/errors';
import { serviceHost } from '../../../kube/objects/inventory';
import { requireKnownProps } from '../../../kube/objects/known-props';
import type { Labels } from '../../../kube/objects/labels';
import type { Release } from '../../../platform/releases/release';
import type { Stack } from '../../../platform/stack';

/** A release beside the stack, and what the stack has to know of the pods and Services that its chart creates. */
export interface FairChart {
  readonly release: Release;
  /** Labels of its pods. */
  readonly selector: Labels;
  /** Other pods that migrate its database. @default - pods of `selector` do */
  readonly migration?: { readonly name: string; readonly selector: Labels };
  /** Its Service, and the port of the pods that the Service leads to. */
  readonly service: { readonly name: string; readonly port: number; readonly podPort: number };
  /** The databases that its pods open, and how many connections all of them open to each at most. */
  readonly databases: readonly { readonly connection: DatabaseConnection; readonly connections: number }[];
  /** The bucket that its pods are given a key or a role for. @default - none */
  readonly artifacts?: BucketConnection;
  /** Whether its pods talk to the API server. @default false */
  readonly callsApiServer?: boolean;
  /** How users reach it from outside of the cluster. @default - inside of the cluster only */
  readonly ingress?: IngressOptions;
  /** Whether the chart writes the Ingress. @default false: the stack does */
  readonly writesIngress?: boolean;
}

/** How pods of the cluster reach a Service. */
export function serviceConnection(scope: Stack, { name, port }: FairChart['service']): HttpConnection {
  return httpConnection(serviceHost(scope, name), port);
}

/** Declares what the pods of a chart reach, and who reaches them. */
export function connectChart(scope: Stack, chart: FairChart): void {
  const { release, selector, migration, service, databases, artifacts, ingress } = chart;
  const pods: Pods = { scope, name: release.name, selector };
  const ports = [{ port: service.port, podPort: service.podPort }];
  recordServer({ host: serviceHost(scope, service.name), pods, ports });
  for (const { connection, connections } of databases) {
    for (const client of [pods, ...(migration ? [{ scope, ...migration }] : [])]) connect(client, connection);
    recordPool(scope, release.name, connection.host, connections, 1);
  }
  if (artifacts !== undefined) connect(pods, bucketAddress(artifacts));
  if (chart.callsApiServer) allowApiServer(pods);
  if (ingress === undefined) return;
  const { path = '/' } = ingress;
  requireProp(path === '/', scope, `charts.${release.name}.ingress.path`, "be '/': the server knows no prefix", path);
  allowIngressFromRoute(pods, [service.podPort], 'Ingress');
  recordIngress(scope, service.name, ingress);
}

/** Writes the Ingress of a chart that writes none. */
export function routeChart(scope: Stack, { ingress, writesIngress, service: { name, port } }: FairChart): void {
  if (ingress === undefined || writesIngress) return;
  new Ingress(scope, `route-${name}`, { ...ingress, name, backend: { serviceName: name, port } });
}

/** An Ingress that a chart writes. */
export interface ChartIngress extends IngressOptions {
  readonly ingressClassName: string;
}

/** Checks an Ingress that a chart writes, which checks nothing itself. */
export function requireChartIngress(scope: Construct, ingress: IngressOptions): asserts ingress is ChartIngress {
  const words = 'host path? ingressClassName? tlsSecretName? usersSecretName? annotations?:string{}';
  requireKnownProps(scope, ingress, words, 'ingress');
  const { ingressClassName } = ingress;
  const named = ingressClassName !== undefined;
  requireProp(named, scope, 'ingress.ingressClassName', 'be given: the chart takes no default', ingressClassName);
  requireIngress(scope, 'ingress.', ingress);
}
