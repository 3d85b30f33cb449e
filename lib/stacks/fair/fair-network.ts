import type { ReleaseIngress } from '../../platform/releases/ingress';
import type { FairChartPods } from './chart-pods';
import { releasePodLabels, releaseServices } from './charts/services';
import { readsSecretKeys } from './charts/zenml-values';
import type { FairCharts } from './fair';

/** The pods of the charts that are on, by the labels that the charts give to them. */
export function fairChartPods({ stac, mlflow, zenml }: FairCharts): FairChartPods[] {
  const pods = (chart: FairChartPods['chart'], { ingress }: { readonly ingress?: ReleaseIngress }): FairChartPods => ({
    chart,
    selector: releasePodLabels[chart],
    service: releaseServices[chart],
    ingress,
  });
  const migration = { name: 'stac-migration', selector: releasePodLabels.stacMigration };
  return [
    // Before it starts, its API asks the API server whether the migration is done.
    ...(stac === undefined ? [] : [{ ...pods('stac', stac), migration, callsApiServer: true }]),
    ...(mlflow === undefined ? [] : [{ ...pods('mlflow', mlflow), readsBucketKeys: true }]),
    ...(zenml === undefined ? [] : [{ ...pods('zenml', zenml), readsBucketKeys: readsSecretKeys(zenml.version) }]),
  ];
}
