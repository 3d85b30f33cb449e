import { describe, expect, test } from 'vitest';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import type { SecretSpec } from '../../../lib/kube/secrets/secrets';
import { type ModelPlatformStackProps, modelPlatformNodePorts } from '../../../lib/stacks/model-platform/stack';
import { expectEachPropToMatter, find, type Manifest, namesOf, policiesOf } from '../../support/synth';
import { infra, iris, minimal, models, render, stack } from './samples';

const nodePorts = { registry: { nodePort: 30800, hostPort: 8800 }, console: { nodePort: 30901, hostPort: 8901 } };

describe('the model platform', () => {
  test('is these objects, in this order', () => {
    const objects = render({ nodePorts });
    expect(namesOf(objects)).toEqual([
      'Namespace ml-platform',
      'Secret postgres-credentials',
      'Secret model-registry-db',
      'Secret minio-credentials',
      'ConfigMap postgres-init',
      'Service postgres-headless',
      'StatefulSet postgres',
      'Service postgres',
      expect.stringMatching(/^Job postgres-databases-[0-9a-f]{8}$/),
      'Service minio-headless',
      'StatefulSet minio',
      'Service minio',
      'Service minio-console',
      'Service minio-console-external',
      expect.stringMatching(/^Job minio-buckets-[0-9a-f]{8}$/),
      'Deployment model-registry-api',
      'PodDisruptionBudget model-registry-api',
      'Service model-registry-service',
      'Service model-registry-external',
      'ServiceAccount ml-operator',
      'Role ml-operator',
      'RoleBinding ml-operator',
      'ConfigMap ml-operator-server',
      'Deployment ml-operator',
      'PodDisruptionBudget ml-operator',
      'Service ml-operator-metrics',
      'Namespace ml-models',
      'Role ml-operator',
      'RoleBinding ml-operator',
    ]);
    expect(policiesOf(objects).sort()).toEqual([
      'allow-dns',
      'allow-dns',
      'default-deny',
      'default-deny',
      'minio',
      'minio-buckets',
      'ml-operator',
      'model-registry-api',
      'models',
      'postgres',
      'postgres-databases',
    ]);
  });

  test('keeps data in the sizes of the original, on claims that survive', () => {
    const claim = (name: string) =>
      find(render(), 'StatefulSet', name).spec.volumeClaimTemplates[0].spec.resources.requests.storage;
    expect([claim('postgres'), claim('minio')]).toEqual(['10Gi', '20Gi']);
  });

  test('has nothing on a node port unless it is told where', () => {
    const types = (objects: readonly Manifest[]) =>
      objects.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.type);
    expect(types(render())).not.toContain('NodePort');
    expect(find(render({ nodePorts }), 'Service', 'minio-console-external').spec.ports[0].nodePort).toBe(30901);
    expect(find(render({ nodePorts }), 'Service', 'model-registry-external').spec.ports[0].nodePort).toBe(30800);
  });

  test('says which node ports kind has to map', () => {
    expect(modelPlatformNodePorts({ ...minimal, nodePorts })).toEqual([nodePorts.registry, nodePorts.console]);
    expect(modelPlatformNodePorts(minimal)).toEqual([]);
  });

  test('writes the URL of the database into one Secret and nowhere else', () => {
    const objects = render();
    const { data } = find(objects, 'Secret', 'model-registry-db');
    const url = Buffer.from(data.url, 'base64').toString();
    expect(url).toBe('postgresql://mlplatform:mlplatform@postgres.ml-platform.svc:5432/mlplatform');
    expect(JSON.stringify(objects)).not.toContain('postgresql://');
  });

  test('tells who creates the Secrets what the URL has to be', () => {
    const specs: SecretSpec[] = [];
    const source = existingSecrets();
    stack({
      credentials: {
        provide(scope, spec) {
          specs.push(spec);
          return source.provide(scope, spec);
        },
      },
    });
    expect(specs.map(({ name }) => name)).toEqual(['postgres-credentials', 'model-registry-db', 'minio-credentials']);
    expect(specs[1]?.keys.url?.meaning).toContain('mlplatform:<password>@postgres.ml-platform.svc:5432/mlplatform');
  });

  test('takes images that are loaded into the nodes, or those of a registry', () => {
    const pods = (objects: readonly Manifest[]) =>
      ['model-registry-api', 'ml-operator'].map((name) => {
        const [{ image, imagePullPolicy }] = find(objects, 'Deployment', name).spec.template.spec.containers;
        return `${image} ${imagePullPolicy}`;
      });
    expect(pods(render())).toEqual(['ml-platform/api:0.1.0 Never', 'ml-platform/operator:0.1.0 Never']);
    const images = { api: 'example.org/a:1', operator: 'example.org/b:2', inferenceServer: 'example.org/c:3' };
    expect(pods(render({ images }))).toEqual(['example.org/a:1 IfNotPresent', 'example.org/b:2 IfNotPresent']);
  });

  test('takes every prop', () => {
    const all: Required<ModelPlatformStackProps> = {
      namespace: 'a',
      podSecurity: 'baseline',
      clients: [{ name: 'neighbour', selector: { app: 'neighbour' } }],
      network: 'declared',
      credentials: localCredentials(),
      nodePool: infra,
      images: { api: 'example.org/a:1', operator: 'example.org/b:2', inferenceServer: 'example.org/c:3' },
      registry: { replicas: 3 },
      server: { port: 9001 },
      serving: { deployments: [iris] },
      nodePorts,
      postgres: { storageClassName: 'fast' },
      minio: { storageClassName: 'fast' },
    };
    expectEachPropToMatter<ModelPlatformStackProps>(render, all, {
      namespace: 'b',
      podSecurity: 'restricted',
      clients: [],
      network: 'any',
      credentials: existingSecrets(),
      nodePool: models,
      images: { api: 'example.org/a:2', operator: 'example.org/b:2', inferenceServer: 'example.org/c:3' },
      registry: {},
      server: {},
      serving: { operator: {} },
      nodePorts: {},
      postgres: {},
      minio: {},
    });
  });
});
