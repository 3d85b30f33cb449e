import type { ErrorLocation } from '../../kube/objects/errors';
import { requireDnsSubdomain } from '../../kube/objects/names';

/** How a release is reached from outside of the cluster: all paths of a host name, with TLS. */
export interface ReleaseIngress {
  /** Host name that users ask for. */
  readonly host: string;
  /** Class of the Ingress: the charts take no default. */
  readonly className: string;
  /** Secret with the certificate of `host`, in the namespace of the release. */
  readonly tlsSecretName: string;
  /** Settings of the controller, of cert-manager, of external-dns. @default - those of the chart */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Checks the names of an Ingress, of which the charts check none. */
export function requireIngress(place: ErrorLocation, { host, className, tlsSecretName }: ReleaseIngress): void {
  requireDnsSubdomain(place, 'ingress.host', host);
  requireDnsSubdomain(place, 'ingress.className', className);
  requireDnsSubdomain(place, 'ingress.tlsSecretName', tlsSecretName);
}

/** What users open. */
export function ingressUrl({ host }: ReleaseIngress): string {
  return `https://${host}`;
}
