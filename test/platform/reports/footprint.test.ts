import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import { Cpu, k8s } from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { dev } from '../../../environments';
import { PostgresCluster } from '../../../lib/components/data/cnpg/cluster';
import { existingSecrets } from '../../../lib/components/secrets/sources';
import { InferenceService } from '../../../lib/components/serving/inference-service';
import { Volume } from '../../../lib/kube/pods/volumes';
import { quantityMillis } from '../../../lib/kube/resources/pod-resources';
import { SecretRef } from '../../../lib/kube/secrets/secrets';
import {
  type Footprint,
  footprintShortages,
  footprints,
  footprintTable,
  together,
} from '../../../lib/platform/reports/footprint';
import { FLTS_PRODUCTION, FLTS_SMALL } from '../../../lib/stacks/flts/profiles';
import { FltsStack } from '../../../lib/stacks/flts/stack';
import { Deployment } from '../../../lib/workloads/deployment';
import { Job } from '../../../lib/workloads/job';
import { StatefulSet } from '../../../lib/workloads/stateful-set';
import { environments, synthesize } from '../../support/environments';
import { container, identity, nodePool, pod, resources } from '../../support/samples';
import { testChart } from '../../support/synth';

const gibibytes = (amount: number) => BigInt(amount * 1024) * 1024n * 1024n * 1000n;

describe('the footprint of a stack', () => {
  it('is the sum of what its pods ask for, at the fewest replicas and at the most', () => {
    const pool = nodePool({ gpus: { count: 2 }, nodes: { min: 4 } });
    const chart = testChart({ nodePools: [pool] });
    new Deployment(chart, 'fixed', { identity, pod, replicas: 3 });
    new Job(chart, 'job', { identity: { ...identity, instance: 'job' }, pod: { ...pod, nodePool: pool } });
    const mounts = [{ volume: Volume.claimTemplate('data'), path: '/data' }];
    new StatefulSet(chart, 'set', {
      identity: { ...identity, instance: 'set' },
      serviceName: 'set',
      replicas: 2,
      claims: [{ name: 'data', size: Size.gibibytes(5) }],
      pod: { ...pod, containers: [{ ...container, mounts }] },
    });
    new InferenceService(chart, 'service', {
      name: 'service',
      image: 'example.org/server:1',
      user: { user: 1000 },
      resources,
      nodePool: pool,
      gpu: { count: 2 },
      replicas: { minReplicas: 1, maxReplicas: 3 },
    });
    const [any, pooled] = footprints(chart.node.root);
    expect(any).toMatchObject({ stack: 'demo', min: { pods: 5000n, claims: gibibytes(10), 'requests.cpu': 500n } });
    expect(any?.max).toEqual(any?.min);
    expect(pooled).toMatchObject({
      pool,
      min: { pods: 2000n, gpus: 2000n, 'requests.cpu': 200n, 'limits.memory': gibibytes(0.25) },
      max: { pods: 4000n, gpus: 6000n, 'requests.cpu': 400n },
    });
  });

  it('has the instances of CloudNativePG clusters, with both of their volumes', () => {
    const pool = nodePool();
    const chart = testChart({ nodePools: [pool] });
    new PostgresCluster(chart, 'db', {
      name: 'db',
      databases: [{ name: 'app', owner: 'app', password: new SecretRef('db').key('password') }],
      instances: 3,
      storage: Size.gibibytes(50),
      walStorage: Size.gibibytes(20),
      nodePool: pool,
      resources: {
        requests: { cpu: Cpu.millis(500), memory: Size.gibibytes(1) },
        limits: { memory: Size.gibibytes(1) },
      },
    });
    const asked = { pods: 3000n, claims: gibibytes(210), 'requests.cpu': 1500n, 'requests.memory': gibibytes(3) };
    expect(footprints(chart.node.root)).toMatchObject([{ stack: 'demo', pool, min: asked, max: asked }]);
  });

  it('has workloads that no construct of this library wrote, as they are after patches', () => {
    const chart = testChart();
    const spec = { containers: [{ name: 'main', resources: { requests: { cpu: '250m' } } }] };
    const written = (kind: string, name: string, fields: object) =>
      new ApiObject(chart, name, { apiVersion: 'apps/v1', kind, metadata: { name }, spec: fields });
    const deployment = written('Deployment', 'a', { replicas: 2, template: { spec } });
    deployment.addJsonPatch(JsonPatch.replace('/spec/replicas', 4));
    written('CronJob', 'b', { jobTemplate: { spec: { template: { spec } } } });
    written('Job', 'c', { parallelism: 3, template: { spec } });
    written('Pod', 'd', spec);
    written('Widget', 'e', { replicas: 9, template: { spec } });
    expect(footprints(chart.node.root)).toMatchObject([{ min: { pods: 9000n, 'requests.cpu': 2250n } }]);
  });

  it('is printed with the helm releases that are not counted beside the verdict', () => {
    const pool = nodePool();
    const chart = testChart({ nodePools: [pool] });
    new Deployment(chart, 'fixed', { identity, pod: { ...pod, nodePool: pool } });
    const all = footprints(chart.node.root);
    expect(footprintTable(all)).toMatch(/\| yes {2}\|\n$/);
    expect(footprintTable(all, ['mlflow', 'zenml'])).toMatch(
      /\| yes, without releases \|\n\nNot counted: the pods of the helm releases `mlflow`, `zenml`\.\n$/,
    );
  });

  it('is printed with what its pool has too little of', () => {
    const pool = nodePool({ capacity: { cpu: Cpu.units(1), memory: Size.gibibytes(1) } });
    const chart = testChart({ nodePools: [pool] });
    new Deployment(chart, 'fixed', { identity, pod: { ...pod, nodePool: pool } });
    expect(footprintTable(footprints(chart.node.root)).split('\n')).toEqual([
      '| stack | pool    | replicas | requests.cpu | requests.memory | limits.cpu | limits.memory | pods | gpus | claims | fits                     |',
      '| ----- | ------- | -------- | ------------ | --------------- | ---------- | ------------- | ---- | ---- | ------ | ------------------------ |',
      '| demo  | general | min      | 0.1          | 0.06Gi          | 0          | 0.13Gi        | 1    | 0    | 0.00Gi | requests.cpu 0.1 of 0.05 |',
      '| demo  | general | max      | 0.1          | 0.06Gi          | 0          | 0.13Gi        | 1    | 0    | 0.00Gi | requests.cpu 0.1 of 0.05 |',
      '',
    ]);
  });
});

