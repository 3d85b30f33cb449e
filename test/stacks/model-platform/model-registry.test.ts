import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { ModelRegistry, type ModelRegistryProps } from '../../../lib/stacks/model-platform/model-registry';
import { nodePool, uses } from '../../support/samples';
import { expectEachPropToMatter, objectOf, synth, testChart } from '../../support/synth';

const database = new SecretRef('model-registry-db');
const store = new SecretRef('minio-credentials');
const minimal: ModelRegistryProps = {
  image: 'example.org/api:1.0.0',
  database: {
    host: 'postgres.data.svc',
    port: 5432,
    database: 'mlplatform',
    username: 'mlplatform',
    password: database.key('password'),
  },
  databaseUrl: database.key('url'),
  models: {
    bucket: 'models',
    endpoint: 'http://minio.data.svc:9000',
    credentials: { accessKeyId: store.key('accessKey'), secretAccessKey: store.key('secretKey') },
  },
};

const registry = (props: Partial<ModelRegistryProps> = {}) =>
  new ModelRegistry(testChart(), 'registry', { ...minimal, ...props });
const podOf = (props?: Partial<ModelRegistryProps>) => objectOf(registry(props), 'Deployment').spec.template.spec;
const envOf = (props?: Partial<ModelRegistryProps>) =>
  Object.fromEntries(
    podOf(props).containers[0].env.map(
      ({ name, value, valueFrom }: { name: string; value?: string; valueFrom?: object }) => [name, value ?? valueFrom],
    ),
  );
const fromSecret = (name: string, key: string) => ({ secretKeyRef: { name, key } });

describe('a model registry', () => {
  test('is two pods that a drain takes one by one, behind a Service of the name that clients have in their code', () => {
    expect(synth(registry()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment model-registry-api',
      'PodDisruptionBudget model-registry-api',
      'Service model-registry-service',
    ]);
    expect(objectOf(registry(), 'Deployment').spec.replicas).toBe(2);
  });

  test('says how clients reach it', () => {
    const host = 'model-registry-service.demo.svc';
    expect(registry().connection).toEqual({ host, port: 8000, url: `http://${host}:8000` });
  });

  test('is reached from outside of the cluster where a port is given', () => {
    expect(objectOf(registry({ nodePort: 30800 }), 'Service', 'model-registry-external').spec).toMatchObject({
      type: 'NodePort',
      ports: [{ name: 'http', port: 8000, targetPort: 'http', nodePort: 30800 }],
    });
  });

  test('has no budget with one pod: no drain would end', () => {
    expect(synth(registry({ replicas: 1 })).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });

  test('waits for its database and its bucket', () => {
    const [postgres, minio] = podOf().initContainers;
    expect(postgres).toMatchObject({ name: 'wait-for-postgres' });
    expect(postgres.env).toContainEqual({ name: 'PGDATABASE', value: 'mlplatform' });
    expect(minio).toMatchObject({
      name: 'wait-for-minio',
      env: [{ name: 'URL', value: 'http://minio.data.svc:9000' }],
    });
  });

  test('has every password from a Secret', () => {
    expect(envOf()).toEqual({
      DATABASE_URL: fromSecret('model-registry-db', 'url'),
      MINIO_ENDPOINT: 'minio.data.svc:9000',
      MINIO_SECURE: 'false',
      MINIO_ACCESS_KEY: fromSecret('minio-credentials', 'accessKey'),
      MINIO_SECRET_KEY: fromSecret('minio-credentials', 'secretKey'),
      MODEL_BUCKET: 'models',
      API_HOST: undefined,
      API_PORT: '8000',
      ENVIRONMENT: 'development',
      LOG_LEVEL: 'INFO',
    });
  });

  test('keeps its models in S3 itself, which nobody has to wait for', () => {
    const models = { ...minimal.models, endpoint: undefined };
    expect(envOf({ models })).toMatchObject({ MINIO_ENDPOINT: 's3.amazonaws.com', MINIO_SECURE: 'true' });
    expect(podOf({ models }).initContainers.map(({ name }: { name: string }) => name)).toEqual(['wait-for-postgres']);
  });

  test('is not root, and writes uploads to /tmp and nothing elsewhere', () => {
    expect(podOf().securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(podOf().containers[0]).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true },
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    });
  });

  test('is taken out of its Service before it is restarted', () => {
    const { readinessProbe, livenessProbe } = podOf().containers[0];
    const patience = ({ periodSeconds = 10, failureThreshold = 3 }) => periodSeconds * failureThreshold;
    expect(patience(livenessProbe)).toBeGreaterThan(patience(readinessProbe));
  });

  test('takes every prop', () => {
    const all: Required<ModelRegistryProps> = {
      ...minimal,
      name: 'registry',
      imagePullPolicy: 'Never',
      replicas: 3,
      environment: 'production',
      nodePort: 30800,
      resources: { requests: { cpu: Cpu.millis(1), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool(),
      uses,
    };
    expectEachPropToMatter<ModelRegistryProps>((props) => synth(registry(props)), all, {
      name: 'other',
      image: 'example.org/api:2',
      imagePullPolicy: 'Always',
      replicas: 1,
      database: { ...minimal.database, host: 'other' },
      databaseUrl: database.key('other'),
      models: { ...minimal.models, bucket: 'other' },
      environment: 'staging',
      nodePort: 30801,
      resources: { requests: { cpu: Cpu.millis(2), memory: Size.mebibytes(1) }, limits: { memory: Size.mebibytes(2) } },
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
    });
  });

  test('fails for a bucket that opens by itself: the API knows nothing but keys', () => {
    expect(() => registry({ models: { bucket: 'models' } })).toThrow(
      "demo/registry: 'models.credentials' must be given: the API knows no other way in, got undefined",
    );
  });
});
