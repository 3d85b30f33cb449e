import { Duration, Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { PostgresCluster } from '../../../../lib/components/data/cnpg/cluster';
import type { PostgresClusterProps } from '../../../../lib/components/data/cnpg/cluster-props';
import type { ClusterSpec } from '../../../../lib/components/data/cnpg/resources';
import { objectOf, testChart } from '../../../support/synth';
import { minimal } from './samples';

describe('a cluster of CloudNativePG', () => {
  it.each<[string, Partial<PostgresClusterProps>, string]>([
    ['storageClassName', { storageClassName: 'Fast_SSD' }, 'be a DNS name'],
    ['storage', { storage: Size.gibibytes(0.3) }, "be a positive whole number of KiB, got '0.3Gi'"],
    [
      'idleInTransactionTimeout',
      { idleInTransactionTimeout: Duration.millis(1500) },
      'be a whole number of seconds, got 1.5',
    ],
  ])('fails for a wrong %s', (prop, props, allowed) => {
    expect(() => new PostgresCluster(testChart(), 'db', { ...minimal, ...props })).toThrow(
      `demo/db: '${prop}' must ${allowed}`,
    );
  });

  it('has no fields but those of its operator: wrong ones are compile errors', () => {
    const spec = objectOf(new PostgresCluster(testChart(), 'db', minimal), 'Cluster').spec as ClusterSpec;
    const wrong: unknown[] = [
      // @ts-expect-error the field is `instances`
      { ...spec, replicas: 2 } satisfies ClusterSpec,
      // @ts-expect-error the field is `storage.size`
      { ...spec, storage: { size: '1Gi', storageClassName: 'fast' } } satisfies ClusterSpec,
      // @ts-expect-error a number
      { ...spec, instances: '2' } satisfies ClusterSpec,
      // @ts-expect-error statements, not files
      { ...spec, bootstrap: { initdb: { ...spec.bootstrap.initdb, postInitSQLRefs: {} } } } satisfies ClusterSpec,
    ];
    expect(wrong).toHaveLength(4);
  });
});
