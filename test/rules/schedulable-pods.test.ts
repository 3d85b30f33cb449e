import { Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { NodePool } from '../../lib/kube/nodes/node-pools';
import { container, deployment } from '../support/manifests';
import { describeRule, eachPod, type Manifest, matches, world } from '../support/rules';
import { nodePool } from '../support/samples';

const rule = eachPod(({ spec }, _, { config }) => {
  const selected = config.nodePools.filter(({ labels }) => matches(spec.nodeSelector ?? {}, labels));
  if (selected.length === 0) return ['no node pool has the labels that it selects'];
  const tolerated = selected.filter((pool) => tolerates(spec.tolerations ?? [], pool));
  if (tolerated.length === 0) return ['it does not tolerate the taints of the nodes that it selects'];
  const gpus = sum(spec, 'nvidia.com/gpu', Number);
  const serving = tolerated.filter((pool) => (pool.gpus?.count ?? 0) >= gpus);
  if (serving.length === 0) return [`no node that it tolerates has ${gpus} GPUs`];
  if (gpus > 0 && !serving.some((pool) => pool.gpus?.runtimeClassName === spec.runtimeClassName)) {
    return ['it does not name the RuntimeClass of its GPU'];
  }
  const fitting = serving.filter(
    ({ capacity }) =>
      sum(spec, 'cpu', cores) <= cores(capacity.cpu.amount) &&
      sum(spec, 'memory', mebibytes) <= capacity.memory.toMebibytes(),
  );
  return fitting.length === 0 ? ['it requests more than a node has'] : [];
});

function tolerates(tolerations: Manifest[], { taints }: NodePool): boolean {
  return taints
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every(({ key, value = '', effect }) =>
      tolerations.some(
        (toleration) =>
          (toleration.key ?? key) === key &&
          (toleration.effect ?? effect) === effect &&
          (toleration.operator === 'Exists' || (toleration.value ?? '') === value),
      ),
    );
}

const sum = (spec: Manifest, resource: string, amount: (quantity: string) => number) =>
  (spec.containers as Manifest[]).reduce(
    (all, { resources }) => all + amount(resources?.requests?.[resource] ?? '0'),
    0,
  );
const cores = (quantity: string) => (quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity));
const mebibytes = (quantity: string) =>
  Number.parseInt(quantity, 10) *
  ({ Ki: 1 / 1024, Mi: 1, Gi: 1024, Ti: 1024 ** 2 }[quantity.slice(-2)] ?? 1 / 1024 ** 2);

const role = { 'example.org/role': 'train' };
const taints = [{ key: 'training', value: 'true', effect: 'NoSchedule' }] as const;
const train = nodePool({ name: 'train', labels: role, taints, gpus: { count: 1, runtimeClassName: 'nvidia' } });
const small = nodePool({ capacity: { cpu: Cpu.millis(100), memory: Size.mebibytes(64) } });
const on = (pools: readonly NodePool[], pod: Manifest) =>
  world([deployment(pod)], { config: { name: 'a', nodePools: pools, stacks: {} } });
const tolerations = [{ key: 'training', operator: 'Equal', value: 'true', effect: 'NoSchedule' }];
const gpu = (count: string) => [
  container({ resources: { requests: { cpu: '1', memory: '1Gi', 'nvidia.com/gpu': count } } }),
];

describeRule('every pod fits on a node that the environment declares', rule, {
  good: [
    on([small], {}),
    on([train], { nodeSelector: role, tolerations }),
    on([train], { nodeSelector: role, tolerations: [{ operator: 'Exists' }] }),
    on([train], { nodeSelector: role, tolerations, containers: gpu('1'), runtimeClassName: 'nvidia' }),
  ],
  bad: [
    [on([small], { nodeSelector: role }), 'Deployment api: no node pool has the labels that it selects'],
    [
      on([train], { nodeSelector: role }),
      'Deployment api: it does not tolerate the taints of the nodes that it selects',
    ],
    [
      on([train], { nodeSelector: role, tolerations: [{ key: 'training', operator: 'Equal', value: 'false' }] }),
      'Deployment api: it does not tolerate the taints of the nodes that it selects',
    ],
    [
      on([train], { tolerations, containers: gpu('2'), runtimeClassName: 'nvidia' }),
      'Deployment api: no node that it tolerates has 2 GPUs',
    ],
    [
      on([train], { tolerations, containers: gpu('1') }),
      'Deployment api: it does not name the RuntimeClass of its GPU',
    ],
    [on([small], { containers: [container(), container()] }), 'Deployment api: it requests more than a node has'],
  ],
});
