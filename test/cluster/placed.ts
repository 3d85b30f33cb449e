import { beforeAll, describe, expect, test } from 'vitest';
import { GPU_RESOURCE } from '../../lib/kube/nodes/gpu-sharing';
import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { selects } from '../../lib/kube/objects/inventory';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { podUsage, quotaAmounts } from '../../lib/kube/resources/pod-resources';
import { quantities } from '../../lib/kube/resources/quantities';
import { schedulingFromStacItem } from '../../lib/stacks/fair/mlm/model-scheduling';
import { collection } from '../support/control-plane/api';
import { nodesOf } from '../support/control-plane/nodes';
import { until, warnings } from '../support/control-plane/settle';
import { synthesize } from '../support/environments';
import { stacItem } from '../support/stac-items';
import type { Stage } from './stage';

/** Admission lets every pod in, and the scheduler finds a node for it. */
export function placed(stage: Stage): void {
  const { api } = stage.cluster;
  const { production } = stage;

  test('every pod is admitted, placed and ready', async () => {
    await stage.settle();
    const refusals = await refusedPods(stage);
    expect(refusals).toEqual([]);
  });

  test('pods with GPUs are on the pools that have them, with no others but those that ask for the pool', async () => {
    const misplaced = (await runningPods(stage)).flatMap((pod) => {
      const pool = poolOf(production.nodePools, pod);
      const right = pool?.gpus === undefined ? !wantsGpus(pod) : wantsGpus(pod) || asksFor(pool, pod);
      return right || isTolerant(pod) ? [] : [`${pod.metadata.name} on ${pod.spec.nodeName}`];
    });
    expect(misplaced).toEqual([]);
  });

  for (const quota of stage.ofKind('ResourceQuota')) {
    test(`quota ${quota.metadata.name} is charged what the library says that its pods cost`, async () => {
      const { namespace } = quota.metadata;
      const charges = (await runningPods(stage, namespace)).map(({ spec }) => podUsage(withQuantities(spec)));
      const expected = Object.keys(quota.spec.hard).map((key) => [
        key,
        charges.reduce((sum, usage) => sum + (usage[key] ?? 0n), 0n),
      ]);
      const used = async () => Object.entries(quotaAmounts(quantities((await stage.live(quota)).status.used)));
      await until(async () => same(await used(), expected));
      expect(Object.fromEntries(await used())).toEqual(Object.fromEntries(expected));
    });
  }

  for (const { metadata, spec } of stage.ofKind('LimitRange')) {
    test(`limit range ${metadata.name} fills in what a container leaves out`, async () => {
      const pod = await api.create(`${collection('Pod', metadata.namespace)}?dryRun=All`, restrictedPod('debug'));
      const [{ default: limits = {}, defaultRequest = {} }] = spec.limits;
      const { resources } = pod.spec.containers[0];
      expect(resources).toEqual({
        ...(Object.keys(limits).length > 0 && { limits }),
        requests: { ...limits, ...defaultRequest },
      });
    });
  }

  pipelineSteps(stage);

  describe.each(production.nodePools.map(({ name }) => name))('without the nodes of pool %s', (name) => {
    withoutPool(stage, name);
  });
}

/** What the scheduler says where nodes are there, but none of the pool; and where none is there at all. */
const NO_NODE_OF_THE_POOL =
  /didn't match Pod's node affinity\/selector|had untolerated taint|no nodes available to schedule pods/;

/** Steps of pipelines, with the settings that the library makes for them of a model. */
function pipelineSteps(stage: Stage): void {
  const { config, nodePools } = stage.production;
  const documents = config === undefined ? {} : synthesize(config).platform.deployDocuments;
  const zenml = documents['zenml/k8s.yaml'] as Manifest | undefined;
  if (zenml === undefined) return;
  const { kubernetes_namespace: namespace, pod_settings: pods } = zenml.components.orchestrator.configuration;
  const labels = nodePools.flatMap((pool) => Object.keys(pool.labels));
  const labelDomain = labels.find((key) => key.endsWith('/training'))?.split('/')[0];
  const { api } = stage.cluster;
  const models = [
    { workload: 'training', accelerator: 'amd64' },
    { workload: 'inference', accelerator: 'amd64' },
    ...(nodePools.some(({ gpus }) => gpus !== undefined)
      ? [{ workload: 'training', accelerator: 'cuda' } as const]
      : []),
  ] as const;

  test.each(models)('a pipeline step for $workload on $accelerator is placed', async ({ workload, accelerator }) => {
    const item = stacItem('model', { 'mlm:accelerator': accelerator });
    const scheduling = schedulingFromStacItem(item, { workload, pools: nodePools, labelDomain });
    const pod = restrictedPod(`step-${workload}-${accelerator}`);
    const { nodeSelector, tolerations, runtimeClassName, amounts } = scheduling;
    Object.assign(pod.spec, {
      nodeSelector: { ...pods.node_selectors, ...nodeSelector },
      tolerations,
      runtimeClassName,
    });
    pod.spec.containers[0].resources = amounts;
    const { metadata } = await api.create(collection('Pod', namespace), pod);
    try {
      await stage.settle();
      const { spec } = await api.get(`${collection('Pod', namespace)}/${metadata.name}`);
      const pool = poolOf(nodePools, { spec });
      expect(pool?.name).toBe(scheduling.nodePool.name);
      if (accelerator === 'cuda') expect(pool?.gpus).toBeDefined();
    } finally {
      await api.send('DELETE', `${collection('Pod', namespace)}/${metadata.name}?gracePeriodSeconds=0`);
    }
  });
}

