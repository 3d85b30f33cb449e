import { ApiObject, type Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { claimRoute, type RouteBackend, type RouteExposure, requireBackend } from '../../kube/network/exposure';
import { requireProp } from '../../kube/objects/errors';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsLabel, requireDnsSubdomain, requireHostName, requirePathPrefix } from '../../kube/objects/names';
import { wholeSeconds } from '../../kube/objects/numbers';

/** A Gateway of the cluster that takes routes of this namespace. */
export interface GatewayRef {
  readonly name: string;
  /** @default - the namespace of the route */
  readonly namespace?: string;
  /** Name of one listener. @default - every listener that takes the route */
  readonly sectionName?: string;
}

export interface HttpRouteOptions {
  readonly gateway: GatewayRef;
  /** Host names that clients ask for; `*.example.org` for all of a domain. @default - those of the listener */
  readonly hostnames?: readonly [string, ...string[]];
  /** Prefix of the paths that lead to the Service, which sees them unchanged. @default '/' */
  readonly path?: string;
  /** How long a request may take. @default - as long as the gateway lets it, often 15 s */
  readonly requestTimeout?: Duration;
}

export interface HttpRouteProps extends HttpRouteOptions {
  readonly name: string;
  readonly backend: RouteBackend;
}

/** A route of a Gateway to one Service. The cluster must have the Gateway API (its standard channel, v1.0 or later). */
export class HttpRoute extends Construct {
  constructor(scope: Construct, id: string, props: HttpRouteProps) {
    super(...placed(scope, id));
    const words = 'name gateway:object hostnames?:string[] path? requestTimeout?:Duration backend:object';
    requireKnownProps(this, props, words);
    requireUniqueNames(this);
    const { name, backend, gateway, hostnames, path = '/', requestTimeout } = props;
    requireDnsSubdomain(this, 'name', name);
    requireBackend(this, backend);
    requireKnownProps(this, gateway, 'name namespace? sectionName?', 'gateway');
    requireDnsSubdomain(this, 'gateway.name', gateway.name);
    if (gateway.namespace !== undefined) requireDnsLabel(this, 'gateway.namespace', gateway.namespace);
    if (gateway.sectionName !== undefined) requireDnsSubdomain(this, 'gateway.sectionName', gateway.sectionName);
    for (const hostname of hostnames ?? []) requireHostName(this, 'hostnames', hostname.replace(/^\*\./, ''));
    requirePathPrefix(this, 'path', path);
    const timeout = requestTimeout && wholeSeconds(this, 'requestTimeout', requestTimeout);
    // A duration of the Gateway API has at most five digits.
    requireProp((timeout ?? 0) < 100_000, this, 'requestTimeout', 'be less than 100000 seconds', timeout);
    const { namespace = namespaceOf(this) ?? '', sectionName = '' } = gateway;
    const proxy = `${namespace}/${gateway.name}/${sectionName}`;
    for (const hostname of hostnames ?? ['']) claimRoute(this, proxy, hostname, path);
    new ApiObject(this, 'Default', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name },
      spec: {
        parentRefs: [{ ...gateway }],
        hostnames,
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: path } }],
            backendRefs: [{ name: backend.serviceName, port: backend.port }],
            timeouts: timeout === undefined ? undefined : { request: `${timeout}s` },
          },
        ],
      },
    });
  }
}

/** Reached through a Gateway. The HTTPRoute is named after the Service. */
export function httpRoute(options: HttpRouteOptions): RouteExposure {
  const words = 'gateway:object hostnames?:string[] path? requestTimeout?:Duration';
  requireKnownProps('httpRoute()', options, words);
  return {
    type: 'HTTPRoute',
    route: (scope, backend) => new HttpRoute(scope, 'http-route', { ...options, name: backend.serviceName, backend }),
  };
}
