import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLabelValue } from '../../../lib/kube/objects/names';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import {
  ModelDeploymentWorkload,
  type ModelDeploymentWorkloadProps,
} from '../../../lib/stacks/model-platform/model-deployment-workload';
import type { ModelServer } from '../../../lib/stacks/model-platform/model-server';
import { nodePool, uses } from '../../support/samples';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../../support/synth';

const registry = { host: 'registry.data.svc', port: 8000, url: 'http://registry.data.svc:8000' };
const server: ModelServer = { image: 'example.org/inference-server:1.0.0', registry };
const minimal: ModelDeploymentWorkloadProps = { name: 'iris', modelName: 'iris-classifier', modelVersion: 1, server };
const scaling = { minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 70 };

const workload = (props: Partial<ModelDeploymentWorkloadProps> = {}) =>
  new ModelDeploymentWorkload(testChart(), 'model', { ...minimal, ...props });
const objects = (props?: Partial<ModelDeploymentWorkloadProps>) => synth(workload(props));
const deployment = (props?: Partial<ModelDeploymentWorkloadProps>) => objectOf(workload(props), 'Deployment').spec;
const container = (props?: Partial<ModelDeploymentWorkloadProps>) => deployment(props).template.spec.containers[0];
const served = (changes: Partial<ModelServer>) => ({ server: { ...server, ...changes } });

describe('what a ModelDeployment becomes', () => {
  test('is a Deployment and a Service with one pod, all of one name', () => {
    expect(objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment iris-inference',
      'Service iris-inference',
    ]);
    expect(deployment().replicas).toBe(1);
  });

  test('is protected from drains once two pods are guaranteed', () => {
    const kinds = (props: Partial<ModelDeploymentWorkloadProps>) => objects(props).map(({ kind }) => kind);
    expect(kinds({ replicas: 2 })).toContain('PodDisruptionBudget');
    expect(kinds({ autoscaling: scaling })).toContain('PodDisruptionBudget');
    expect(kinds({ replicas: 2, autoscaling: { minReplicas: 1 } })).not.toContain('PodDisruptionBudget');
    expect(objectOf(workload({ replicas: 2 }), 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  test('leaves the number of pods to the autoscaler where there is one: replicas is only the initial count', () => {
    const target = workload({ replicas: 9, autoscaling: scaling });
    expect(objectOf(target, 'Deployment').spec).not.toHaveProperty('replicas');
    expect(objectOf(target, 'HorizontalPodAutoscaler')).toMatchObject({
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'iris-inference' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'iris-inference' },
        minReplicas: 2,
        maxReplicas: 5,
        metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
      },
    });
  });

  test('scales between 1 and 5 at 70 % where nothing else is said', () => {
    expect(objectOf(workload({ autoscaling: {} }), 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [{ resource: { target: { averageUtilization: 70 } } }],
    });
  });

  test('says how neighbours reach it', () => {
    expect(workload().connection).toEqual({
      host: 'iris-inference.demo.svc',
      port: 8001,
      url: 'http://iris-inference.demo.svc:8001',
    });
    expect(objectOf(workload(), 'Service').spec.ports).toEqual([{ name: 'http', port: 8001, targetPort: 'http' }]);
  });

  test('tells the server what to download, and from where', () => {
    expect(container({ environment: 'staging' })).toMatchObject({
      name: 'inference-server',
      image: 'example.org/inference-server:1.0.0',
      ports: [{ name: 'http', containerPort: 8001 }],
      env: [
        { name: 'MODEL_NAME', value: 'iris-classifier' },
        { name: 'MODEL_VERSION', value: '1' },
        { name: 'MODEL_REGISTRY_URL', value: 'http://registry.data.svc:8000' },
        { name: 'INFERENCE_PORT', value: '8001' },
        { name: 'ENVIRONMENT', value: 'staging' },
      ],
    });
  });

  test('is found by what runs in it, though no selector knows that', () => {
    const { selector, template } = deployment();
    const labels = {
      app: 'iris-inference',
      component: 'inference-server',
      'model-name': 'iris-classifier',
      'model-version': '1',
      environment: 'development',
    };
    expect(template.metadata.labels).toMatchObject({ ...labels, ...selector.matchLabels });
    for (const key of Object.keys(labels)) expect(selector.matchLabels).not.toHaveProperty(key);
  });

  test('rolls its pods for another version, and keeps its selector', () => {
    const [first, second] = [deployment(), deployment({ modelVersion: 2 })];
    expect(second.template).not.toEqual(first.template);
    expect(second.selector).toEqual(first.selector);
  });
});

describe('a pod of a ModelDeployment', () => {
  test('is ready once the model is loaded, and is restarted only when the server is gone', () => {
    const { startupProbe, readinessProbe, livenessProbe } = container();
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/model-info', port: 'http' },
      { path: '/model-info', port: 'http' },
      { path: '/health', port: 'http' },
    ]);
  });

  test('may run anywhere: no root, no token, a file system that only the model is written to', () => {
    const { spec } = deployment().template;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [{ name: 'model-cache', emptyDir: { sizeLimit: '1Gi' } }],
    });
    expect(spec.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: 'model-cache', mountPath: '/tmp' }],
    });
  });

  test('has /tmp beside a cache that is elsewhere', () => {
    const modelCache = { path: '/models', sizeLimit: Size.gibibytes(4) };
    expect(container(served({ modelCache })).volumeMounts).toEqual([
      { name: 'model-cache', mountPath: '/models' },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
  });

  test('fails with a cache on a volume of one node: a rollout adds a pod that may be on another', () => {
    const modelCache = { path: '/models', claimName: 'models', accessMode: 'ReadWriteOnce' } as const;
    expect(() => workload(served({ modelCache }))).toThrow(
      "demo/model: 'modelCache.accessMode' must be 'ReadWriteMany'",
    );
  });

  test('has the keys of the download Secret as variables', () => {
    expect(container(served({ downloadSecret: new SecretRef('registry-token') })).envFrom).toEqual([
      { secretRef: { name: 'registry-token' } },
    ]);
  });

  test('takes every property of the server', () => {
    const all: Required<ModelServer> = {
      image: 'example.org/a:1',
      imagePullPolicy: 'Never',
      registry,
      port: 9001,
      user: { user: 10001 },
      health: { path: '/live', startupTimeout: Duration.minutes(20) },
      modelCache: { path: '/models', sizeLimit: Size.gibibytes(4) },
      downloadSecret: new SecretRef('a'),
      nodePool: nodePool(),
    };
    expectEachPropToMatter<ModelServer>((props) => objects({ server: props }), all, {
      image: 'example.org/b:1',
      imagePullPolicy: 'Always',
      registry: { ...registry, url: 'http://other:8000' },
      port: 9002,
      user: { user: 1 },
      health: {},
      modelCache: { path: '/other', sizeLimit: Size.gibibytes(4) },
      downloadSecret: new SecretRef('b'),
      nodePool: nodePool({ labels: { a: 'b' } }),
    });
  });
});

