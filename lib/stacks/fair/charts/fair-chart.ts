import { bucketAddress } from '../../../kube/network/addresses';
import type { BucketConnection, DatabaseConnection, HttpConnection } from '../../../kube/network/connections';
import {
  allowApiServer,
  allowIngressFromAnywhere,
  connect,
  type Pods,
  recordServer,
} from '../../../kube/network/network';
import { serviceHost } from '../../../kube/objects/inventory';
import type { Labels } from '../../../kube/objects/labels';
import { allowCertificateSolver, recordCertificate } from '../../../kube/secrets/certificates';
import type { ReleaseIngress } from '../../../platform/releases/ingress';
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
  /** The databases that its pods open. */
  readonly databases: readonly DatabaseConnection[];
  /** The bucket that its pods are given a key or a role for. @default - none */
  readonly artifacts?: BucketConnection;
  /** Whether its pods talk to the API server. @default false */
  readonly callsApiServer?: boolean;
  /** How users reach it from outside of the cluster. @default - inside of the cluster only */
  readonly ingress?: ReleaseIngress;
  /** Whether the chart writes the Ingress. @default false: the stack does */
  readonly writesIngress?: boolean;
}

/** How pods of the cluster reach a Service. */
export function serviceConnection(scope: Stack, { name, port }: FairChart['service']): HttpConnection {
  const host = serviceHost(scope, name);
  return { host, port, url: `http://${host}:${port}` };
}

/** Declares what the pods of a chart reach, and who reaches them. */
export function connectChart(scope: Stack, chart: FairChart): void {
  const { release, selector, migration, service, databases, artifacts, ingress } = chart;
  const pods: Pods = { scope, name: release.name, selector };
  const ports = [{ port: service.port, podPort: service.podPort }];
  recordServer({ host: serviceHost(scope, service.name), pods, ports });
  for (const client of [pods, ...(migration ? [{ scope, ...migration }] : [])]) connect(client, ...databases);
  if (artifacts !== undefined) connect(pods, bucketAddress(artifacts));
  if (chart.callsApiServer) allowApiServer(pods);
  if (ingress === undefined) return;
  const { tlsSecretName: name, annotations } = ingress;
  allowIngressFromAnywhere(pods, [service.podPort]);
  allowCertificateSolver(scope, annotations);
  if (chart.writesIngress) {
    recordCertificate(scope, { namespace: scope.namespace, name, reader: release.name, annotations });
  }
}
