import { Duration } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { HttpRoute, type HttpRouteProps } from '../../../lib/components/edge/http-route';
import { expectEachPropToMatter, objectOf, testChart } from '../../support/synth';

const minimal: HttpRouteProps = {
  name: 'embedder',
  gateway: { name: 'public' },
  backend: { serviceName: 'embedder-svc', port: 8002 },
};

function route(props: Partial<HttpRouteProps> = {}): HttpRoute {
  return new HttpRoute(testChart(), 'route', { ...minimal, ...props });
}

describe('HttpRoute', () => {
  test('leads every path of a gateway to one Service', () => {
    expect(objectOf(route(), 'HTTPRoute')).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      metadata: { name: 'embedder', namespace: 'demo' },
    });
    expect(objectOf(route(), 'HTTPRoute').spec).toEqual({
      parentRefs: [{ name: 'public' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'embedder-svc', port: 8002 }],
        },
      ],
    });
  });

  test('gives a request the time that a model takes', () => {
    const { spec } = objectOf(route({ requestTimeout: Duration.minutes(2) }), 'HTTPRoute');
    expect(spec.rules[0].timeouts).toEqual({ request: '120s' });
  });

  test('takes every prop to its manifest', () => {
    const all: Required<HttpRouteProps> = {
      ...minimal,
      hostnames: ['embed.example.org'],
      path: '/v1',
      requestTimeout: Duration.minutes(1),
    };
    expectEachPropToMatter((props) => objectOf(route(props), 'HTTPRoute'), all, {
      name: 'other',
      gateway: { name: 'public', namespace: 'edge', sectionName: 'https' },
      backend: { serviceName: 'other-svc', port: 80 },
      hostnames: ['*.example.org'],
      path: '/v2',
      requestTimeout: Duration.minutes(2),
    });
  });

  test.each([
    ['name', { name: 'Embedder' }, 'be a DNS name'],
    ['gateway.name', { gateway: { name: '' } }, 'be a DNS name'],
    ['hostnames', { hostnames: ['embed.*.org'] }, 'be a DNS name'],
    ['path', { path: '' }, "start with '/'"],
    ['path', { path: '/a|b' }, "be at most 1024 characters of a URL's path"],
    ['requestTimeout', { requestTimeout: Duration.days(2) }, 'be less than 100000 seconds, got 172800'],
    ['requestTimeout', { requestTimeout: Duration.millis(2500) }, 'be a whole number of seconds, got 2.5'],
  ] satisfies [string, Partial<HttpRouteProps>, string][])('fails for a wrong %s', (prop, props, allowed) => {
    expect(() => route(props)).toThrow(`demo/route: '${prop}' must ${allowed}`);
  });
});
