import { App, Duration, Size } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import type { ApiCalls, Verb } from '../../../lib/kube/objects/access';
import { setImageSettings } from '../../../lib/kube/pods/images';
import { allowLocalCredentials, SecretRef } from '../../../lib/kube/secrets/secrets';
import { secretsReport } from '../../../lib/platform/reports/secrets';
import { modelDeploymentObjects } from '../../../lib/stacks/model-platform/model-deployment-objects';
import { ModelDeploymentWorkload } from '../../../lib/stacks/model-platform/model-deployment-workload';
import {
  MODEL_OPERATOR_CALLS,
  MODEL_OPERATOR_LEASE_CALLS,
} from '../../../lib/stacks/model-platform/operator/model-operator-calls';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../../lib/stacks/model-platform/operator/operator-calls';
import { parseModelServer } from '../../../lib/stacks/model-platform/operator/server-config';
import type { ServedModel } from '../../../lib/stacks/model-platform/serving';
import { ModelPlatformStack, type ModelPlatformStackProps } from '../../../lib/stacks/model-platform/stack';
import { find, type Manifest, namesOf, policiesOf, synth } from '../../support/synth';
import { infra, iris, minimal, models, render, stack } from './samples';

const allowed = ({ rules }: Manifest): string[] =>
  rules.flatMap(({ apiGroups, resources, verbs }: { apiGroups: string[]; resources: string[]; verbs: Verb[] }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  );
const declared = (calls: readonly ApiCalls[]) =>
  calls.flatMap(({ apiGroup, resource, verbs }) => verbs.map((verb) => `${verb} ${apiGroup}/${resource}`));
const level = (props?: Partial<ModelPlatformStackProps>) =>
  find(render(props), 'Namespace', 'ml-platform').metadata.labels['pod-security.kubernetes.io/enforce'];

describe('with the operator of this platform', () => {
  const inNamespace = (platform: ModelPlatformStack, namespace = 'ml-models') =>
    synth(platform).filter(({ metadata }) => (metadata.namespace ?? metadata.name) === namespace);

  test('models have a namespace beside that of the databases, and both enforce the strictest Pod Security', () => {
    expect(level()).toBe('restricted');
    const objects = inNamespace(stack());
    expect(find(objects, 'Namespace').metadata).toMatchObject({
      name: 'ml-models',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('the namespace of models is called after another one of the stack, or as it is said', () => {
    const names = (props?: Partial<ModelPlatformStackProps>) =>
      stack(props).modelNamespaces.map(({ namespace }) => namespace);
    expect(names({ namespace: 'second' })).toEqual(['second-models']);
    expect(names({ serving: { operator: { namespaces: ['red', 'blue'] } } })).toEqual(['red', 'blue']);
  });

  test('pods of models reach the registry over the border of their namespace, and nothing else', () => {
    const platform = stack();
    const { ingress, egress } = find(inNamespace(platform), 'NetworkPolicy', 'models').spec;
    const registry = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ml-platform' } },
      podSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/instance': 'model-registry-api' }) },
    };
    expect(egress).toEqual([{ to: [registry], ports: [{ protocol: 'TCP', port: 8000 }] }]);
    expect(ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 8001 }] }]);
    expect(JSON.stringify(find(synth(platform), 'NetworkPolicy', 'model-registry-api').spec.ingress)).toContain(
      '"kubernetes.io/metadata.name":"ml-models"',
    );
  });

  test('the operator may do in each namespace of models what it declares, and in its own only elect a leader', () => {
    const platform = stack({ serving: { operator: { namespaces: ['red', 'blue'] } } });
    for (const namespace of ['red', 'blue']) {
      const objects = inNamespace(platform, namespace);
      expect(allowed(find(objects, 'Role')).sort()).toEqual(declared(MODEL_OPERATOR_CALLS).sort());
      const subject = { kind: 'ServiceAccount', name: 'ml-operator', namespace: 'ml-platform' };
      expect(find(objects, 'RoleBinding').subjects).toEqual([subject]);
    }
    const own = inNamespace(platform, 'ml-platform');
    expect(allowed(find(own, 'Role')).sort()).toEqual(declared(MODEL_OPERATOR_LEASE_CALLS).sort());
    expect(synth(platform).filter(({ kind }) => kind === 'ClusterRole')).toEqual([]);
  });

  test.each([
    ['of one node pool', '1.28', { nodePool: models }],
    ['of any node pool, on a Kubernetes with the sleep action', '1.30', {}],
  ])('the operator makes of a spec what the synth makes of it without one: %s', (_, version, where) => {
    const server = {
      ...where,
      user: { user: 2000 },
      health: { startupTimeout: Duration.minutes(3) },
      modelCache: { path: '/models', sizeLimit: Size.gibibytes(5) },
      downloadSecret: new SecretRef('token'),
    };
    const config = find(render({ server }, version), 'ConfigMap', 'ml-operator-server').data['server.json'];
    const { name, ...spec } = iris;
    const resource = { metadata: { name, namespace: 'ml-platform' }, spec };
    const written = render({ server, serving: { deployments: [iris] } }, version).filter(
      ({ kind, metadata }) => metadata.name === 'iris-inference' && kind !== 'NetworkPolicy',
    );
    expect(written).toHaveLength(3);
    expect(modelDeploymentObjects(resource, parseModelServer(config, 'server.json'))).toEqual(written);
  });

  test('pods of models are pulled with the Secrets of the environment, which are asked for in their namespace', () => {
    const images = { pullSecrets: ['mirror'] };
    const app = new App({ outdir: 'never-written' });
    allowLocalCredentials(app);
    setImageSettings(app, images);
    const platform = new ModelPlatformStack(app, 'model-platform', minimal);
    const { metadata, imagePullSecrets } = find(inNamespace(platform), 'ServiceAccount');
    expect([metadata.name, imagePullSecrets]).toEqual(['default', [{ name: 'mirror' }]]);
    const { secrets } = secretsReport(app, { environment: 'test' });
    expect(secrets.filter(({ name }) => name === 'mirror').map(({ namespace }) => namespace)).toContain('ml-models');
    expect(namesOf(inNamespace(stack()))).not.toContain('ServiceAccount default');
  });

  test('fails where models are to be beside the databases, and for a namespace twice', () => {
    const inside = { operator: { namespaces: ['red', 'ml-platform'] } } as const;
    expect(() => stack({ serving: inside })).toThrow(
      "model-platform: 'serving.operator.namespaces' must be others than that of the stack, whose Secrets pods of models could read, got 'ml-platform'",
    );
    expect(() => stack({ serving: { operator: { namespaces: ['red', 'red'] } } })).toThrow(
      "model-platform: 'serving.operator.namespaces' must have no duplicates, got 'red'",
    );
  });

  test('fails for a download Secret of another namespace', () => {
    const downloadSecret = new SecretRef('token', undefined, { namespace: 'ml-platform', keys: ['TOKEN'] });
    expect(() => stack({ server: { downloadSecret } })).toThrow(
      /must be of a Secret in namespace 'ml-models', where the pods are, got 'token in namespace ml-platform'/,
    );
  });
});

