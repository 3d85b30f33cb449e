import { Size } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PostgresCluster } from '../../../lib/components/data/cnpg/cluster';
import { Postgres } from '../../../lib/components/data/postgres';
import { MlflowServer } from '../../../lib/components/registry/mlflow';
import { connectionBudgets, connectionLines } from '../../../lib/kube/network/connection-budget';
import { notes } from '../../../lib/kube/objects/notes';
import { database } from '../../../lib/kube/pods/uses';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { Deployment } from '../../../lib/workloads/deployment';
import { HorizontalPodAutoscaler } from '../../../lib/workloads/horizontal-pod-autoscaler';
import { container, resources } from '../../support/samples';
import { testChart } from '../../support/synth';

const password = new SecretRef('labels-db').key('password');
const databases = [{ name: 'labels', owner: 'labels', password }] as const;

function server(maxConnections?: number) {
  const chart = testChart({ namespace: 'data' });
  const superuser = { username: 'postgres', password: new SecretRef('root').key('password') };
  return { chart, postgres: new Postgres(chart, 'postgres', { superuser, databases, maxConnections }) };
}

function client(
  { chart, postgres }: ReturnType<typeof server>,
  name: string,
  connections: number | undefined,
  replicas: number | { readonly minReplicas: number; readonly maxReplicas: number } = 1,
) {
  const deployment = new Deployment(chart, name, {
    identity: { name, instance: name, component: 'api' },
    replicas,
    pod: {
      securityContext: { user: 1000 },
      uses: [database(postgres.connection('labels'), { connections })],
      containers: [container],
    },
  });
  if (typeof replicas === 'number') return;
  const metrics = [{ type: 'cpu', averageUtilization: 60 }] as const;
  new HorizontalPodAutoscaler(chart, `${name}-hpa`, { name, target: deployment, metrics });
}

const errors = ({ postgres }: ReturnType<typeof server>) => postgres.node.validate();

describe('the connections of a database server', () => {
  it('are those of all pods that there may be: replicas, or what the autoscaler may ask for', () => {
    const one = server();
    client(one, 'api', 5, 3);
    client(one, 'worker', 4, { minReplicas: 1, maxReplicas: 10 });
    client(one, 'script', undefined);
    expect(connectionBudgets(one.chart)).toEqual([
      { host: 'postgres.data.svc', clients: { api: 15, worker: 40 }, total: 55, room: 97 },
    ]);
    expect(errors(one)).toEqual([]);
    expect(connectionLines(one.chart)).toEqual(['postgres.data.svc: 55 connections (api 15, worker 40) of 97']);
  });

  it('fails where clients may open more than the server has beside those of its superuser', () => {
    const one = server();
    client(one, 'stac', 104);
    client(one, 'zenml', 120);
    expect(errors(one)).toEqual([
      "'maxConnections' must be at least 227 for 224 connections (stac 104, zenml 120), got 100",
    ]);
    const larger = server(227);
    client(larger, 'stac', 104);
    client(larger, 'zenml', 120);
    expect(errors(larger)).toEqual([]);
  });

  it('fails if and only if the sum is larger than what is left for clients', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }), (pools) => {
        const one = server();
        for (const [index, connections] of pools.entries()) client(one, `client-${index}`, connections);
        expect(errors(one).length > 0).toBe(pools.reduce((sum, each) => sum + each) > 97);
      }),
      { numRuns: 20 },
    );
  });

  it('fails for a cluster of CloudNativePG by its parameters', () => {
    const chart = testChart({ namespace: 'data' });
    const of = (name: string, parameters?: Record<string, string>) =>
      new PostgresCluster(chart, name, { name, databases, storage: Size.gibibytes(1), parameters });
    const [small, large] = [of('small'), of('large', { max_connections: '200', superuser_reserved_connections: '10' })];
    for (const cluster of [small, large]) {
      client({ chart, postgres: cluster as unknown as Postgres }, `of-${cluster.name}`, 98);
    }
    expect(small.node.validate()).toEqual([
      "'parameters.max_connections' must be at least 101 for 98 connections (of-small 98), got 100",
    ]);
    expect(large.node.validate()).toEqual([]);
  });

  it('are a note where the server is external', () => {
    const chart = testChart();
    const connection = { host: 'db.example.org', port: 5432, database: 'mlflow', username: 'mlflow', password };
    new MlflowServer(chart, 'mlflow', { image: 'a:1', database: connection, artifacts: { bucket: 'a' }, resources });
    // Two processes with two pools of seven.
    expect(notes(chart)).toEqual(['app: db.example.org needs 28 connections (mlflow 28)']);
    expect(connectionLines(chart)).toEqual(['db.example.org: 28 connections (mlflow 28) of an external server']);
  });

  it('fails for a number of connections that cannot be', () => {
    expect(() => client(server(), 'api', 0)).toThrow("database(): 'connections' must be a whole number from 1, got 0");
    expect(() => server(3)).toThrow("demo/postgres: 'maxConnections' must be a whole number from 4, got 3");
  });
});
