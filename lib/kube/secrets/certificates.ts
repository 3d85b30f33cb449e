import type { Construct } from 'constructs';
import { allowIngressFromRoute } from '../network/network';
import { recordRequiredSecret } from './required-secrets';

/** The Secret with the certificate that an Ingress serves. */
export interface CertificateUse {
  readonly namespace: string | undefined;
  readonly name: string;
  /** The Ingress. */
  readonly reader: string;
  /** Annotations of the Ingress. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const ISSUERS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'] as const;

/** Adds the certificate of an Ingress to the list of required Secrets, unless cert-manager creates it. */
export function recordCertificate(scope: Construct, use: CertificateUse): void {
  const { namespace, name, reader, annotations = {} } = use;
  if (hasIssuer(annotations)) return;
  recordRequiredSecret(scope, {
    namespace,
    name,
    type: 'kubernetes.io/tls',
    readers: [reader],
    keys: {
      'tls.crt': {
        meaning: 'certificate of the host names that lead to its readers',
        format: 'PEM, with the certificates of its issuers behind it',
        from: { file: 'tls.crt' },
      },
      'tls.key': { meaning: 'private key of the certificate', format: 'PEM', from: { file: 'tls.key' } },
    },
  });
}

/**
 * Allows ingress to the pods by which cert-manager proves the ownership of a host name (HTTP-01). They run in the
 * namespace of the Ingress.
 */
export function allowCertificateSolver(scope: Construct, annotations: Readonly<Record<string, string>> = {}): void {
  if (hasIssuer(annotations))
    allowIngressFromRoute({ scope, name: 'certificate-solver', selector: SOLVER_LABELS }, [SOLVER_PORT], 'Ingress');
}

const SOLVER_LABELS = { 'acme.cert-manager.io/http01-solver': 'true' } as const;
const SOLVER_PORT = 8089;

function hasIssuer(annotations: Readonly<Record<string, string>>): boolean {
  return ISSUERS.some((issuer) => Object.hasOwn(annotations, issuer));
}
