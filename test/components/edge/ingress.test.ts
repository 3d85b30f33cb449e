import { describe, expect, test } from 'vitest';
import { Ingress, type IngressProps } from '../../../lib/components/edge/ingress';
import { requiredSecrets } from '../../../lib/kube/secrets/required-secrets';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const minimal: IngressProps = {
  name: 'embedder',
  host: 'embed.example.org',
  backend: { serviceName: 'embedder-svc', port: 8002 },
};

function ingress(props: Partial<IngressProps> = {}): Ingress {
  return new Ingress(testChart(), 'ingress', { ...minimal, ...props });
}

describe('Ingress', () => {
  test('leads every path of a host to one Service', () => {
    expect(objectOf(ingress(), 'Ingress').spec).toEqual({
      rules: [
        {
          host: 'embed.example.org',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'embedder-svc', port: { number: 8002 } } },
              },
            ],
          },
        },
      ],
    });
  });

  test('has the URL of the Service', () => {
    expect(ingress().url).toBe('http://embed.example.org/');
    expect(ingress({ tlsSecretName: 'embed-tls', path: '/v1' }).url).toBe('https://embed.example.org/v1');
  });

  test('authenticates the users of a Secret, which is listed as required', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/proxy-body-size': '64m' };
    const guarded = ingress({ usersSecretName: 'embed-users', annotations });
    expect(objectOf(guarded, 'Ingress').metadata.annotations).toEqual({
      ...annotations,
      'nginx.ingress.kubernetes.io/auth-type': 'basic',
      'nginx.ingress.kubernetes.io/auth-secret': 'embed-users',
    });
    const auth = { meaning: 'users who may open embed.example.org, as a file of htpasswd', from: { file: 'htpasswd' } };
    expect(requiredSecrets(guarded)).toEqual([
      { namespace: 'demo', name: 'embed-users', readers: ['embedder'], keys: { auth } },
    ]);
    expect(requiredSecrets(ingress())).toEqual([]);
  });

  test('takes every prop to its manifest', () => {
    const all: Required<IngressProps> = {
      ...minimal,
      path: '/v1',
      ingressClassName: 'nginx',
      tlsSecretName: 'embed-tls',
      usersSecretName: 'embed-users',
      annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '64m' },
    };
    expectEachPropToMatter((props) => objectOf(ingress(props), 'Ingress'), all, {
      name: 'other',
      host: 'other.example.org',
      backend: { serviceName: 'other-svc', port: 80 },
      path: '/v2',
      ingressClassName: 'traefik',
      tlsSecretName: 'other-tls',
      usersSecretName: 'other-users',
      annotations: {},
    });
  });

  test.each([
    ['name', { name: 'Embedder' }, 'be a DNS name'],
    ['host', { host: 'https://embed.example.org' }, 'be a DNS name'],
    ['path', { path: 'v1' }, "start with '/'"],
    ['ingressClassName', { ingressClassName: 'NGINX' }, 'be a DNS name'],
    ['annotations', { annotations: { 'proxy body size': '64m' } }, 'have keys of the form name or domain/name'],
    ['tlsSecretName', { tlsSecretName: '-' }, 'be a DNS name'],
    ['usersSecretName', { usersSecretName: '-' }, 'be a DNS name'],
  ])('fails for a wrong %s', (prop, props, allowed) => {
    expect(() => ingress(props)).toThrow(`demo/ingress: '${prop}' must ${allowed}`);
  });
});
