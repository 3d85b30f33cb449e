import { expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { type Observed, statusOf } from '../../operator/src/status';

const resource: Manifest = {
  metadata: { name: 'iris', namespace: 'ml', generation: 3 },
  spec: { modelName: 'iris', modelVersion: 2 },
};

function deployment(status: Manifest): Manifest {
  return {
    metadata: { name: 'iris-inference', generation: 5 },
    spec: { replicas: 2, selector: { matchLabels: { app: 'iris', tier: 'a' } } },
    status: { observedGeneration: 5, replicas: 2, updatedReplicas: 2, readyReplicas: 2, ...status },
  };
}

const serving: Observed = {
  resource,
  deployment: deployment({}),
  pods: [],
  service: 'iris-inference',
  url: 'http://iris-inference.ml:8001',
  least: 2,
  modelMissing: () => false,
  waiting: false,
};

const pod = (status: Manifest): Manifest => ({ metadata: { name: 'iris-1' }, status });
const container = (state: Manifest) => pod({ containerStatuses: [{ name: 'a', ready: false, ...state }] });

/** `Ready=True Serving`, in the order of the conditions. */
function said(observed: Partial<Observed>): readonly string[] {
  const { phase, conditions } = statusOf({ ...serving, ...observed });
  return [phase, ...conditions.map(({ type, status, reason }: Manifest) => `${type}=${status} ${reason}`)];
}

test('a model whose pods all serve is ready', () => {
  expect(said({})).toEqual([
    'Running',
    'Ready=True Serving',
    'Progressing=False Complete',
    'Degraded=False AsExpected',
  ]);
});

test('a model without a Deployment waits for its pods', () => {
  expect(said({ deployment: undefined })[0]).toBe('Pending');
});

test.each([
  ['a rollout has not been seen', { observedGeneration: 4 }],
  ['an old pod is left', { replicas: 3 }],
  ['a pod is not ready', { readyReplicas: 1 }],
])('fails to be ready while %s', (_, status) => {
  expect(said({ deployment: deployment(status) })).toEqual([
    'Updating',
    'Ready=False RollingOut',
    'Progressing=True RollingOut',
    'Degraded=False AsExpected',
  ]);
});

test('an autoscaler that adds pods does not take the readiness of those that are enough', () => {
  const scaled = {
    ...deployment({ replicas: 4, updatedReplicas: 4, readyReplicas: 2 }),
    spec: { replicas: 4, selector: { matchLabels: {} } },
  };
  expect(said({ deployment: scaled, least: 2 })[1]).toBe('Ready=True Serving');
  expect(said({ deployment: scaled, least: 3 })[1]).toBe('Ready=False RollingOut');
});

test('a model that waits for its turn stays ready, and says that it waits', () => {
  expect(said({ waiting: true }).slice(1, 3)).toEqual(['Ready=True Serving', 'Progressing=True WaitingForTurn']);
});

const starting = deployment({ readyReplicas: 0, conditions: [] });
const refused = (message: string) =>
  deployment({ readyReplicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', message }] });
const crashing = container({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
const late = { type: 'Progressing', status: 'False', message: 'ReplicaSet has timed out' };

test.each<[string, Partial<Observed>]>([
  ['QuotaExceeded', { deployment: refused('pods "a" is forbidden: exceeded quota: pods') }],
  ['PodsRefused', { deployment: refused('pods "a" is forbidden: violates PodSecurity') }],
  ['ImageNotPulled', { pods: [container({ state: { waiting: { reason: 'ErrImagePull' } } })] }],
  ['ContainerNotCreated', { pods: [container({ state: { waiting: { reason: 'CreateContainerConfigError' } } })] }],
  ['CrashLoop', { pods: [crashing] }],
  ['OutOfMemory', { pods: [container({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } })] }],
  ['ModelNotFound', { pods: [crashing], modelMissing: () => true }],
  ['ProgressDeadlineExceeded', { deployment: deployment({ readyReplicas: 0, conditions: [late] }) }],
  ['NameTaken', { problem: { reason: 'NameTaken', message: 'Service a' } }],
])('fails with %s, in each condition', (reason, observed) => {
  expect(said({ deployment: starting, ...observed })).toEqual([
    'Failed',
    `Ready=False ${reason}`,
    `Progressing=False ${reason}`,
    `Degraded=True ${reason}`,
  ]);
});

test('a pod without a node waits: a node may come', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no room' }];
  expect(said({ deployment: starting, pods: [pod({ conditions })] })).toEqual([
    'Pending',
    'Ready=False Unschedulable',
    'Progressing=False Unschedulable',
    'Degraded=True Unschedulable',
  ]);
});

test('a missing model is the reason of a crash, and not of an image that cannot be pulled', () => {
  const pull = container({ state: { waiting: { reason: 'ErrImagePull' } } });
  const reason = (one: Manifest) => said({ deployment: starting, modelMissing: () => true, pods: [one] })[1];
  expect([reason(crashing), reason(pull)]).toEqual(['Ready=False ModelNotFound', 'Ready=False ImageNotPulled']);
});

test('says what kubectl scale and an autoscaler of the ModelDeployment read', () => {
  expect(statusOf(serving)).toMatchObject({
    observedGeneration: 3,
    replicas: 2,
    readyReplicas: 2,
    selector: 'app=iris,tier=a',
    url: 'http://iris-inference.ml:8001',
  });
});

test('is the same status while nothing changes, and keeps the time of a condition that stays', () => {
  const first = statusOf(serving, undefined, '2026-01-01');
  expect(statusOf(serving, first, '2026-01-02')).toEqual(first);
  const later = statusOf({ ...serving, deployment: deployment({ readyReplicas: 1 }) }, first, '2026-01-02');
  expect(later.lastUpdated).toBe('2026-01-02');
  expect(later.conditions.map((one: Manifest) => one.lastTransitionTime)).toEqual([
    '2026-01-02',
    '2026-01-02',
    '2026-01-01',
  ]);
});