/** Takes the nodes of a pool away: what asked for it waits, and the library would not have written it. */
function withoutPool(stage: Stage, name: string): void {
  const { api } = stage.cluster;
  const { nodePools, app } = stage.production;
  const pool = nodePools.find((candidate) => candidate.name === name);
  if (pool === undefined) return;
  let orphans: readonly Manifest[] = [];

  beforeAll(async () => {
    if (!stage.applied) return;
    orphans = (await runningPods(stage)).filter((pod) => poolOf(nodePools, pod) === pool);
  });

  test('its pods wait for a node that they select, and a synth without the pool names it', async ({ skip }) => {
    skip(orphans.length === 0, 'no pod is on it');
    const nodes = nodesOf([pool]);
    try {
      for (const { metadata } of nodes) await api.send('DELETE', `/api/v1/nodes/${metadata.name}`);
      for (const { metadata } of orphans) {
        const path = `${collection('Pod', metadata.namespace)}/${metadata.name}?gracePeriodSeconds=0`;
        await api.send('DELETE', path);
      }
      const waiting = async () => (await runningPods(stage)).filter(({ spec }) => spec.nodeName === undefined);
      await until(async () => {
        const pods = await waiting();
        return pods.length === orphans.length && pods.every(({ status }) => unplaced(status) !== '');
      });
      const pods = await waiting();
      expect(owners(pods)).toEqual(owners(orphans));
      for (const { status } of pods) expect(unplaced(status)).toMatch(NO_NODE_OF_THE_POOL);
    } finally {
      await stage.kubectl(['apply', '-f', '-'], nodes);
      await stage.settle();
    }
    const left = nodePools.filter((other) => other !== pool);
    expect(() => app(`${stage.dist}-without-${name}`, left).synth()).toThrow(
      `(the node pools of this environment), got '${name}'`,
    );
  });
}

/** What admission refused, for reasons that stay. */
async function refusedPods({ cluster, namespaces }: Stage): Promise<readonly string[]> {
  const said = (await Promise.all(namespaces.map((namespace) => warnings(cluster.api, namespace)))).flat();
  // In its first moments a namespace has no ServiceAccount: the controllers try again.
  return said.filter((text) => text.includes('forbidden') && !text.includes('serviceaccount "default" not found'));
}

/** The pods that are not finished. */
export async function runningPods(stage: Stage, namespace?: string): Promise<readonly Manifest[]> {
  const namespaces = namespace === undefined ? stage.namespaces : [namespace];
  const pods = await Promise.all(namespaces.map((name) => stage.cluster.api.list(collection('Pod', name))));
  return pods.flat().filter(({ status }) => !['Succeeded', 'Failed'].includes(status.phase));
}

function poolOf(pools: readonly NodePool[], { spec }: Manifest): NodePool | undefined {
  return pools.find((pool) => nodesOf([pool]).some(({ metadata }) => metadata.name === spec.nodeName));
}

function wantsGpus({ spec }: Manifest): boolean {
  return spec.containers.some(({ resources }: Manifest) =>
    Object.keys(resources?.requests ?? {}).some((key) => key.startsWith(GPU_RESOURCE.split('/')[0] ?? '')),
  );
}

function asksFor({ selector }: NodePool, { spec: { nodeSelector = {} } }: Manifest): boolean {
  return selects(selector, nodeSelector);
}

/** The pods of a DaemonSet go where its nodes are. */
function isTolerant({ metadata }: Manifest): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }: Manifest) => kind === 'DaemonSet');
}

/** Why the scheduler has found no node; empty where it has, or has not yet tried. */
function unplaced({ conditions = [] }: Manifest): string {
  return (
    conditions.find(({ type, reason }: Manifest) => type === 'PodScheduled' && reason === 'Unschedulable')?.message ??
    ''
  );
}

function owners(pods: readonly Manifest[]): readonly string[] {
  return pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? metadata.name).sort();
}

/** Resources as the library has them, from those of a pod as the API server returns it. */
function withQuantities(spec: Manifest): Parameters<typeof podUsage>[0] {
  const container = ({ resources = {}, ...rest }: Manifest) => ({
    ...rest,
    name: rest.name,
    resources: { requests: quantities(resources.requests ?? {}), limits: quantities(resources.limits ?? {}) },
  });
  return { containers: spec.containers.map(container), initContainers: spec.initContainers?.map(container) };
}

/** A pod that says nothing of resources and passes the strictest Pod Security. */
function restrictedPod(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: 'example.org/main:1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  const text = (value: readonly unknown[]) =>
    JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}` : each));
  return text([...a].sort()) === text([...b].sort());
}
