import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { modelDeploymentObjects } from '../../../../lib/stacks/model-platform/model-deployment-objects';
import { MlOperator, type MlOperatorProps } from '../../../../lib/stacks/model-platform/operator/ml-operator';
import { OPERATOR_CALLS, OPERATOR_CLUSTER_CALLS } from '../../../../lib/stacks/model-platform/operator/operator-calls';
import { nodePool, uses } from '../../../support/samples';
import { expectEachPropToMatter, objectOf, testChart } from '../../../support/synth';

const minimal: MlOperatorProps = { image: 'example.org/operator:1.0.0', serviceAccountName: 'ml-operator' };

const deployment = (props: Partial<MlOperatorProps> = {}) =>
  objectOf(new MlOperator(testChart(), 'operator', { ...minimal, ...props }), 'Deployment');
const container = (props?: Partial<MlOperatorProps>) => deployment(props).spec.template.spec.containers[0];

describe('an external operator', () => {
  test('is never two, not even while it is replaced', () => {
    const { replicas, strategy } = deployment().spec;
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('serves its own namespace, alone, and says how it is where the probes ask', () => {
    const { command, ports, startupProbe, readinessProbe, livenessProbe } = container();
    expect(command).toEqual([
      'kopf',
      'run',
      '--standalone',
      '--namespace=demo',
      '--liveness=http://$(POD_ID):8080/healthz',
      'main.py',
    ]);
    expect(ports).toEqual([{ name: 'health', containerPort: 8080 }]);
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect(httpGet).toEqual({ path: '/healthz', port: 'health' });
    }
  });

  test('talks to the API server as its own account, and is not root', () => {
    expect(deployment().spec.template.spec).toMatchObject({
      serviceAccountName: 'ml-operator',
      automountServiceAccountToken: true,
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    });
  });

  test('knows its name without asking for that of its user, which the image does not have', () => {
    expect(deployment(minimal).spec.template.spec.containers[0].env).toEqual([
      { name: 'POD_ID', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ]);
  });

  test('takes every prop', () => {
    const all: Required<MlOperatorProps> = {
      ...minimal,
      name: 'operator',
      command: ['serve'],
      imagePullPolicy: 'Never',
      env: { A: 'b' },
      resources: { requests: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool(),
      uses,
    };
    expectEachPropToMatter<MlOperatorProps>(deployment, all, {
      name: 'other',
      command: ['serve', '--all'],
      image: 'example.org/operator:2',
      imagePullPolicy: 'Always',
      serviceAccountName: 'other',
      env: {},
      resources: { requests: { cpu: Cpu.millis(2), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
    });
  });

  test('fails in a chart without a namespace: it would serve the whole cluster', () => {
    expect(() => new MlOperator(testChart({ namespace: null }), 'operator', minimal)).toThrow(
      "demo/operator: 'namespace' must be that of a chart: the operator serves one, got undefined",
    );
  });
});

describe('the calls of an external operator', () => {
  test('are enough to make and mend every object that a ModelDeployment becomes', () => {
    const registry = { host: 'registry', port: 8000, url: 'http://registry:8000' };
    const spec = { modelName: 'iris', modelVersion: 1, autoscaling: { enabled: true, minReplicas: 2 } };
    const metadata = { name: 'iris', namespace: 'demo' };
    const objects = modelDeploymentObjects({ metadata, spec }, { image: 'example.org/server:1', registry });
    expect(objects.map(({ kind }) => kind)).toHaveLength(4);
    for (const { apiVersion, kind } of objects) {
      const apiGroup = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
      expect(OPERATOR_CALLS).toContainEqual(
        expect.objectContaining({
          apiGroup,
          resource: `${kind.toLowerCase()}s`,
          verbs: ['get', 'create', 'patch', 'delete'],
        }),
      );
    }
  });

  test('read no Secret, run nothing in a pod, change no rights and none but its own namespace', () => {
    const resources = [...OPERATOR_CALLS, ...OPERATOR_CLUSTER_CALLS].map(({ resource }) => resource);
    expect(resources.filter((resource) => /secrets|configmaps|pods|roles|\*/.test(resource))).toEqual([]);
    for (const { verbs } of OPERATOR_CLUSTER_CALLS) expect(verbs).toEqual(['list', 'watch']);
  });

  test('each have a reason', () => {
    for (const { reason } of [...OPERATOR_CALLS, ...OPERATOR_CLUSTER_CALLS]) expect(reason).toMatch(/^\S.{10,}/);
  });
});
