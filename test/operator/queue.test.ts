import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Queue, type QueueObserver } from '../../operator/src/queue';

const quiet: QueueObserver = { worked() {}, added() {} };

/** Lets work go on at moments that the test decides. */
class Gate {
  private readonly waiting: (() => void)[] = [];
  pass(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  open(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

test('never works on a key twice at once nor on more keys than it may, and sees every key after its last change', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constant(undefined)), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, concurrency) => {
        const gate = new Gate();
        const active = new Set<string>();
        const changed = new Map<string, number>();
        const seen = new Map<string, number>();
        const queue = new Queue(
          concurrency,
          async (key) => {
            expect(active.has(key)).toBe(false);
            active.add(key);
            expect(active.size).toBeLessThanOrEqual(concurrency);
            seen.set(key, changed.get(key) ?? 0);
            await gate.pass();
            active.delete(key);
            return undefined;
          },
          quiet,
        );
        queue.start();
        for (const key of steps) {
          if (key === undefined) {
            gate.open();
            await setImmediate();
          } else {
            changed.set(key, (changed.get(key) ?? 0) + 1);
            queue.add(key);
          }
        }
        while (queue.depth + queue.active > 0) {
          gate.open();
          await setImmediate();
        }
        expect(seen).toEqual(changed);
      },
    ),
  );
});

test('takes keys in the order in which they came: one that changes all the time does not keep others waiting', async () => {
  const order: string[] = [];
  const queue = new Queue(
    1,
    async (key) => {
      order.push(key);
      if (key === 'busy' && order.length < 9) queue.add('busy');
      await setImmediate();
      return undefined;
    },
    quiet,
  );
  queue.start();
  for (const key of ['busy', 'a', 'b', 'c']) queue.add(key);
  while (queue.depth + queue.active > 0) await setImmediate();
  expect(order.slice(0, 5)).toEqual(['busy', 'a', 'b', 'c', 'busy']);
});

test('waits longer after each failure, at most a minute, and no longer once work succeeded', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const at: number[] = [];
    let fails = true;
    const queue = new Queue(
      1,
      async () => {
        at.push(performance.now());
        if (fails) throw new Error('no');
        return undefined;
      },
      quiet,
    );
    queue.start();
    queue.add('a');
    while (at.length < 14) await vi.advanceTimersByTimeAsync(1000);
    const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(Math.min(60_000, 200 * 2 ** index) * 0.75 - 1);
      expect(wait).toBeLessThanOrEqual(Math.min(60_000, 200 * 2 ** index) * 1.25 + 1);
    }
    fails = false;
    await vi.advanceTimersByTimeAsync(80_000);
    const succeeded = at.length;
    await vi.advanceTimersByTimeAsync(200_000);
    expect(at.length).toBe(succeeded);
  } finally {
    vi.useRealTimers();
  }
});

test('keeps nothing before the start and after a stop, which ends when the work under way has ended', async () => {
  const gate = new Gate();
  const done: string[] = [];
  const queue = new Queue(
    1,
    async (key) => {
      await gate.pass();
      done.push(key);
      return undefined;
    },
    quiet,
  );
  queue.add('before');
  queue.start();
  queue.add('a');
  queue.add('b');
  const stopped = queue.stop();
  queue.add('after');
  gate.open();
  await stopped;
  expect(done).toEqual(['a']);
  expect(queue.depth).toBe(0);
});
