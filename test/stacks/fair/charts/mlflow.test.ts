import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { describe, expect, test } from 'vitest';
import { SecretRef } from '../../../../lib/kube/secrets/secrets';
import { type MlflowProps, mlflowValues } from '../../../../lib/stacks/fair/charts/mlflow';
import { artifacts, database, infraPool, leftovers, mirroredScope, scope } from '../../../platform/releases/samples';

const props: MlflowProps = { namespace: 'fair', database: database('mlflow', 'mlflow-db'), artifacts };
const allProps: Required<MlflowProps> = {
  ...props,
  artifacts: { ...artifacts, region: 'eu-central-1', path: 'runs', roleArn: 'arn:aws:iam::123456789012:role/a' },
  users: {
    database: database('mlflow_auth', 'mlflow-auth-db'),
    admin: new SecretRef('mlflow-admin'),
  },
  ingress: {
    host: 'mlflow.example.com',
    ingressClassName: 'nginx',
    tlsSecretName: 'mlflow-tls',
    annotations: { a: 'b' },
  },
  proxiedArtifacts: true,
  allowedHosts: ['mlflow.example.org', '*.example.net'],
  replicas: 3,
  workers: 4,
  connections: { pool: 3, overflow: 2 },
  resources: {
    requests: { cpu: Cpu.millis(1500), memory: Size.gibibytes(1) },
    limits: { cpu: Cpu.units(2), memory: Size.mebibytes(2048) },
  },
  image: 'example.org/tracking:9.9',
  nodePool: infraPool,
};

