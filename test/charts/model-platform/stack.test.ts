import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import {
  ModelPlatformStack,
  type ModelPlatformStackProps,
  modelPlatformNodePorts,
  type ServedModel,
} from '../../../lib/charts/model-platform/stack';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../../lib/components/operator/operator-calls';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { ModelDeploymentWorkload } from '../../../lib/components/serving/model-deployment-workload';
import type { Verb } from '../../../lib/kube/access';
import { setNodePools } from '../../../lib/kube/node-pools';
import { allowLocalCredentials, type SecretSpec } from '../../../lib/kube/secrets';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, find, type Manifest, namesOf, policiesOf, synth } from '../../support/synth';

const minimal: ModelPlatformStackProps = { credentials: localCredentials() };
const iris: ServedModel = { name: 'iris', modelName: 'iris-classifier', modelVersion: 1, replicas: 2 };
const nodePorts = { registry: { nodePort: 30800, hostPort: 8800 }, console: { nodePort: 30901, hostPort: 8901 } };

const infra = nodePool({ name: 'infra', labels: { role: 'infra' } });
const models = nodePool({ name: 'models', labels: { role: 'models' } });

function stack(props: Partial<ModelPlatformStackProps> = {}): ModelPlatformStack {
  const app = new App({ outdir: 'never-written' });
  allowLocalCredentials(app);
  setNodePools(app, [infra, models]);
  return new ModelPlatformStack(app, 'model-platform', { ...minimal, ...props });
}

const render = (props?: Partial<ModelPlatformStackProps>) => synth(stack(props));
const level = (props?: Partial<ModelPlatformStackProps>) =>
  find(render(props), 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce'];

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
      expect.stringMatching(/^Job minio-buckets-[0-9a-f]{8}$/),
      'Deployment model-registry-api',
      'PodDisruptionBudget model-registry-api',
      'Service model-registry-service',
      'Service model-registry-external',
      'ServiceAccount ml-operator',
      'Role ml-operator',
      'RoleBinding ml-operator',
      'ClusterRole ml-platform-ml-operator',
      'ClusterRoleBinding ml-platform-ml-operator',
      'Deployment ml-operator',
    ]);
    expect(policiesOf(objects).sort()).toEqual([
      'allow-dns',
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
    expect(find(render({ nodePorts }), 'Service', 'minio-console').spec.ports[0].nodePort).toBe(30901);
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

describe('with an operator', () => {
  test('the operator is told which server runs the models, and where they are', () => {
    const [{ env }] = find(
      render({ serving: { operator: { env: { LOG_LEVEL: 'DEBUG' } } } }),
      'Deployment',
      'ml-operator',
    ).spec.template.spec.containers;
    expect(env).toEqual([
      { name: 'MODEL_REGISTRY_URL', value: 'http://model-registry-service.ml-platform.svc:8000' },
      { name: 'INFERENCE_IMAGE', value: 'ml-platform/inference-server:0.1.0' },
      { name: 'INFERENCE_IMAGE_PULL_POLICY', value: 'Never' },
      { name: 'LOG_LEVEL', value: 'DEBUG' },
    ]);
  });

  test('its account may make the calls that it declares, and no other', () => {
    const objects = render();
    const allowed = ({ rules }: Manifest) =>
      rules.flatMap(({ apiGroups, resources, verbs }: { apiGroups: string[]; resources: string[]; verbs: Verb[] }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
        ),
      );
    const declared = (calls: typeof OPERATOR_CALLS) =>
      calls.flatMap(({ apiGroup, resource, verbs }) => verbs.map((verb) => `${verb} ${apiGroup}/${resource}`));
    expect(allowed(find(objects, 'Role')).sort()).toEqual(declared(OPERATOR_CALLS).sort());
    expect(allowed(find(objects, 'ClusterRole')).sort()).toEqual(declared(OPERATOR_CLUSTER_CALLS).sort());
  });

  test('the namespace admits pods without a security context, as the operator of the original makes them', () => {
    expect(level()).toBe('baseline');
    expect(level({ podSecurity: 'restricted' })).toBe('restricted');
  });
});

describe('without an operator', () => {
  const props = { serving: { deployments: [iris] }, server: { nodePool: models }, nodePool: infra };

  test('the models are there, and nothing that watches for them', () => {
    const names = namesOf(render(props));
    expect(names.slice(-3)).toEqual([
      'Deployment iris-inference',
      'Service iris-inference',
      'PodDisruptionBudget iris-inference',
    ]);
    expect(names.filter((name) => /Role|ServiceAccount|ml-operator/.test(name))).toEqual([]);
  });

  test('the pods of the models run the server of the stack, on nodes of their own', () => {
    const { spec } = find(render(props), 'Deployment', 'iris-inference').spec.template;
    expect(spec.nodeSelector).toEqual({ role: 'models' });
    expect(spec.containers[0]).toMatchObject({ image: 'ml-platform/inference-server:0.1.0', imagePullPolicy: 'Never' });
    expect(spec.containers[0].env).toContainEqual({
      name: 'MODEL_REGISTRY_URL',
      value: 'http://model-registry-service.ml-platform.svc:8000',
    });
  });

  test('the strictest Pod Security holds', () => {
    expect(level(props)).toBe('restricted');
  });

  test('a model of its own chart takes the server of the stack', () => {
    const platform = stack(props);
    new ModelDeploymentWorkload(platform, 'churn', { ...iris, name: 'churn', server: platform.server });
    expect(find(synth(platform), 'Service', 'churn-inference').metadata.namespace).toBe('ml-platform');
  });

  test.each(['postgres', 'minio', 'model-registry', 'ml-operator', 'model-registry-api'])(
    'a model called %s leaves the Services of the platform alone',
    (name) => {
      const objects = (deployments: readonly ServedModel[]) =>
        render({ serving: { deployments } }).filter(({ kind }) => kind !== 'NetworkPolicy');
      const before = objects([]);
      const after = objects([{ ...iris, name }]);
      expect(after.slice(0, before.length)).toEqual(before);
      const selectors = before.filter(({ kind }) => kind === 'Service').map(({ spec }) => spec.selector);
      const { labels } = find(after, 'Deployment', `${name}-inference`).spec.template.metadata;
      for (const selector of selectors) expect(labels).not.toMatchObject(selector);
    },
  );

  test('fails for two models of one name', () => {
    expect(() => stack({ serving: { deployments: [iris, iris] } })).toThrow(
      "model-platform: 'serving.deployments' must have one model a name, got 'iris'",
    );
  });
});
