import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ingress } from '../../../lib/components/edge/ingress';
import { MIGRATION_SCRIPT, MlflowServer, type MlflowServerProps } from '../../../lib/components/registry/mlflow';
import { nodePort } from '../../../lib/kube/network/exposure';
import { edges } from '../../../lib/kube/network/network';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { envOf, store } from '../../stacks/flts/programs/samples';
import { nodePool, resources, uses } from '../../support/samples';
import { schemaError } from '../../support/schema';
import { itIsPosix } from '../../support/shell';
import { expectEachPropToMatter, find, synth, testChart } from '../../support/synth';

const database = {
  host: 'postgres.data.svc',
  port: 5432,
  database: 'mlflow',
  username: 'ml flow',
  password: new SecretRef('mlflow-db').key('password'),
};
const all: Required<MlflowServerProps> = {
  name: 'mlflow',
  image: 'flts/mlflow:1.0.0',
  imagePullPolicy: 'Never',
  user: 1001,
  database,
  artifacts: { ...store, bucket: 'mlflow', region: 'eu-west-1' },
  workers: 1,
  connections: { pool: 2, overflow: 3 },
  allowedHosts: ['mlflow.example.org'],
  resources,
  exposure: nodePort(30500),
  nodePool: nodePool(),
  uses,
};

function render(props: MlflowServerProps) {
  const chart = testChart();
  new MlflowServer(chart, 'mlflow', props);
  return synth(chart);
}

describe('the MLflow server', () => {
  const objects = render(all);
  const { spec } = find(objects, 'Deployment');
  const [server] = spec.template.spec.containers;

  it('writes what the schemas of Kubernetes allow', () => {
    const routed = render({ ...all, exposure: ingress({ host: 'mlflow.example.org' }) });
    expect([...objects, ...routed].flatMap((object) => schemaError(object) ?? [])).toEqual([]);
    expect(find(routed, 'Ingress').spec.rules[0].http.paths[0].backend.service.port.number).toBe(5000);
    const chart = testChart();
    new MlflowServer(chart, 'mlflow', { ...all, exposure: ingress({ host: 'mlflow.example.org' }) });
    expect(edges(chart).filter(({ from }) => from.type === 'anywhere')).toMatchObject([{ ports: ['http'] }]);
  });

  it('has no password in its URI, nor anywhere but in a Secret', () => {
    expect(envOf(server)).toMatchObject({
      MLFLOW_BACKEND_STORE_URI: 'postgresql+psycopg2://ml%20flow@postgres.data.svc:5432/mlflow',
      MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: '2',
      MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: '3',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      PGPASSWORD: 'mlflow-db/password',
      AWS_ACCESS_KEY_ID: 'minio-credentials/accessKey',
      MLFLOW_S3_ENDPOINT_URL: 'http://minio.data.svc:9000',
    });
  });

  it('waits for its database and its store, and migrates before it serves', () => {
    const [, , migration] = spec.template.spec.initContainers;
    expect(spec.template.spec.initContainers.map(({ name }: { name: string }) => name)).toEqual([
      'wait-for-database',
      'wait-for-store',
      'migrate',
    ]);
    expect(migration).toMatchObject({ image: server.image, env: server.env });
    expect(spec.strategy.type).toBe('Recreate');
  });

  it('answers to the names that it is reached by', () => {
    expect(envOf(server).MLFLOW_SERVER_ALLOWED_HOSTS).toBe(
      'localhost,localhost:*,127.0.0.1,127.0.0.1:*,mlflow,mlflow:*,mlflow.demo,mlflow.demo:*,mlflow.demo.svc,mlflow.demo.svc:*,mlflow.example.org,mlflow.example.org:*',
    );
  });

  it('answers to the name of its route', () => {
    const hosts = (exposure: MlflowServerProps['exposure']) => {
      const { containers } = find(render({ ...all, allowedHosts: [], exposure }), 'Deployment').spec.template.spec;
      return String(envOf(containers[0]).MLFLOW_SERVER_ALLOWED_HOSTS).split(',').slice(10);
    };
    expect(hosts(ingress({ host: 'ml.example.org', tlsSecretName: 'tls' }))).toEqual([
      'ml.example.org',
      'ml.example.org:*',
    ]);
    expect(hosts({ type: 'HTTPRoute', route: (scope) => scope as Construct })).toEqual([]);
    expect(hosts(nodePort(30500))).toEqual([]);
  });

  it('takes changes from pages of the addresses that it is reached by, which it would refuse as those of others', () => {
    const origins = (props: Partial<MlflowServerProps>) => {
      const { containers } = find(render({ ...all, ...props }), 'Deployment').spec.template.spec;
      return envOf(containers[0]).MLFLOW_SERVER_CORS_ALLOWED_ORIGINS;
    };
    const exposure = ingress({ host: 'ml.example.org', tlsSecretName: 'tls' });
    expect(origins({ allowedHosts: [], exposure })).toBe('https://ml.example.org');
    expect(origins({ allowedHosts: [], exposure: ingress({ host: 'ml.example.org' }) })).toBe('http://ml.example.org');
    // By which protocol is not known.
    expect(origins({ allowedHosts: ['*.example.org'], exposure: nodePort(30500) })).toBe(
      'https://*.example.org,http://*.example.org',
    );
    expect(origins({ allowedHosts: [], exposure: nodePort(30500) })).toBeUndefined();
  });

  it('has each of its props', () => {
    expectEachPropToMatter<MlflowServerProps>(render, all, {
      name: 'other',
      image: 'flts/mlflow:1.0.1',
      imagePullPolicy: 'Always',
      user: 1000,
      database: { ...database, database: 'other' },
      artifacts: { bucket: 'other' },
      workers: 2,
      connections: { pool: 3, overflow: 3 },
      allowedHosts: [],
      resources: { ...resources, limits: resources.requests },
      exposure: nodePort(30501),
      nodePool: nodePool({ labels: { a: 'b' } }),
      uses: [],
    });
  });

  it('fails for what cannot be', () => {
    expect(() => render({ ...all, connections: { pool: 5, overflow: 0 } })).toThrow(
      "demo/mlflow: 'connections.overflow' must be a whole number from 1, got 0",
    );
    expect(() => render({ ...all, workers: 0 })).toThrow("demo/mlflow: 'workers' must be a whole number from 1, got 0");
    expect(() => render({ ...all, allowedHosts: ['a,b'] })).toThrow("'allowedHosts' must be host names without ','");
  });
});

describe('the migration of MLflow', () => {
  itIsPosix(MIGRATION_SCRIPT);
});