/** What there is too little of for each stack by itself, at the fewest replicas or at the most. */
function short(all: readonly Footprint[], bound: 'min' | 'max'): string[] {
  return all.flatMap(({ stack, pool, [bound]: asked }) =>
    pool === undefined
      ? []
      : footprintShortages(asked, pool, pool.nodes.max).map((text) => `${stack} on ${pool.name}: ${text}`),
  );
}

describe.each(environments.map((config) => [config.name, config] as const))('the nodes of %s', (_, config) => {
  const all = footprints(synthesize(config, 'all').app);

  it.each(['min', 'max'] as const)(
    'have room for all stacks beside the pods of the system, at %s replicas',
    (bound) => {
      expect(all.filter(({ pool }) => pool === undefined)).toEqual([]);
      expect(short([...all, ...together(all)], bound)).toEqual([]);
    },
  );
});

/** What the helm charts of an environment ask for: each `requests` in their values, the Jobs of their upgrades among them. */
function chartRequests(values: unknown): { cpu: bigint; memory: bigint } {
  if (typeof values !== 'object' || values === null) return { cpu: 0n, memory: 0n };
  const { requests } = values as { requests?: { cpu: string; memory: string } };
  const own = requests === undefined ? [] : [{ cpu: quantity(requests.cpu), memory: quantity(requests.memory) }];
  const all = [...own, ...Object.values(values).map(chartRequests)];
  return {
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0n),
    memory: all.reduce((sum, { memory }) => sum + memory, 0n),
  };
}

const quantity = (text: string) => quantityMillis(k8s.Quantity.fromString(text));

it('the control plane of dev has room for the helm charts, too', () => {
  const { app, platform } = synthesize(dev);
  const infra = together(footprints(app)).find(({ pool }) => pool?.name === 'infra');
  const charts = chartRequests(platform.releases.map(({ values }) => values));
  expect(charts).toMatchObject({ cpu: 950n });
  const asked = infra && {
    ...infra.max,
    'requests.cpu': infra.max['requests.cpu'] + charts.cpu,
    'requests.memory': infra.max['requests.memory'] + charts.memory,
  };
  expect(asked && infra.pool && footprintShortages(asked, infra.pool, 1)).toEqual([]);
});

/** FLTS with all that it can have. */
const everything = { credentials: existingSecrets(), eda: true, loadTest: true } as const;

it('FLTS on a small node fits into 4 CPU and 8 GiB beside the pods of the system, at the most replicas, too', () => {
  const pool = nodePool({ capacity: { cpu: Cpu.units(4), memory: Size.gibibytes(8) } });
  const chart = testChart({ nodePools: [pool] });
  new FltsStack(chart.node.root, 'flts', { ...everything, profile: FLTS_SMALL, nodePool: pool });
  const all = footprints(chart.node.root);
  expect(all.map(({ stack }) => stack)).toEqual(['flts']);
  expect(short(all, 'min')).toEqual([]);
  expect(short(all, 'max')).toEqual([]);
});

it('the stacks of a pool are added up, where it has more than one', () => {
  const pool = nodePool({ nodes: { min: 1, max: 3 } });
  const chart = testChart({ nodePools: [pool] });
  new Deployment(chart, 'any', { identity, pod, replicas: 2 });
  new Deployment(chart, 'here', { identity: { ...identity, instance: 'here' }, pod: { ...pod, nodePool: pool } });
  const other = new Chart(chart.node.root, 'other');
  new Deployment(other, 'here', { identity, pod: { ...pod, nodePool: pool }, replicas: 3 });
  const all = footprints(chart.node.root);
  expect(together(all)).toMatchObject([{ stack: 'together', pool, min: { pods: 4000n }, max: { pods: 4000n } }]);
  expect(footprintTable(all)).toContain('| together | general |');
});

describe('FLTS in production', () => {
  const pool = nodePool({
    nodes: { min: 3, max: 5 },
    capacity: { cpu: Cpu.units(10), memory: Size.mebibytes(17_067) },
  });
  const chart = testChart({ nodePools: [pool] });
  new FltsStack(chart.node.root, 'flts', { ...everything, profile: FLTS_PRODUCTION, nodePool: pool });
  const all = footprints(chart.node.root);

  it('fits into 30 CPU and 50 GiB beside the pods of the system', () => {
    expect(short(all, 'min')).toEqual([]);
  });

  it('needs a pool that grows, at the most replicas', () => {
    const [flts] = all;
    expect(flts && footprintShortages(flts.max, pool, 3)).toEqual([
      expect.stringMatching(/^requests\.cpu \d+\.\d+ of 29\.05$/),
      expect.stringMatching(/^requests\.memory \d+\.\d+Gi of 49\.72Gi$/),
    ]);
    expect(short(all, 'max')).toEqual([]);
  });
});
