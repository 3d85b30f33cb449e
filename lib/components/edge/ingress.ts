import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { openCertificateSolver, recordCertificate } from '../../kube/certificates';
import { requireProp } from '../../kube/errors';
import type { RouteBackend, RouteExposure } from '../../kube/exposure';
import { namespaceOf } from '../../kube/inventory';
import { requireDnsSubdomain } from '../../kube/names';

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
    const { name, backend, host, path = '/', ingressClassName, tlsSecretName, annotations } = props;
    requireDnsSubdomain(this, 'name', name);
    requireDnsSubdomain(this, 'host', host);
    requireProp(path.startsWith('/'), this, 'path', "start with '/'", path);
    if (tlsSecretName !== undefined) {
      requireDnsSubdomain(this, 'tlsSecretName', tlsSecretName);
      recordCertificate(this, { namespace: namespaceOf(this), name: tlsSecretName, reader: name, annotations });
      openCertificateSolver(this, annotations);
    }
    this.url = urlOf(props);
    new k8s.KubeIngress(this, 'Default', {
      metadata: { name, annotations: annotations && { ...annotations } },
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
