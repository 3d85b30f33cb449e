import { App } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { requiredSecrets } from '../../../../lib';
import { existingSecrets } from '../../../../lib/components/secrets/sources';
import { type FairCharts, FairStack } from '../../../../lib/stacks/fair/stack';
import { synth } from '../../../support/synth';

const stac = { title: 'STAC', description: 'Models' };
const ingress = { host: 'ml.example.org', ingressClassName: 'nginx' };

function fair(charts: FairCharts) {
  const app = new App();
  return { app, stack: new FairStack(app, 'fair', { credentials: existingSecrets(), charts }) };
}

const valuesOf = (charts: FairCharts) => fair(charts).stack.releases.map(({ values = {} }) => values);

describe('an Ingress of a chart', () => {
  it('takes the options of any Ingress, so that users of ingress-nginx may be asked for a password', () => {
    const guarded = { ...ingress, usersSecretName: 'web-users', annotations: { a: 'b' } };
    const { app, stack } = fair({ mlflow: { ingress: guarded }, zenml: { ingress: guarded }, stac: { ...stac } });
    const annotations = {
      a: 'b',
      'nginx.ingress.kubernetes.io/auth-type': 'basic',
      'nginx.ingress.kubernetes.io/auth-secret': 'web-users',
    };
    const [, mlflow, zenml] = stack.releases.map(({ values }) => values);
    expect(mlflow).toMatchObject({ ingress: { annotations } });
    expect(zenml).toMatchObject({ zenml: { ingress: { annotations } } });
    expect(requiredSecrets(app).find(({ name }) => name === 'web-users')?.readers).toEqual(['mlflow', 'zenml']);
  });

  it('is plain HTTP without a certificate', () => {
    const [, mlflow, zenml] = valuesOf({ mlflow: { ingress }, zenml: { ingress } });
    expect(mlflow).not.toHaveProperty('ingress.tls');
    expect(zenml).toMatchObject({
      zenml: { serverURL: 'http://ml.example.org', ingress: { tls: { enabled: false } } },
    });
  });

  it('is of the default class where the stack writes it', () => {
    const { app } = fair({ stac: { ...stac, ingress: { host: 'stac.example.org' } } });
    const route = synth(app).find(({ kind }) => kind === 'Ingress');
    expect(route?.spec).toEqual({
      rules: [
        {
          host: 'stac.example.org',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'stac-stac', port: { number: 8080 } } },
              },
            ],
          },
        },
      ],
    });
  });

  it.each(['mlflow', 'zenml'] as const)('fails without a class where the chart of %s writes it', (name) => {
    expect(() => fair({ [name]: { ingress: { host: 'ml.example.org' } } })).toThrow(
      "fair: 'ingress.ingressClassName' must be given: the chart takes no default, got undefined",
    );
  });

  it('fails with a prefix, which no server of a chart knows', () => {
    expect(() => fair({ mlflow: { ingress: { ...ingress, path: '/mlflow' } } })).toThrow(
      "fair: 'charts.mlflow.ingress.path' must be '/'",
    );
  });
});
