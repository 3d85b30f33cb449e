import { describe, expect, test } from 'vitest';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { requireUpdateStrategy, rolloutRoom } from '../../../lib/kube/pods/rollout';

const { absolute, percent } = PodCount;

describe('rolloutRoom', () => {
  test('surge rounds up and unavailable rounds down', () => {
    expect(rolloutRoom({ maxSurge: percent(25), maxUnavailable: percent(25) }, 6)).toEqual({
      surge: 2,
      unavailable: 1,
    });
    expect(rolloutRoom({}, 6)).toEqual({ surge: 2, unavailable: 1 });
    expect(rolloutRoom({}, 1)).toEqual({ surge: 1, unavailable: 0 });
  });

  test('where rounding leaves neither, one pod may be missing', () => {
    const strategy = { maxSurge: absolute(0), maxUnavailable: percent(25) };
    expect(rolloutRoom(strategy, 3)).toEqual({ surge: 0, unavailable: 1 });
    expect(rolloutRoom(strategy, 8)).toEqual({ surge: 0, unavailable: 2 });
  });

  test('there are never more pods to add or to take away than replicas', () => {
    const strategy = { maxSurge: percent(300), maxUnavailable: absolute(9) };
    expect(rolloutRoom(strategy, 2)).toEqual({ surge: 2, unavailable: 2 });
  });

  test('Recreate takes all pods away and adds none', () => {
    expect(rolloutRoom('Recreate', 4)).toEqual({ surge: 0, unavailable: 4 });
  });
});

describe('requireUpdateStrategy', () => {
  test('explicit 0 and 0 is refused', () => {
    for (const maxUnavailable of [absolute(0), percent(0)]) {
      expect(() => requireUpdateStrategy('app/web', 'strategy', { maxSurge: absolute(0), maxUnavailable })).toThrow(
        "app/web: 'strategy.maxUnavailable' must be above 0 where maxSurge is 0",
      );
    }
  });

  test('more than all pods unavailable is refused', () => {
    expect(() => requireUpdateStrategy('app/web', 'strategy', { maxUnavailable: percent(101) })).toThrow(
      "app/web: 'strategy.maxUnavailable' must be at most 100%, got '101%'",
    );
  });

  test('the defaults and everything else pass', () => {
    requireUpdateStrategy('app/web', 'strategy', {});
    requireUpdateStrategy('app/web', 'strategy', 'Recreate');
    requireUpdateStrategy('app/web', 'strategy', { maxSurge: absolute(0) });
  });
});
