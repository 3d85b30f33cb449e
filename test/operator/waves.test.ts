import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { MODEL, modelOf, REVISION, WAVE } from '../../operator/src/annotations';
import { type Model, Waves } from '../../operator/src/waves';

const resource: Manifest = {
  metadata: { name: 'iris', generation: 1 },
  spec: { modelName: 'iris', modelVersion: 1, replicas: 2 },
};

interface State {
  /** Pods of the last template that serve, of the two that are wanted. @default 2 */
  readonly ready?: number;
  /** Whether all of them ever did. @default true */
  readonly served?: boolean;
  /** The revision that it was brought to in a wave. @default - none */
  readonly wave?: string;
}

function model(revision: string, { ready = 2, served = true, wave }: State = {}): Model {
  const annotations = { [REVISION]: revision, [MODEL]: modelOf(resource), ...(wave && { [WAVE]: wave }) };
  const conditions = [{ type: 'Progressing', reason: served ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated' }];
  const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: ready, conditions };
  return {
    resource,
    deployment: { metadata: { generation: 1, annotations }, spec: { replicas: 2 }, status },
    least: 2,
  };
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `ns/${String(index).padStart(4, '0')}`);
const fleet = (count: number, revision = 'old') => new Map(keys(count).map((key) => [key, model(revision)]));
const turnOf = (waves: Waves, key: string, { resource: one, deployment }: Model, revision = 'new') =>
  waves.turnOf(key, revision, one, deployment);

test('brings each model to new settings, a tenth at a time, and never begins a wave before the last one serves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.infiniteStream(fc.boolean()), (count, luck) => {
      const waves = new Waves();
      const models = fleet(count);
      const most = Math.max(1, Math.floor(count / 10));
      const isOld = ({ deployment }: Model) => deployment.metadata.annotations[REVISION] === 'old';
      const isUnfinished = ({ deployment }: Model) => deployment.status.readyReplicas === 0;
      for (let step = 0; ; step += 1) {
        waves.advance('new', models);
        const open = [...models].filter(([key, one]) => isOld(one) && turnOf(waves, key, one) === 'wave');
        const unfinished = [...models.values()].filter(isUnfinished);
        expect(unfinished.length + open.length).toBeLessThanOrEqual(most);
        if (open.length + unfinished.length === 0) break;
        // Some of the wave are written, and some of those that are written become ready.
        for (const [key] of open) {
          if (luck.next().value || step % 3 === 0) models.set(key, model('new', { ready: 0, wave: 'new' }));
        }
        for (const [key, one] of models) {
          const serves = isUnfinished(one) && (luck.next().value || step % 5 === 0);
          if (serves) models.set(key, model('new', { wave: 'new' }));
        }
      }
      expect([...models.values()].filter(isOld)).toEqual([]);
    }),
  );
});

test('stops where a model of the wave does not become ready, also for an operator that has just started', () => {
  const models = fleet(20);
  const [first = '', second = ''] = models.keys();
  expect(new Waves().advance('new', models)).toEqual([first, second]);
  models.set(first, model('new', { wave: 'new' })).set(second, model('new', { ready: 1, wave: 'new' }));
  const waves = new Waves();
  expect(waves.advance('new', models)).toEqual([]);
  expect(waves.progress).toEqual({ outdated: 18, unfinished: 1 });
  models.set(second, model('new', { wave: 'new' }));
  expect(waves.advance('new', models)).toHaveLength(2);
});

/** A model that no wave may wait for, and that keeps no wave from beginning. */
const withoutEffect: readonly (readonly [title: string, model: Model])[] = [
  ['was not brought to the settings in a wave', model('new', { ready: 0 })],
  ['has never served as it is, such as one whose quota lacks a pod', model('old', { ready: 1, served: false })],
  ['goes', { ...model('old'), resource: { ...resource, metadata: { deletionTimestamp: 'now' } } }],
  [
    'has a Deployment that goes',
    ((one) => ({
      ...one,
      deployment: { ...one.deployment, metadata: { ...one.deployment.metadata, deletionTimestamp: 'now' } },
    }))(model('new', { ready: 0, wave: 'new' })),
  ],
  ['is changed itself', { ...model('old'), resource: { ...resource, spec: { ...resource.spec, modelVersion: 2 } } }],
  [
    'is refused with these settings',
    {
      ...model('old'),
      resource: { ...resource, status: { conditions: [{ type: 'Degraded', reason: 'InvalidSpec' }] } },
    },
  ],
];

test.each(withoutEffect)('does not wait for a model that %s', (_, one) => {
  const models = fleet(20).set('ns/', one);
  expect(new Waves().advance('new', models)).toEqual(keys(2));
});

test.each([
  ['waits no longer for a model of the wave that cannot have the settings', 'InvalidSpec', ['ns/0001']],
  ['stops where the API server refuses what the settings make of a model', 'ApplyRefused', []],
])('%s', (_, reason, next) => {
  const models = fleet(10);
  const waves = new Waves();
  expect(waves.advance('new', models)).toEqual(['ns/0000']);
  const status = { conditions: [{ type: 'Degraded', reason }] };
  models.set('ns/0000', { ...model('old'), resource: { ...resource, status } });
  expect(waves.advance('new', models)).toEqual(next);
});

test('a model that has never served gets new settings at once: they may be what it lacks', () => {
  expect(turnOf(new Waves(), 'ns/a', model('old', { ready: 0, served: false }))).toBe('now');
});

test('fails to open for models whose pods are all gone for a moment', () => {
  const waves = new Waves();
  const models = new Map([...fleet(20)].map(([key]) => [key, model('old', { ready: 0 })]));
  const admitted = waves.advance('new', models);
  expect(admitted).toHaveLength(2);
  for (const [key, one] of models) expect(turnOf(waves, key, one)).toBe(admitted.includes(key) ? 'wave' : 'later');
});

test('begins with models that the settings of before have broken, and ends with those that are ill', () => {
  const models = fleet(20);
  models.set('ns/0000', model('old', { ready: 1 }));
  models.set('ns/0013', model('old', { ready: 0, served: false, wave: 'old' }));
  expect(new Waves().advance('new', models)).toEqual(['ns/0013', 'ns/0001']);
  for (const key of keys(20).slice(1)) models.set(key, model('new', { wave: 'new' }));
  expect(new Waves().advance('new', models)).toEqual(['ns/0000']);
});

test('a change of its replicas gives a model no new settings, and any other change does', () => {
  const waves = new Waves();
  waves.advance('new', fleet(20));
  const { deployment } = model('old');
  const turn = (change: object) =>
    waves.turnOf('ns/0019', 'new', { ...resource, spec: { ...resource.spec, ...change } }, deployment);
  expect([turn({ replicas: 3 }), turn({ autoscaling: { enabled: true } })]).toEqual(['later', 'later']);
  expect(turn({ modelVersion: 2 })).toBe('now');
});

test('a model whose records are lost, or were written by an older operator, waits as any other', () => {
  const { deployment, ...one } = model('old');
  const annotations = { [REVISION]: 'old' };
  const unrecorded = { ...deployment, metadata: { ...deployment.metadata, annotations } };
  expect(turnOf(new Waves(), 'ns/a', { ...one, deployment: unrecorded })).toBe('later');
});

test('forgets who is in a wave when the settings change again', () => {
  const waves = new Waves();
  const models = fleet(20);
  const [first = ''] = waves.advance('new', models);
  expect(turnOf(waves, first, model('old'), 'newer')).toBe('later');
  models.set(first, model('new', { ready: 0, served: false, wave: 'new' }));
  expect(waves.advance('newer', models)).toContain(first);
});
