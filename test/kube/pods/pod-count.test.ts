import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PodCount } from '../../../lib/kube/pods/pod-count';

describe('PodCount', () => {
  test('a number of pods is the same at any number of replicas', () => {
    const one = PodCount.absolute(1);
    expect([one.roundedUp(50), one.roundedDown(50), `${one}`, one.toIntOrString().value]).toEqual([1, 1, '1', 1]);
  });

  test('a share rounds up or down as asked', () => {
    const quarter = PodCount.percent(25);
    expect([quarter.roundedUp(6), quarter.roundedDown(6)]).toEqual([2, 1]);
    expect([quarter.roundedUp(3), quarter.roundedDown(3)]).toEqual([1, 0]);
    expect([`${quarter}`, quarter.toIntOrString().value]).toEqual(['25%', '25%']);
  });

  test('a whole share is exact', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(500), (percent, hundreds) => {
        const share = PodCount.percent(percent);
        const exact = percent * hundreds;
        return share.roundedUp(hundreds * 100) === exact && share.roundedDown(hundreds * 100) === exact;
      }),
    );
  });

  test('parts of a pod and of a per cent are refused', () => {
    expect(() => PodCount.absolute(1.5)).toThrow("PodCount: 'absolute' must be a whole number from 0, got 1.5");
    expect(() => PodCount.absolute(-1)).toThrow("'absolute' must be");
    expect(() => PodCount.percent(12.5)).toThrow("PodCount: 'percent' must be a whole number of per cent from 0");
  });
});
