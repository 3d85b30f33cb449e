import { App, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { FairStack, type FairStackProps } from '../../../lib/charts/fair/stack';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { setImageSettings } from '../../../lib/kube/images';
import { setNodePools } from '../../../lib/kube/node-pools';
import { allowLocalCredentials, type CredentialSource, type SecretSpec } from '../../../lib/kube/secrets';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, find, type Manifest, namesOf, policiesOf, synth } from '../../support/synth';

const minimal: FairStackProps = { credentials: localCredentials() };

describe('the stack fair with minimal props', () => {
  const objects = render(minimal);

  it('is these objects, in this order', () => {
    expect(namesOf(objects)).toEqual([
      'Namespace fair',
      'LimitRange fair-defaults',
      'Secret postgres-credentials',
      'Secret stac-db',
      'Secret mlflow-db',
      'Secret zenml-db',
      'ConfigMap postgres-init',
      'Service postgres-headless',
      'StatefulSet postgres',
      'Service postgres',
      expect.stringMatching(/^Job postgres-databases-[0-9a-f]{8}$/),
      'Secret minio-credentials',
      'Secret s3-credentials',
      'Service minio-headless',
      'StatefulSet minio',
      'Service minio',
      'Service minio-console',
      expect.stringMatching(/^Job minio-buckets-[0-9a-f]{8}$/),
      'ServiceAccount zenml-pipelines',
      'Role zenml-pipelines',
      'RoleBinding zenml-pipelines',
    ]);
    expect(policiesOf(objects)).toEqual([
      'default-deny',
      'allow-dns',
      'postgres-databases',
      'postgres',
      'minio-buckets',
      'minio',
      'pipelines',
      'pipelines-orchestrator',
    ]);
  });

  it('admits what the STAC chart can meet, and warns of what is not restricted', () => {
    const { labels } = find(objects, 'Namespace').metadata;
    expect(labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'baseline',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
  });

  it('gives containers that say nothing a request, and no limit', () => {
    expect(find(objects, 'LimitRange').spec.limits).toEqual([
      { type: 'Container', defaultRequest: { cpu: '100m', memory: '128Mi' } },
    ]);
  });

  it.each([
    ['postgres-credentials', { username: 'postgres', password: 'postgres' }],
    ['minio-credentials', { accessKey: 'minioadmin', secretKey: 'minioadmin' }],
    ['s3-credentials', { AWS_ACCESS_KEY_ID: 'minioadmin', AWS_SECRET_ACCESS_KEY: 'minioadmin' }],
    [
      'stac-db',
      {
        username: 'fair_models',
        password: 'fair_models',
        host: 'postgres.fair.svc',
        port: '5432',
        database: 'fair_models',
      },
    ],
    ['mlflow-db', { username: 'mlflow', password: 'mlflow' }],
    ['zenml-db', { password: 'zenml' }],
  ])('has the Secret %s in the shape that its reader wants, with documented values', (name, data) => {
    expect(decoded(find(objects, 'Secret', name))).toEqual(data);
  });

  it('has a database and an owner for each chart, and lets the owner of STAC run pgstac', () => {
    const sql = find(objects, 'ConfigMap', 'postgres-init').data['init-databases.sql'];
    for (const owner of ['"zenml"', '"fair_models"', '"mlflow"', '"pgstac_admin"']) expect(sql).toContain(owner);
  });

  it('has a bucket for data, MLflow and ZenML', () => {
    const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith('minio-buckets'));
    expect(job?.spec.template.spec.containers[0].command.slice(-3)).toEqual(['fair-data', 'mlflow', 'zenml']);
  });

  it('lets pipelines do what a step needs, and no more', () => {
    expect(find(objects, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    ]);
    expect(find(objects, 'ServiceAccount').automountServiceAccountToken).toBe(true);
  });
});

