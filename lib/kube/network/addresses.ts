import { requireProp } from '../objects/errors';
import { requireKnownProps } from '../objects/known-props';
import type { BucketConnection, KafkaConnection } from './connections';

/** What a client is given by any connection. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The server of a bucket. */
export function bucketAddress(connection: BucketConnection): Address {
  requireKnownProps('bucketAddress()', { connection }, 'connection:Bucket');
  const { endpoint = 'https://s3.amazonaws.com' } = connection;
  return urlAddress(endpoint);
}

/** The brokers of a cluster: whichever of them answers, its pods are those of the one Service. */
export function brokerAddress(connection: KafkaConnection): Address {
  requireKnownProps('brokerAddress()', { connection }, 'connection:Topics');
  const { bootstrapServers } = connection;
  return urlAddress(`kafka://${bootstrapServers}`);
}

/** The server of a URL. */
export function urlAddress(url: string): Address {
  requireProp(URL.canParse(url), 'address', 'url', 'be a URL', url);
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/**
 * `--host` of a uvicorn that listens at every address of its pod, of whichever family: a single process opens a socket for
 * each family where it is empty, and for IPv6 alone where it is `::`; several share one socket, which takes both at `::`.
 */
export function uvicornHost(processes: number): string {
  return processes === 1 ? '' : '::';
}

/** `service.namespace.svc` of a DNS name of the cluster, with or without a pod before it and a domain behind it. */
export function clusterName(host: string): { readonly host: string; readonly namespace: string } | undefined {
  const [, service, namespace] = /(?:^|\.)([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  return namespace === undefined ? undefined : { host: `${service}.${namespace}.svc`, namespace };
}