describe('the resources of a pod', () => {
  const of = (resources: ModelDeploymentWorkloadProps['resources']) => container({ resources }).resources;

  test('are 250m and 256Mi, at most 500m and 512Mi, where nothing is said', () => {
    expect(of(undefined)).toEqual({
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { cpu: '500m', memory: '512Mi' },
    });
  });

  test('ask for no more than a small limit, and allow no less than a large request', () => {
    expect(of({ limits: { cpu: Cpu.millis(100) }, requests: { memory: Size.gibibytes(2) } })).toEqual({
      requests: { cpu: '100m', memory: '2Gi' },
      limits: { cpu: '100m', memory: '2Gi' },
    });
  });
});

test('every prop of the workload reaches its manifests', () => {
  expectEachPropToMatter<ModelDeploymentWorkloadProps>(
    objects,
    {
      ...minimal,
      replicas: 2,
      environment: 'production',
      uses,
      resources: { requests: { cpu: Cpu.millis(100) } },
      // The number of pods is the autoscaler's as soon as there is one.
      autoscaling: undefined as unknown as NonNullable<ModelDeploymentWorkloadProps['autoscaling']>,
    },
    {
      name: 'other',
      modelName: 'other',
      modelVersion: 2,
      server: { ...server, port: 9001 },
      replicas: 3,
      environment: 'staging',
      uses: [],
      resources: {},
      autoscaling: scaling,
    },
  );
});

test('names and labels are valid for the longest names that are allowed', () => {
  const props = { name: 'a'.repeat(53), modelName: 'M'.repeat(63), modelVersion: 2_147_483_647 };
  for (const { metadata } of objects({ ...props, autoscaling: scaling })) {
    expect(metadata.name).toHaveLength(63);
    for (const value of Object.values<string>(metadata.labels)) expect(isLabelValue(value)).toBe(true);
  }
});

test('no ModelDeployment has an object of a name that does not end in -inference', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/), (name) => {
      const names = objects({ name, autoscaling: scaling }).map(({ metadata }) => metadata.name);
      expect(new Set(names)).toEqual(new Set([`${name}-inference`]));
    }),
    { numRuns: 30 },
  );
});