describe('the stack fair with all props', () => {
  const pool = nodePool();
  const all: Required<FairStackProps> = {
    namespace: 'fair-test',
    nodePool: pool,
    credentials: localCredentials(),
    database: {
      type: 'StatefulSet',
      image: 'docker.io/imresamu/postgis:16-3.4',
      storage: Size.gibibytes(50),
      storageClassName: 'fast',
    },
    objectStore: { type: 'MinIO', storage: Size.gibibytes(100), clientImage: 'quay.io/minio/mc:other' },
    databaseNames: { stac: { name: 'models', owner: 'models' } },
    extraDatabases: [{ name: 'raw_data', owner: 'raw' }],
    extraBuckets: ['models'],
    mlflowUsers: true,
    zenmlKeys: true,
    routes: [{ host: 'stac.example.org', backend: { serviceName: 'stac-stac', port: 8080 } }],
    chartPods: [{ chart: 'mlflow', selector: { app: 'mlflow' }, service: { name: 'mlflow', port: 80, podPort: 5000 } }],
    network: 'declared',
    pipelineAccount: false,
  };

  it('has each of them', () => {
    const objects = render(all);
    expect(find(objects, 'StatefulSet', 'postgres').spec).toMatchObject({
      template: {
        spec: {
          nodeSelector: { 'example.org/role': 'general' },
          containers: [{ image: 'docker.io/imresamu/postgis:16-3.4' }],
        },
      },
      volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '50Gi' } } } }],
    });
    expect(find(objects, 'StatefulSet', 'minio').spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe(
      '100Gi',
    );
    expect(decoded(find(objects, 'Secret', 'raw-data-db'))).toEqual({
      username: 'raw',
      password: 'raw',
      host: 'postgres.fair-test.svc',
      port: '5432',
      database: 'raw_data',
    });
    const sql = find(objects, 'ConfigMap').data['init-databases.sql'];
    for (const name of ['"raw_data"', '"models"', '"mlflow_auth"']) expect(sql).toContain(name);
    expect(decoded(find(objects, 'Secret', 'mlflow-auth-db'))).toMatchObject({ username: 'mlflow_auth' });
    expect(Object.keys(find(objects, 'Secret', 'zenml-keys').data)).toEqual(['encryption-key', 'jwt-secret']);
    expect(Object.keys(find(objects, 'Secret', 'mlflow-admin').data)).toEqual(['password', 'username']);
    expect(find(objects, 'Ingress', 'stac-stac').spec.rules[0].host).toBe('stac.example.org');
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount')).toEqual([]);
    expectEachPropToMatter<FairStackProps>(render, all, {
      namespace: 'other',
      nodePool: nodePool({ labels: { a: 'b' } }),
      credentials: existingSecrets(),
      database: { type: 'StatefulSet' },
      objectStore: { type: 'MinIO' },
      databaseNames: {},
      extraDatabases: [],
      extraBuckets: [],
      mlflowUsers: false,
      zenmlKeys: false,
      routes: [],
      chartPods: [],
      network: 'any',
      pipelineAccount: true,
    });
  });
});

