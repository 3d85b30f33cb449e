import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { judgeQuota } from '../../lib/kube/resources/quota-verdict';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { inference } from '../../lib/stacks/inference/inference';
import { collection, pathOf } from '../support/control-plane/api';
import { FAKE_NODE } from '../support/control-plane/nodes';
import { unsettled, until, warnings } from '../support/control-plane/settle';
import { environments, synthesize } from '../support/environments';
import { type Case, deploymentPods, KEYS, usage } from '../support/rollout-cases';
import { list, noCluster, theCluster, titled } from './stage';

/** A rollout in a namespace of its own: a Deployment at some replicas, under a quota for so many pods. */
interface Rollout {
  readonly deployment: Case;
  readonly replicas: number;
  readonly quota: number;
}

/** The requirement's own numbers: limits of 8 CPU and 12Gi, pods of 2 CPU and 3Gi, an autoscaler up to 6. */
const REQUIREMENT: readonly Rollout[] = [2, 3, 4, 5, 6].map((replicas) => ({
  deployment: { min: 2, max: 6, maxSurge: 1, maxUnavailable: 0, cost: [2, 3] },
  replicas,
  quota: 4,
}));

const CASES = 20;
const generated = fc.sample(
  fc
    .record({
      replicas: fc.integer({ min: 1, max: 6 }),
      quota: fc.integer({ min: 1, max: 8 }),
      maxSurge: fc.constantFrom(0, 1, 2, '25%', '50%', '100%'),
      maxUnavailable: fc.constantFrom(0, 1, 2, '25%', '50%', '100%'),
    })
    .filter(({ maxSurge, maxUnavailable }) => ![maxSurge, maxUnavailable].every((count) => count === 0))
    .map(
      ({ replicas, quota, maxSurge, maxUnavailable }): Rollout => ({
        deployment: { min: replicas, max: replicas, maxSurge, maxUnavailable, cost: [1, 1] } as Case,
        replicas,
        quota,
      }),
    ),
  { numRuns: CASES, seed: 5 },
);

/** Seconds after which a rollout that still waits is taken to wait for ever: a dozen tries, all refused. */
const STUCK = 25;

test("the library refuses the requirement's numbers: it cannot reach 6 replicas, and is stuck at 4", () => {
  const { local: _, ...config } = environments[0] as PlatformConfig;
  const quota = { limits: { cpu: Cpu.units(8), memory: Size.gibibytes(12) } };
  const { app } = synthesize({ ...config, stacks: { inference: inference({ quota }) } });
  expect(() => app.synth()).toThrow(/its HPA can never reach 6, and a rollout at 4 replicas is stuck for ever/);
});

describe.skipIf(noCluster !== '')(titled('a rollout under a quota', noCluster), () => {
  if (noCluster !== '') return;
  const { api, kubectl } = theCluster();
  const cases = [...REQUIREMENT, ...generated].map((rollout, index) => ({ ...rollout, namespace: `rollout-${index}` }));

  beforeAll(async () => {
    await kubectl.run(['apply', '-f', '-'], list([node]));
    await kubectl.run(['apply', '-f', '-'], list(cases.map(({ namespace }) => namespaceNamed(namespace))));
  });
  afterAll(async () => {
    await kubectl.run(
      ['delete', '--wait=false', '-f', '-'],
      list(cases.map(({ namespace }) => namespaceNamed(namespace))),
    );
    await kubectl.run(['delete', '-f', '-'], list([node]));
  });

  test.concurrent.each(cases)(
    '$replicas replicas, quota of $quota pods, surge $deployment.maxSurge, unavailable $deployment.maxUnavailable',
    async ({ deployment, replicas, quota, namespace }) => {
      const at = { ...deployment, min: replicas, max: replicas };
      const hard = usage(deployment.cost.map((cost) => cost * quota));
      const [verdict] = judgeQuota(hard, [deploymentPods(at)]).deployments;
      if (verdict === undefined) throw new Error('no verdict');

      const object = deploymentOf(at, namespace);
      await api.create(collection('ResourceQuota', namespace), quotaOf(hard, namespace));
      await until(async () => (await status(namespace, 'ResourceQuota', 'quota')).used !== undefined);
      await api.create(collection('Deployment', namespace), object);
      const admitted = Math.min(replicas, verdict.ceiling);
      await until(async () => (await status(namespace, 'Deployment', 'web')).readyReplicas === admitted);
      expect((await status(namespace, 'Deployment', 'web')).readyReplicas).toBe(admitted);
      expect(admitted < replicas).toBe(verdict.unreachable);

      await api.patch(pathOf(object), { spec: { template: { metadata: { annotations: { version: 'new' } } } } });
      const done = await until(
        async () => {
          const {
            updatedReplicas,
            replicas: all,
            readyReplicas,
            observedGeneration,
          } = await status(namespace, 'Deployment', 'web');
          // Stuck means that old pods stay; replicas beyond the quota may be missing after the rollout as before it.
          return observedGeneration === 2 && updatedReplicas === all && readyReplicas === admitted;
        },
        verdict.stuckAt === undefined ? undefined : STUCK,
      );
      const said = async () => [...(await unsettled(api, namespace)), ...(await warnings(api, namespace))].join('\n');
      expect({ done, said: done || (await said()) }).toMatchObject({ done: verdict.stuckAt === undefined });
      if (!done) expect(await until(async () => (await said()).includes('exceeded quota: quota'))).toBe(true);
    },
  );

  async function status(namespace: string, kind: string, name: string): Promise<Manifest> {
    return (await api.get(`${collection(kind, namespace)}/${name}`)).status ?? {};
  }
});

const node: Manifest = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'rollouts', annotations: { [FAKE_NODE.key]: FAKE_NODE.value }, labels: { rollouts: 'true' } },
  spec: { taints: [{ key: 'rollouts', effect: 'NoSchedule' }] },
  status: {
    allocatable: { cpu: '10k', memory: '10Ti', pods: '10k' },
    capacity: { cpu: '10k', memory: '10Ti', pods: '10k' },
  },
};

function namespaceNamed(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function quotaOf(hard: ReturnType<typeof usage>, namespace: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'quota', namespace },
    spec: { hard: Object.fromEntries(Object.entries(hard).map(([key, amount]) => [key, `${amount}`])) },
  };
}

function deploymentOf({ max, maxSurge, maxUnavailable, cost }: Case, namespace: string): Manifest {
  const labels = { app: 'web' };
  const amounts = Object.fromEntries(KEYS.map((key, index) => [key.split('.')[1], `${cost[index]}`]));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: max,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { rollouts: 'true' },
          tolerations: [{ key: 'rollouts', operator: 'Exists' }],
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'web', image: 'example.org/web:1', resources: { requests: amounts, limits: amounts } }],
        },
      },
    },
  };
}
