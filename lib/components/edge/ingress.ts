import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { claimRoute, type RouteBackend, type RouteExposure, requireBackend } from '../../kube/network/exposure';
import type { ErrorLocation } from '../../kube/objects/errors';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { placed, requireKnownProps } from '../../kube/objects/known-props';
import { requireAnnotations, requireDnsSubdomain, requireHostName, requirePathPrefix } from '../../kube/objects/names';
import { allowCertificateSolver, recordCertificate } from '../../kube/secrets/certificates';
import { recordRequiredSecret } from '../../kube/secrets/required-secrets';

/** How a Service is reached through an Ingress controller, whether a construct or a chart writes the Ingress. */
export interface IngressOptions {
  /** Host name that clients ask for. */
  readonly host: string;
  /** Prefix of the paths that lead to the Service, which sees them unchanged. @default '/' */
  readonly path?: string;
  /** @default - the default class of the cluster */
  readonly ingressClassName?: string;
  /**
   * Secret with the certificate of `host`, in the namespace of the Ingress. It has to exist, unless an annotation names
   * an issuer of cert-manager.
   * @default - plain HTTP
   */
  readonly tlsSecretName?: string;
  /**
   * Secret with the users that ingress-nginx lets in, in the namespace of the Ingress: its key `auth` is a file of
   * `htpasswd`. It has to exist. Other controllers do not know it. Pods of the cluster reach the Service without it,
   * unless the cluster settings name the `ingressController`.
   * @default - everybody gets in
   */
  readonly usersSecretName?: string;
  /**
   * Settings of the controller. Servers that take images want more than the 1 MiB that ingress-nginx allows:
   * `nginx.ingress.kubernetes.io/proxy-body-size`.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface IngressProps extends IngressOptions {
  readonly name: string;
  readonly backend: RouteBackend;
}

/** All options of an Ingress. */
export const INGRESS_OPTIONS = 'host path? ingressClassName? tlsSecretName? usersSecretName? annotations?:string{}';

/** A route of the cluster's Ingress controller to one Service. */
export class Ingress extends Construct {
  /** Where clients outside of the cluster reach the Service. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(...placed(scope, id));
    requireKnownProps(this, props, `${INGRESS_OPTIONS} name backend:object`);
    requireUniqueNames(this);
    const { name, backend, host, path = '/', ingressClassName, tlsSecretName } = props;
    requireDnsSubdomain(this, 'name', name);
    requireIngress(this, '', props);
    requireBackend(this, backend);
    recordIngress(this, name, props);
    // A canary shares host and path with what it is one of.
    if (props.annotations?.['nginx.ingress.kubernetes.io/canary'] !== 'true') {
      claimRoute(this, ingressClassName ?? '', host, path);
    }
    this.url = urlOf(props);
    new k8s.KubeIngress(this, 'Default', {
      metadata: { name, annotations: ingressAnnotations(props) },
      spec: {
        ingressClassName,
        tls: tlsSecretName === undefined ? undefined : [{ hosts: [host], secretName: tlsSecretName }],
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path,
                  pathType: 'Prefix',
                  backend: { service: { name: backend.serviceName, port: { number: backend.port } } },
                },
              ],
            },
          },
        ],
      },
    });
  }
}

/** Checks what an Ingress says, of which charts check nothing. */
export function requireIngress(location: ErrorLocation, prefix: string, options: IngressOptions): void {
  const { host, path = '/', ingressClassName, tlsSecretName, annotations } = options;
  requireHostName(location, `${prefix}host`, host);
  requirePathPrefix(location, `${prefix}path`, path);
  if (ingressClassName !== undefined) requireDnsSubdomain(location, `${prefix}ingressClassName`, ingressClassName);
  if (tlsSecretName !== undefined) requireDnsSubdomain(location, `${prefix}tlsSecretName`, tlsSecretName);
  const { usersSecretName } = options;
  if (usersSecretName !== undefined) requireDnsSubdomain(location, `${prefix}usersSecretName`, usersSecretName);
  if (annotations !== undefined) requireAnnotations(location, `${prefix}annotations`, annotations);
}

/** Records the Secrets that the Ingress `name` reads, and lets cert-manager prove whose host name it is. */
export function recordIngress(scope: Construct, name: string, options: IngressOptions): void {
  const { host, tlsSecretName, usersSecretName, annotations } = options;
  const namespace = namespaceOf(scope);
  if (tlsSecretName !== undefined) {
    recordCertificate(scope, { namespace, name: tlsSecretName, reader: name, annotations });
    allowCertificateSolver(scope, annotations);
  }
  if (usersSecretName !== undefined) {
    const auth = { meaning: `users who may open ${host}, as a file of htpasswd`, from: { file: 'htpasswd' } };
    recordRequiredSecret(scope, { namespace, name: usersSecretName, readers: [name], keys: { auth } });
  }
}

/** The annotations of an Ingress, with those by which ingress-nginx asks for a user and a password. */
export function ingressAnnotations({
  annotations,
  usersSecretName: users,
}: IngressOptions): Readonly<Record<string, string>> | undefined {
  const guard = users !== undefined && {
    'nginx.ingress.kubernetes.io/auth-type': 'basic',
    'nginx.ingress.kubernetes.io/auth-secret': users,
  };
  const all = { ...annotations, ...guard };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Reached through the cluster's Ingress controller. The Ingress is named after the Service. */
export function ingress(options: IngressOptions): RouteExposure {
  requireKnownProps('ingress()', options, INGRESS_OPTIONS);
  requireIngress('ingress()', '', options);
  return {
    type: 'Ingress',
    url: urlOf(options),
    route: (scope, backend) => new Ingress(scope, 'ingress', { ...options, name: backend.serviceName, backend }),
  };
}

/** What users open, without a path. */
export function ingressOrigin({ host, tlsSecretName }: IngressOptions): string {
  return `${tlsSecretName === undefined ? 'http' : 'https'}://${host}`;
}

function urlOf(options: IngressOptions): string {
  return `${ingressOrigin(options)}${options.path ?? '/'}`;
}
