import type { FairChartPods } from '../kube/chart-pods';
import type { FairCharts } from './fair';
import type { ReleaseIngress } from './helm/ingress';
import { releasePodLabels, releaseServices } from './helm/services';
import { readsSecretKeys } from './helm/zenml-values';

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