describe('the values of MLflow', () => {
  test('name the Secrets and their keys, and hold no password', () => {
    const { backendStore, artifactRoot } = mlflowValues(scope(), props);
    expect(backendStore.postgres).toEqual({
      enabled: true,
      driver: 'psycopg2',
      host: 'postgres.fair.svc',
      port: 5432,
      database: 'mlflow',
    });
    expect(backendStore.existingDatabaseSecret).toEqual({
      name: 'mlflow-db',
      usernameKey: 'username',
      passwordKey: 'password',
    });
    expect(artifactRoot.s3).toEqual({
      enabled: true,
      bucket: 'mlflow',
      existingSecret: {
        name: 's3-credentials',
        keyOfAccessKeyId: 'AWS_ACCESS_KEY_ID',
        keyOfSecretAccessKey: 'AWS_SECRET_ACCESS_KEY',
      },
    });
  });

  test('need no Secret of the bucket where an identity opens it', () => {
    const { artifactRoot, extraEnvVars } = mlflowValues(scope(), { ...props, artifacts: { bucket: 'prod' } });
    expect(artifactRoot.s3).toEqual({ enabled: true, bucket: 'prod' });
    expect(Object.keys(extraEnvVars).filter((name) => /S3|AWS/.test(name))).toEqual([]);
  });

  test('keep users in a database that all replicas share, and read its login from a Secret', () => {
    const { auth, initImages, podSecurityContext } = mlflowValues(scope(), allProps);
    expect(auth).toEqual({
      enabled: true,
      existingAdminSecret: { name: 'mlflow-admin', usernameKey: 'username', passwordKey: 'password' },
      postgres: {
        enabled: true,
        driver: 'psycopg2',
        host: 'postgres.fair.svc',
        port: 5432,
        database: 'mlflow_auth',
        existingSecret: { name: 'mlflow-auth-db', usernameKey: 'username', passwordKey: 'password' },
      },
    });
    expect(initImages.iniFileInitializer).toEqual({ repository: 'docker.io/library/busybox', tag: '1.37.0' });
    // The init container has no context of its own.
    expect(podSecurityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1001 });
    expect(mlflowValues(scope(), props).podSecurityContext).not.toHaveProperty('runAsUser');
  });

  test('are reached by a host name with TLS, which the server answers to', () => {
    const { ingress, extraEnvVars } = mlflowValues(scope(), allProps);
    expect(ingress).toEqual({
      enabled: true,
      className: 'nginx',
      annotations: { a: 'b' },
      hosts: [{ host: 'mlflow.example.com', paths: [{ path: '/', pathType: 'Prefix' }] }],
      tls: [{ secretName: 'mlflow-tls', hosts: ['mlflow.example.com'] }],
    });
    expect(extraEnvVars.MLFLOW_SERVER_ALLOWED_HOSTS).toContain('mlflow.example.com');
    expect(extraEnvVars.MLFLOW_SERVER_CORS_ALLOWED_ORIGINS?.split(',')).toContain('https://mlflow.example.com');
  });

  test('open a folder of a bucket, as a role where there is one', () => {
    const { artifactRoot, serviceAccount } = mlflowValues(scope(), allProps);
    expect(artifactRoot.s3).toMatchObject({ bucket: 'mlflow', path: 'runs' });
    expect(serviceAccount.annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/a' });
  });

  test('answer to the names of the Service and of a port-forward, with and without a port', () => {
    const hosts = mlflowValues(scope(), props).extraEnvVars.MLFLOW_SERVER_ALLOWED_HOSTS?.split(',');
    expect(hosts).toContain('mlflow.fair.svc');
    expect(hosts).toContain('mlflow.fair.svc:*');
    expect(hosts).toContain('localhost:*');
    expect(hosts).not.toContain('*');
  });

  test('put every container below restricted', () => {
    const { podSecurityContext, securityContext, backendStore, serviceAccount } = mlflowValues(scope(), props);
    expect(podSecurityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(securityContext).toMatchObject({ runAsNonRoot: true, allowPrivilegeEscalation: false });
    expect(securityContext.capabilities).toEqual({ drop: ['ALL'] });
    // Its init container has no security context.
    expect(backendStore.databaseConnectionCheck).toBe(false);
    expect(serviceAccount.automount).toBe(false);
  });

  test('write numbers as the chart reads them', () => {
    const { backendStore, extraArgs } = mlflowValues(scope(), props);
    expect(backendStore.postgres.port).toBe(5432);
    expect(extraArgs.workers).toBe('2');
  });

  test('take every prop', () => {
    const values = mlflowValues(scope(), allProps);
    expect(values.replicaCount).toBe(3);
    expect(values.image).toEqual({ repository: 'example.org/tracking', tag: '9.9' });
    expect(values.initImages.mlflowDbMigration).toEqual(values.image);
    expect(values.artifactRoot.proxiedArtifactStorage).toBe(true);
    expect(values.extraArgs).toEqual({ workers: '4', host: '[::]' });
    expect(values.extraEnvVars).toMatchObject({
      MLFLOW_S3_ENDPOINT_URL: 'http://minio.fair.svc:9000',
      AWS_DEFAULT_REGION: 'eu-central-1',
    });
    expect(values.extraEnvVars.MLFLOW_SERVER_ALLOWED_HOSTS).toMatch(
      /,mlflow\.example\.org,mlflow\.example\.org:\*,\*\.example\.net,mlflow\.example\.com,/,
    );
    expect(values.resources).toEqual({
      requests: { cpu: '1500m', memory: '1Gi' },
      limits: { cpu: '2', memory: '2Gi' },
    });
    expect(values.nodeSelector).toEqual({ 'fair.dev/role': 'infra' });
    expect(values.tolerations).toEqual(infraPool.tolerations);
  });

  test('roll the pods when either Secret changes', () => {
    const annotation = (checksum: string) => {
      const s3 = new SecretRef('s3-credentials', checksum);
      const credentials = { accessKeyId: s3.key('id'), secretAccessKey: s3.key('secret') };
      return mlflowValues(scope(), { ...props, artifacts: { ...artifacts, credentials } }).podAnnotations;
    };
    expect(annotation('a')).not.toEqual(annotation('b'));
  });

  test('take images from the registry of the environment, with its pull Secrets', () => {
    const { image, initImages, imagePullSecrets } = mlflowValues(mirroredScope(), props);
    expect(image.repository).toBe('registry.example.org/mirror/burakince/mlflow');
    expect(initImages.mlflowDbMigration).toEqual(image);
    expect(imagePullSecrets).toEqual([{ name: 'mirror-login' }]);
  });

  test('hold nothing undefined, null or empty', () => {
    expect(leftovers(mlflowValues(scope(), props))).toEqual([]);
    expect(leftovers(mlflowValues(mirroredScope(), allProps))).toEqual([]);
  });

  test('fails where the halves of the access key are in two Secrets', () => {
    const credentials = {
      accessKeyId: new SecretRef('a').key('id'),
      secretAccessKey: new SecretRef('b').key('secret'),
    };
    expect(() => mlflowValues(scope(), { ...props, artifacts: { ...artifacts, credentials } })).toThrow(
      "fair: 'artifacts.credentials' must be two keys of one Secret, got 'a and b'",
    );
  });

  test('fails with a list in place of a host name', () => {
    expect(() => mlflowValues(scope(), { ...props, allowedHosts: ['a.example.org,*'] })).toThrow("'allowedHosts' must");
  });

  test('fails with numbers that cannot be', () => {
    expect(() => mlflowValues(scope(), { ...props, replicas: 1.5 })).toThrow("'replicas' must");
    expect(() => mlflowValues(scope(), { ...props, workers: 0 })).toThrow("'workers' must");
  });

  test('fails where memory asked for is more than the limit', () => {
    const resources = {
      requests: { cpu: Cpu.units(1), memory: Size.gibibytes(2) },
      limits: { memory: Size.gibibytes(1) },
    };
    expect(() => mlflowValues(scope(), { ...props, resources })).toThrow("'resources.requests.memory' must");
  });
});