describe('the stack fair', () => {
  it('refers to Secrets by name only, outside a local environment', () => {
    const objects = synth(new FairStack(new App(), 'fair', { credentials: existingSecrets() }));
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain('minioadmin');
  });

  it('fails to write credentials outside a local environment', () => {
    expect(() => new FairStack(new App(), 'fair', minimal)).toThrow(
      "fair/postgres-credentials-secret: 'data' must not hold literal credentials outside a local environment (name an existing Secret instead), got 'postgres-credentials'",
    );
  });

  it('says of every Secret what each key means', () => {
    const specs = new Map<string, SecretSpec>();
    const credentials: CredentialSource = {
      provide: (scope, spec) => {
        specs.set(spec.name, spec);
        return existingSecrets().provide(scope, spec);
      },
    };
    new FairStack(new App(), 'fair', { credentials });
    expect([...specs.keys()].sort()).toEqual([
      'minio-credentials',
      'mlflow-db',
      'postgres-credentials',
      's3-credentials',
      'stac-db',
      'zenml-db',
    ]);
    for (const { keys } of specs.values()) for (const { meaning } of Object.values(keys)) expect(meaning).not.toBe('');
  });

  it('hands the charts their databases and buckets, as one host that is written once', () => {
    const { stac, mlflow, zenml } = new FairStack(new App(), 'fair', { credentials: existingSecrets() });
    for (const { connection } of [stac, mlflow, zenml]) {
      expect(connection).toMatchObject({ host: 'postgres.fair.svc', port: 5432 });
    }
    expect(stac.connection).toMatchObject({ database: 'fair_models', username: 'fair_models' });
    expect(mlflow.connection.password).toMatchObject({ secret: { name: 'mlflow-db' }, key: 'password' });
    expect(zenml.artifacts).toMatchObject({
      bucket: 'zenml',
      endpoint: 'http://minio.fair.svc:9000',
      credentials: {
        accessKeyId: { secret: { name: 's3-credentials' }, key: 'AWS_ACCESS_KEY_ID' },
        secretAccessKey: { secret: { name: 's3-credentials' }, key: 'AWS_SECRET_ACCESS_KEY' },
      },
    });
  });

  it('does not restart its server for a database that is added', () => {
    const after = render({ ...minimal, extraDatabases: [{ name: 'raw_data', owner: 'raw' }] });
    expect(find(after, 'StatefulSet', 'postgres')).toEqual(find(render(minimal), 'StatefulSet', 'postgres'));
  });

  it('pulls every image from the registry of the environment, with its Secrets', () => {
    const app = new App();
    setImageSettings(app, { registry: 'registry.example.org/mirror', pullSecrets: ['pull'] });
    const objects = synth(new FairStack(app, 'fair', { credentials: existingSecrets() }));
    const pods = objects.flatMap(({ spec }) => spec?.template?.spec ?? []);
    expect(pods).toHaveLength(4);
    for (const { containers, imagePullSecrets } of pods) {
      expect(imagePullSecrets).toEqual([{ name: 'pull' }]);
      expect(containers[0].image).toMatch(/^registry\.example\.org\/mirror\//);
    }
    for (const account of objects.filter(({ kind }) => kind === 'ServiceAccount')) {
      expect(account.imagePullSecrets).toEqual([{ name: 'pull' }]);
    }
  });

  it('fails for a node pool that the environment does not have', () => {
    const app = new App();
    setNodePools(app, [nodePool()]);
    expect(
      () => new FairStack(app, 'fair', { credentials: existingSecrets(), nodePool: nodePool({ name: 'gpu' }) }),
    ).toThrow(
      "fair/postgres/server: 'nodePool' must be one of 'general' (the node pools of this environment), got 'gpu'",
    );
  });

  it.each<[string, Partial<FairStackProps>, string]>([
    [
      'a database that it has already',
      { extraDatabases: [{ name: 'mlflow', owner: 'other' }] },
      "fair: 'extraDatabases' must have a Secret of their own ('mlflow-db' is taken), got 'mlflow'",
    ],
    [
      'two databases with one Secret',
      {
        extraDatabases: [
          { name: 'raw_data', owner: 'a' },
          { name: 'raw-data', owner: 'b' },
        ],
      },
      "fair: 'extraDatabases' must have a Secret of their own ('raw-data-db' is taken), got 'raw-data'",
    ],
    [
      'a database with the Secret of another client',
      { extraDatabases: [{ name: 'stac', owner: 'other' }] },
      "fair: 'extraDatabases' must have a Secret of their own ('stac-db' is taken), got 'stac'",
    ],
    [
      'an owner that it has already',
      { extraDatabases: [{ name: 'other', owner: 'mlflow' }] },
      "fair/postgres: 'databases[3].owner' must own one database only, got 'mlflow'",
    ],
    [
      'a bucket that it has already',
      { extraBuckets: ['zenml'] },
      "fair/minio: 'buckets' must have no bucket twice, got 'zenml'",
    ],
  ])('fails for %s', (_, props, message) => {
    expect(() => new FairStack(new App(), 'fair', { credentials: existingSecrets(), ...props })).toThrow(message);
  });
});

function decoded({ data }: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data as Record<string, string>).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]),
  );
}

function render(props: FairStackProps) {
  const app = new App();
  allowLocalCredentials(app);
  return synth(new FairStack(app, 'fair', props));
}
