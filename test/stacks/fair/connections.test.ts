import { App } from 'cdk8s';
import { expect, test } from 'vitest';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { connectionBudgets } from '../../../lib/kube/network/connection-budget';
import { type FairCharts, FairStack, type FairStackProps } from '../../../lib/stacks/fair/stack';

const catalogue = { title: 'Models', description: 'All of them' };

function stack(charts: FairCharts, props: Partial<FairStackProps> = {}) {
  return new FairStack(new App(), 'fair', { credentials: existingSecrets(), charts, ...props });
}

test('each chart counts the pools of all processes of all its pods, with those that write and those of its users', () => {
  const { node } = stack(
    {
      stac: {
        ...catalogue,
        workers: 3,
        connections: { min: 1, max: 2 },
        transactions: true,
        autoscaling: { minReplicas: 1, maxReplicas: 2, averageUtilization: 80 },
      },
      mlflow: { replicas: 2, workers: 1, connections: { pool: 2, overflow: 1 } },
      zenml: { replicas: 2, connections: { pool: 3, overflow: 4 } },
    },
    { mlflowUsers: true },
  );
  // MLflow: two pools for runs and one for users.
  const clients = { stac: 2 * 3 * 2 * 2, mlflow: 2 * 1 * 3 * (2 + 1), zenml: 2 * (3 + 4) };
  expect(connectionBudgets(node.root)).toEqual([{ host: 'postgres.fair.svc', clients, total: 56, room: 97 }]);
});

test('fails for pools of 224 connections at a server with 97, unless it is given more', () => {
  const charts: FairCharts = {
    stac: { ...catalogue, workers: 4, connections: { min: 1, max: 13 }, transactions: true },
    zenml: { connections: { pool: 60, overflow: 60 } },
  };
  expect(stack(charts).postgres?.node.validate()).toEqual([
    "'maxConnections' must be at least 227 for 224 connections (stac 104, zenml 120), got 100",
  ]);
  const larger = stack(charts, { database: { type: 'StatefulSet', maxConnections: 227 } });
  expect(larger.postgres?.node.validate()).toEqual([]);
});

test('fits with the defaults, all charts on and users in MLflow', () => {
  const charts: FairCharts = { stac: { ...catalogue, transactions: true }, mlflow: {}, zenml: {} };
  const { postgres, node } = stack(charts, { mlflowUsers: true });
  expect(postgres?.node.validate()).toEqual([]);
  expect(connectionBudgets(node.root)[0]?.total).toBe(94);
});
