import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serverSlots } from '../../../lib/components/edge/haproxy';
import { maxSlots } from '../../../lib/components/edge/haproxy-config';
import { PodCount } from '../../../lib/kube/pods/pod-count';
import { type RollingUpdate, rolloutRoom, type UpdateStrategy } from '../../../lib/kube/pods/rollout';

describe('the slots for servers', () => {
  const count = (least: number) =>
    fc.oneof(
      fc.integer({ min: least, max: 50 }).map((pods) => PodCount.absolute(pods)),
      fc.integer({ min: least, max: 100 }).map((percent) => PodCount.percent(percent)),
    );
  const strategies: fc.Arbitrary<UpdateStrategy> = fc.oneof(
    fc.constant('Recreate' as const),
    fc.record<RollingUpdate>({ maxSurge: count(1), maxUnavailable: count(0) }, { requiredKeys: [] }),
  );

  test('are enough for every number of replicas and what a rollout adds to it', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), strategies, (least, more, strategy) => {
        const range = { minReplicas: least + 1, maxReplicas: least + 1 + more };
        const slots = serverSlots({ replicas: range, strategy });
        for (let replicas = range.minReplicas; replicas <= range.maxReplicas; replicas += 1) {
          expect(slots).toBeGreaterThanOrEqual(replicas + rolloutRoom(strategy, replicas).surge);
        }
      }),
    );
  });

  test('fit into one answer of 8192 bytes, be the addresses as long as those of IPv6', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 253 }), (length) => {
        const bytes = (records: number) => 12 + 11 + (length + 2 + 4) + records * 28;
        const most = maxSlots('a'.repeat(length));
        expect(bytes(most)).toBeLessThanOrEqual(8192);
        expect(bytes(most + 1)).toBeGreaterThan(8192);
      }),
    );
  });
});
