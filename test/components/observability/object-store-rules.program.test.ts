import { test } from 'vitest';
import { describeRules } from './rule-checks';
import { store } from './rule-samples';

describeRules('the rules of an object store', ({ expectAlerts }) => {
  const minio = (name: string) => `${name}{job="minio",namespace="flts",instance="10.0.0.7:9000"}`;
  /** As the server writes them: what is 0 is left out. */
  const series = (free: number, offline: number) => {
    const values = {
      capacity_usable_free_bytes: free,
      capacity_usable_total_bytes: 100,
      drives_offline_count: offline,
    };
    const written = Object.entries(values).filter(([, value]) => value > 0);
    return Object.fromEntries(written.map(([name, value]) => [minio(`minio_cluster_health_${name}`), `${value}x60`]));
  };
  const labels = { job: 'minio', namespace: 'flts', instance: '10.0.0.7:9000' };

  test('it is full, or a drive is away', () => {
    expectAlerts(store, series(11, 0), 60);
    expectAlerts(store, series(9, 1), 60, {
      ObjectStoreFull: [{ labels, summary: 'Only 9% of the capacity of minio is free.' }],
      ObjectStoreDriveOffline: [{ labels, summary: '1 drives of minio are offline.' }],
    });
    expectAlerts(store, series(0, 0), 60, {
      ObjectStoreFull: [{ labels, summary: 'Only 0% of the capacity of minio is free.' }],
    });
  });
});
