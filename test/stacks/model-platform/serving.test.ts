import { describe, expect, test } from 'vitest';
import type { Verb } from '../../../lib/kube/objects/access';
import { ModelDeploymentWorkload } from '../../../lib/stacks/model-platform/model-deployment-workload';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../../lib/stacks/model-platform/operator/operator-calls';
import type { ModelPlatformStackProps, ServedModel } from '../../../lib/stacks/model-platform/stack';
import { find, type Manifest, namesOf, synth } from '../../support/synth';
import { infra, iris, models, render, stack } from './samples';

const level = (props?: Partial<ModelPlatformStackProps>) =>
  find(render(props), 'Namespace').metadata.labels['pod-security.kubernetes.io/enforce'];

describe('with an operator', () => {
  test('the operator is told which server runs the models, and where they are', () => {
    const [{ env }] = find(
      render({ serving: { operator: { env: { LOG_LEVEL: 'DEBUG' } } } }),
      'Deployment',
      'ml-operator',
    ).spec.template.spec.containers;
    expect(env).toEqual([
      expect.objectContaining({ name: 'POD_ID' }),
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

  test('fails where models are given beside an operator', () => {
    const both = { operator: {}, deployments: [iris] };
    expect(() => stack({ serving: both })).toThrow(
      "model-platform: 'serving' must have 'operator' or 'deployments', got 'operator and deployments'",
    );
  });

  test('fails for two models of one name', () => {
    expect(() => stack({ serving: { deployments: [iris, iris] } })).toThrow(
      "model-platform: 'serving.deployments.name' must have no duplicates, got 'iris'",
    );
  });
});
