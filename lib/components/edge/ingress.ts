import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { RouteBackend, RouteExposure } from '../../kube/network/exposure';
import { namespaceOf, requireUniqueNames } from '../../kube/objects/inventory';
import { requireAbsolutePath, requireAnnotations, requireDnsSubdomain } from '../../kube/objects/names';
import { allowCertificateSolver, recordCertificate } from '../../kube/secrets/certificates';
import { recordRequiredSecret } from '../../kube/secrets/required-secrets';

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
   * `htpasswd`. It has to exist. Other controllers do not know it.
   * @default - unauthenticated
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

/** A route of the cluster's Ingress controller to one Service. */
export class Ingress extends Construct {
  /** Where clients outside of the cluster reach the Service. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: IngressProps) {
    super(scope, id);
    requireUniqueNames(this);
    const { name, backend, host, path = '/', ingressClassName, tlsSecretName, usersSecretName, annotations } = props;
    requireDnsSubdomain(this, 'name', name);
    requireDnsSubdomain(this, 'host', host);
    requireAbsolutePath(this, 'path', path);
    if (ingressClassName !== undefined) requireDnsSubdomain(this, 'ingressClassName', ingressClassName);
    if (annotations !== undefined) requireAnnotations(this, 'annotations', annotations);
    if (tlsSecretName !== undefined) {
      requireDnsSubdomain(this, 'tlsSecretName', tlsSecretName);
      recordCertificate(this, { namespace: namespaceOf(this), name: tlsSecretName, reader: name, annotations });
      allowCertificateSolver(this, annotations);
    }
    if (usersSecretName !== undefined) {
      const auth = { meaning: `who may reach ${host}, a file of htpasswd`, from: { file: 'htpasswd' } };
      const secret = { name: usersSecretName, readers: [name], keys: { auth } };
      recordRequiredSecret(this, { ...secret, namespace: namespaceOf(this) });
    }
    const settings = { ...annotations, ...basicAuth(usersSecretName) };
    this.url = urlOf(props);
    new k8s.KubeIngress(this, 'Default', {
      metadata: { name, annotations: Object.keys(settings).length === 0 ? undefined : settings },
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

function basicAuth(secretName: string | undefined): Readonly<Record<string, string>> {
  if (secretName === undefined) return {};
  return { 'nginx.ingress.kubernetes.io/auth-type': 'basic', 'nginx.ingress.kubernetes.io/auth-secret': secretName };
}

/** Reached through the cluster's Ingress controller. The Ingress is named after the Service. */
export function ingress(options: IngressOptions): RouteExposure {
  return {
    type: 'Ingress',
    url: urlOf(options),
    route: (scope, backend) => new Ingress(scope, 'ingress', { ...options, name: backend.serviceName, backend }),
  };
}

function urlOf({ host, path = '/', tlsSecretName }: IngressOptions): string {
  return `${tlsSecretName === undefined ? 'http' : 'https'}://${host}${path}`;
}