describe('with an external operator', () => {
  const serving = { externalOperator: { env: { LOG_LEVEL: 'DEBUG' } } };

  test('the operator is told which server runs the models, and where they are', () => {
    const [{ env }] = find(render({ serving }), 'Deployment', 'ml-operator').spec.template.spec.containers;
    expect(env).toEqual([
      expect.objectContaining({ name: 'POD_ID' }),
      { name: 'MODEL_REGISTRY_URL', value: 'http://model-registry-service.ml-platform.svc:8000' },
      { name: 'INFERENCE_IMAGE', value: 'ml-platform/inference-server:0.1.0' },
      { name: 'INFERENCE_IMAGE_PULL_POLICY', value: 'Never' },
      { name: 'LOG_LEVEL', value: 'DEBUG' },
    ]);
  });

  test('its account may make the calls that it declares, and no other', () => {
    const objects = render({ serving });
    expect(allowed(find(objects, 'Role')).sort()).toEqual(declared(OPERATOR_CALLS).sort());
    expect(allowed(find(objects, 'ClusterRole')).sort()).toEqual(declared(OPERATOR_CLUSTER_CALLS).sort());
  });

  test('its models are in the namespace of the stack, which admits pods without a security context', () => {
    expect(stack({ serving }).modelNamespaces).toEqual([]);
    expect(policiesOf(render({ serving }))).toContain('models');
    expect(level({ serving })).toBe('baseline');
    expect(level({ serving, podSecurity: 'restricted' })).toBe('restricted');
  });

  test('it is run by its own command, where it is not made with kopf', () => {
    const command = ['/manager', '--leader-elect'];
    const [container] = find(render({ serving: { externalOperator: { command } } }), 'Deployment', 'ml-operator').spec
      .template.spec.containers;
    expect(container.command).toEqual(command);
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

  test('fails where models are given beside an operator', () => {
    const both = { operator: {}, deployments: [iris] };
    expect(() => stack({ serving: both })).toThrow(
      "model-platform: 'serving' must have one of 'operator', 'externalOperator' and 'deployments', got 'operator and deployments'",
    );
  });

  test('fails for two models of one name', () => {
    expect(() => stack({ serving: { deployments: [iris, iris] } })).toThrow(
      "model-platform: 'serving.deployments.name' must have no duplicates, got 'iris'",
    );
  });
});
