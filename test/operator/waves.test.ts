import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest } from '../../lib/kube/objects/serialization';
import { REVISION, WAVE, Waves } from '../../operator/src/waves';

function deployment(revision: string, ready: boolean, wave = false): Manifest {
  const count = ready ? 1 : 0;
  const annotations = { [REVISION]: revision, ...(wave && { [WAVE]: revision }) };
  return {
    metadata: { generation: 1, annotations },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: count },
  };
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `ns/${String(index).padStart(4, '0')}`);

test('brings each model to new settings, a tenth at a time, and never begins a wave before the last one serves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.infiniteStream(fc.boolean()), (count, luck) => {
      const waves = new Waves();
      const models = new Map(keys(count).map((key) => [key, deployment('old', true)]));
      const most = Math.max(1, Math.floor(count / 10));
      for (let step = 0; ; step += 1) {
        waves.advance('new', models);
        const outdated = [...models].filter(([, one]) => one.metadata.annotations[REVISION] === 'old');
        const open = outdated.filter(([key, one]) => waves.admits(key, one)).map(([key]) => key);
        const unfinished = [...models.values()].filter((one) => one.status.readyReplicas === 0);
        expect(unfinished.length + open.length).toBeLessThanOrEqual(most);
        if (open.length + unfinished.length === 0) break;
        // Some of the wave are written, and some of those that are written become ready.
        for (const key of open)
          if (luck.next().value || step % 3 === 0) models.set(key, deployment('new', false, true));
        for (const [key, one] of models) {
          if (one.status.readyReplicas === 0 && (luck.next().value || step % 5 === 0)) {
            models.set(key, deployment('new', true, true));
          }
        }
      }
      for (const one of models.values()) expect(one.metadata.annotations[REVISION]).toBe('new');
    }),
  );
});

test('stops where a model of the wave does not become ready, also for an operator that has just started', () => {
  const models = new Map(keys(20).map((key) => [key, deployment('old', true)]));
  const [first = '', second = ''] = models.keys();
  expect(new Waves().advance('new', models)).toEqual([first, second]);
  models.set(first, deployment('new', true, true)).set(second, deployment('new', false, true));
  const waves = new Waves();
  expect(waves.advance('new', models)).toEqual([]);
  expect(waves.progress).toEqual({ outdated: 18, unfinished: 1 });
  models.set(second, deployment('new', true, true));
  expect(waves.advance('new', models)).toHaveLength(2);
});

test('does not wait for a model that was not brought to the settings in a wave', () => {
  const models = new Map(keys(20).map((key) => [key, deployment('old', true)]));
  models.set('ns/broken', deployment('new', false));
  expect(new Waves().advance('new', models)).toHaveLength(2);
});

test('a model that serves nothing gets new settings at once: they may be what it lacks', () => {
  expect(new Waves().admits('ns/a', deployment('old', false))).toBe(true);
  expect(new Waves().admits('ns/a', deployment('old', true))).toBe(false);
});
