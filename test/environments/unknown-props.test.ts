import { describe, expect, it } from 'vitest';
import { dev } from '../../environments';
import { NodePool } from '../../lib';
import type { PlatformConfig } from '../../lib/platform';
import { fair } from '../../lib/stacks/fair/fair';
import { flts } from '../../lib/stacks/flts';
import { inference } from '../../lib/stacks/inference';
import { modelPlatform } from '../../lib/stacks/model-platform';
import { synthesize } from '../support/environments';

/** What JavaScript, and objects that are spread, get past the compiler. */
const loose = <T>(value: object): T => value as T;

const { fair: fairEntry, flts: fltsEntry, inference: inferenceEntry, 'model-platform': models } = dev.stacks;
const stacks = {
  fair: (change: object) => fair(loose({ ...fairEntry.config, ...change })),
  inference: (change: object) => inference(loose({ ...inferenceEntry.config, ...change })),
  flts: (change: object) => flts(loose({ ...fltsEntry.config, ...change })),
  'model-platform': (change: object) => modelPlatform(loose({ ...models.config, ...change })),
};

const withStack = (name: keyof typeof stacks, change: object) => () =>
  synthesize({ ...dev, stacks: { ...dev.stacks, [name]: stacks[name](change) } });

describe('a property that no stack of an environment has', () => {
  it.each<[keyof typeof stacks, string, object, string]>([
    ['fair', 'extraDatabase', { extraDatabase: [] }, "fair(): 'extraDatabase' must be a known property (namespace, "],
    [
      'fair',
      'charts.mlflo',
      { charts: { mlflo: {} } },
      "fair: 'charts.mlflo' must be a known property (stac, mlflow, zenml), got {}",
    ],
    [
      'fair',
      'charts.mlflow.replica',
      { charts: { mlflow: { replica: 2 } } },
      "fair: 'charts.mlflow.replica' must be a known",
    ],
    [
      'fair',
      'charts.zenml.debugs',
      { charts: { zenml: { debugs: true } } },
      "fair: 'charts.zenml.debugs' must be a known",
    ],
    ['fair', 'charts.stac.worker', { charts: { stac: { worker: 2 } } }, "fair: 'charts.stac.worker' must be a known"],
    [
      'fair',
      'database.storag',
      { database: { type: 'StatefulSet', storag: 1 } },
      "fair/postgres: 'storag' must be a known",
    ],
    [
      'fair',
      'objectStore.storag',
      { objectStore: { type: 'MinIO', storag: 1 } },
      "fair/minio: 'storag' must be a known",
    ],
    ['fair', 'databaseNames.stacs', { databaseNames: { stacs: {} } }, "fair: 'databaseNames.stacs' must be a known"],
    [
      'fair',
      'extraDatabases[0].ownr',
      { extraDatabases: [{ name: 'a', owner: 'a', ownr: 'b' }] },
      "'databases[3].ownr' must be",
    ],
    [
      'fair',
      'pipelines.pool',
      { pipelines: { ...fairEntry.config.pipelines, pool: [] } },
      "fair: 'pipelines.pool' must be",
    ],
    [
      'fair',
      'localPorts.minIO',
      { localPorts: { minIO: 1 } },
      "fair: 'localPorts.minIO' must be a known property (zenml, ",
    ],
    [
      'inference',
      'replicaz',
      { replicaz: 3 },
      "inference(): 'replicaz' must be a known property (name, deploymentName, ",
    ],
    [
      'inference',
      'replicas.max',
      { replicas: { minReplicas: 1, maxReplicas: 2, max: 3 } },
      "'replicas.max' must be a known",
    ],
    ['inference', 'health.redy', { health: { redy: '/' } }, "'health.redy' must be a known property (path, "],
    ['inference', 'quota.pod', { quota: { pod: 3 } }, "inference/quota: 'pod' must be a known"],
    [
      'flts',
      'exposure.minio',
      { exposure: { minio: {} } },
      "flts: 'exposure.minio' must be a known property (mlflow, ",
    ],
    [
      'flts',
      'exposure hostport',
      { exposure: { grafana: { nodePort: 30300, hostport: 1 } } },
      "flts: 'exposure.hostport' must",
    ],
    [
      'flts',
      'images.tags',
      { images: { tag: '1', tags: '2' } },
      "flts: 'images.tags' must be a known property (repository, ",
    ],
    [
      'flts',
      'profile.kafa',
      { profile: { ...fltsEntry.config.profile, kafa: {} } },
      "flts: 'profile.kafa' must be a known",
    ],
    [
      'flts',
      'observability',
      { observability: { type: 'operator', label: {} } },
      "flts: 'observability.label' must be",
    ],
    [
      'model-platform',
      'serving',
      { serving: { operators: {} } },
      "model-platform: 'serving.operators' must be a known",
    ],
    [
      'model-platform',
      'serving.operator',
      { serving: { operator: { env: {} } } },
      "model-platform: 'serving.operator.env' must be a known",
    ],
    ['model-platform', 'server.ports', { server: { ports: 1 } }, "model-platform: 'server.ports' must be a known"],
    ['model-platform', 'postgres', { postgres: { storag: 1 } }, "model-platform/postgres: 'storag' must be a known"],
  ])('fails in %s: %s', (name, _, change, message) => {
    expect(withStack(name, change)).toThrow(message);
  });

  it.each([false, true, 'on'])('fails with %j for a chart, which is on where its options are given', (mlflow) => {
    expect(withStack('fair', { charts: { mlflow } })).toThrow(
      `fair: 'charts.mlflow' must be an object or be left out, got `,
    );
  });

  it.each<[string, object, string]>([
    ['nodePool', { nodePool: [] }, "app: 'nodePool' must be a known property (name, local, "],
    ['kind.worker', { kind: { ...dev.kind, worker: [] } }, "app: 'kind.worker' must be a known property"],
    ['metricsServer', { metricsServer: true }, "app: 'metricsServer' must be an object or be left out, got true"],
    ['operators', { operators: { certmanager: {} } }, "app: 'operators.certmanager' must be a known property"],
    [
      'images',
      { images: { pullSecret: 'a' } },
      "app: 'images.pullSecret' must be a known property (registry, pullSecrets, digests)",
    ],
  ])('fails in the environment itself: %s', (_, change, message) => {
    expect(() => synthesize(loose<PlatformConfig>({ ...dev, ...change }))).toThrow(message);
  });

  it.each<[string, object, string]>([
    ['label', { label: {} }, "node pool 'a': 'label' must be a known property"],
    [
      'gpus',
      { gpus: { count: 1, runtimeClass: 'nvidia' } },
      "node pool 'a': 'gpus.runtimeClass' must be a known property",
    ],
    [
      'taints',
      { taints: [{ key: 'a', effects: 'NoSchedule' }] },
      "node pool 'a': 'taints.effects' must be a known property",
    ],
  ])('fails in a node pool: %s', (_, change, message) => {
    const { capacity } = dev.kind.controlPlane;
    expect(() => new NodePool(loose({ name: 'a', labels: {}, capacity, ...change }))).toThrow(message);
  });

  it('is none where a property is undefined', () => {
    expect(withStack('fair', { extraDatabase: undefined, charts: { mlflow: undefined } })).not.toThrow();
  });
});
