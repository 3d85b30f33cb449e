import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { BucketConnection, DatabaseConnection } from '../../../lib/kube/network/connections';
import { type ImageSettings, setImageSettings } from '../../../lib/kube/pods/images';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import { addOnReleases } from '../../../lib/platform/cluster/operators';
import type { Release } from '../../../lib/platform/releases/release';
import type { WaitTarget } from '../../../lib/platform/releases/wait-target';
import type { EoapiChart } from '../../../lib/stacks/fair/charts/eoapi-versions';
import { mlflowValues } from '../../../lib/stacks/fair/charts/mlflow';
import { stacValues } from '../../../lib/stacks/fair/charts/stac';
import { zenmlValues } from '../../../lib/stacks/fair/charts/zenml';
import { charts } from '../../../lib/versions';
import { nodePool } from '../../support/samples';

export const NAMESPACE = 'fair';

/** What the values are made for: no settings, or a registry and a pull Secret. */
export function scope(): Chart {
  return new Chart(new App(), 'fair', { namespace: NAMESPACE });
}

export function mirroredScope(digests?: ImageSettings['digests']): Chart {
  const chart = scope();
  setImageSettings(chart, { registry: 'registry.example.org/mirror', pullSecrets: ['mirror-login'], digests });
  return chart;
}

export function database(name: string, secret: string): DatabaseConnection {
  return {
    host: 'postgres.fair.svc',
    port: 5432,
    database: name,
    username: name,
    password: new SecretRef(secret, `checksum of ${secret}`).key('password'),
  };
}

const s3 = new SecretRef('s3-credentials', 'checksum of s3-credentials');

export const artifacts: BucketConnection = {
  bucket: 'mlflow',
  endpoint: 'http://minio.fair.svc:9000',
  credentials: { accessKeyId: s3.key('AWS_ACCESS_KEY_ID'), secretAccessKey: s3.key('AWS_SECRET_ACCESS_KEY') },
};

export const infraPool = nodePool({
  name: 'infra',
  labels: { 'fair.dev/role': 'infra' },
  taints: [{ key: 'example.org/infra', value: 'true', effect: 'NoSchedule' }],
});

/** As in kind: the label that the chart of the device plug-in asks for is one of its labels, not of its selector. */
export const gpuPool = nodePool({
  name: 'train',
  labels: { 'fair.dev/role': 'train', 'fair.dev/training': 'true', 'nvidia.com/gpu.present': 'true' },
  selector: { 'fair.dev/role': 'train' },
  taints: [
    { key: 'fair.dev/training', value: 'true', effect: 'NoSchedule' },
    { key: 'nvidia.com/gpu', effect: 'NoSchedule' },
  ],
  gpus: { count: 1, runtimeClassName: 'nvidia' },
});

/** What a database client waits for. */
const waitFor: readonly WaitTarget[] = [
  {
    name: 'the database server is ready',
    namespace: NAMESPACE,
    resource: 'statefulset/postgres',
    until: 'jsonpath={.status.readyReplicas}=1',
  },
  {
    name: 'the databases exist',
    namespace: NAMESPACE,
    resource: 'job/postgres-databases-0a1b2c3d',
    until: 'condition=complete',
  },
];

/** The releases of a kind cluster. */
export function releases(chart: Construct = scope(), eoapi: EoapiChart = charts.eoapi): Release[] {
  const nodePool = infraPool;
  const stac = stacValues(chart, {
    database: database('fair_models', 'stac-db'),
    title: 'fAIr: models',
    description: 'Models of "fAIr" {{ and more }}',
    transactions: true,
    chart: eoapi,
    nodePool,
    serviceAccountName: 'stac-eoapi',
  });
  const mlflow = mlflowValues(chart, {
    namespace: NAMESPACE,
    database: database('mlflow', 'mlflow-db'),
    artifacts,
    nodePool,
  });
  const zenml = zenmlValues(chart, { database: database('zenml', 'zenml-db'), autoActivate: true, nodePool });
  return [
    { name: 'stac', namespace: NAMESPACE, chart: eoapi, values: stac, waitFor },
    { name: 'mlflow', namespace: NAMESPACE, chart: charts.mlflow, values: mlflow, waitFor },
    { name: 'zenml', namespace: NAMESPACE, chart: charts.zenml, values: zenml, waitFor },
    ...addOnReleases(chart, {
      metricsServer: { kubeletInsecureTls: true },
      nodePools: [gpuPool],
      devicePluginNamespace: 'nvidia',
    }),
  ];
}

/** The paths of all values below a value that a values file should not hold: undefined, null, empty lists and objects. */
export function leftovers(value: unknown, path = '$'): string[] {
  if (value === undefined || value === null) return [path];
  if (typeof value !== 'object') return [];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, entry]) => leftovers(entry, `${path}.${key}`));
}
