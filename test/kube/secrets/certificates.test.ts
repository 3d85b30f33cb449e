import { describe, expect, it } from 'vitest';
import { Ingress, type IngressProps } from '../../../lib/components/edge/ingress';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { testChart } from '../../support/synth';

const props: IngressProps = { name: 'web', host: 'example.org', backend: { serviceName: 'web', port: 80 } };

function required(...ingresses: Partial<IngressProps>[]) {
  const chart = testChart();
  for (const [index, more] of ingresses.entries()) new Ingress(chart, `ingress-${index}`, { ...props, ...more });
  return requiredSecrets(chart);
}

describe('the certificate of an Ingress', () => {
  it('has to exist', () => {
    expect(required({ tlsSecretName: 'web-tls' })).toMatchObject([
      {
        namespace: 'demo',
        name: 'web-tls',
        type: 'kubernetes.io/tls',
        readers: ['web'],
        keys: { 'tls.crt': { from: { file: 'tls.crt' } }, 'tls.key': { from: { file: 'tls.key' } } },
      },
    ]);
  });

  it('may be shared by several', () => {
    const [secret, ...others] = required(
      { name: 'a', tlsSecretName: 'wildcard-tls' },
      { name: 'b', host: 'b.example.org', tlsSecretName: 'wildcard-tls' },
    );
    expect(secret?.readers).toEqual(['a', 'b']);
    expect(others).toEqual([]);
  });

  it.each(['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'])(
    'is made by cert-manager where an annotation says %s',
    (annotation) => {
      expect(required({ tlsSecretName: 'web-tls', annotations: { [annotation]: 'letsencrypt' } })).toEqual([]);
    },
  );

  it('is none for plain HTTP', () => {
    expect(required({})).toEqual([]);
  });
});
