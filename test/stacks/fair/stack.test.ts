import { App, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { existingSecrets, localCredentials } from '../../../lib/components/secrets/sources';
import { setNodePools } from '../../../lib/kube/nodes/node-pools';
import { setImageSettings } from '../../../lib/kube/pods/images';
import { FairStack, type FairStackProps } from '../../../lib/stacks/fair/stack';
import { nodePool } from '../../support/samples';
import { expectEachPropToMatter, find, namesOf, policiesOf, synth } from '../../support/synth';
import { decoded, minimal, render } from './samples';

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
    objectStore: { type: 'MinIO', storage: Size.gibibytes(100), clientImage: 'curlimages/curl:other' },
    databaseNames: { stac: { name: 'models', owner: 'models' } },
    extraDatabases: [{ name: 'raw_data', owner: 'raw' }],
    extraBuckets: ['models'],
    mlflowUsers: true,
    zenmlKeys: true,
    charts: {
      stac: {
        title: 'Models',
        description: 'All of them',
        ingress: { host: 'stac.example.org', ingressClassName: 'nginx', tlsSecretName: 'stac-tls' },
      },
    },
    network: 'declared',
    clients: [{ name: 'neighbour', selector: { app: 'neighbour' } }],
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
      charts: {},
      clients: [],
      network: 'any',
      pipelineAccount: true,
    });
  });
});

describe('the stack fair', () => {
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
});
