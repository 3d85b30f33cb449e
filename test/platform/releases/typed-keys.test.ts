import { expect, test } from 'vitest';
import type { Release } from '../../../lib/platform/releases/release';
import type { MlflowValues } from '../../../lib/stacks/fair/charts/mlflow-values';
import type { StacValues } from '../../../lib/stacks/fair/charts/stac-values';
import type { ZenmlChart } from '../../../lib/stacks/fair/charts/zenml';
import type { ZenmlValues } from '../../../lib/stacks/fair/charts/zenml-values';
import { charts } from '../../../lib/versions';
import { releases } from './samples';

const values = new Map(releases().map((release) => [release.name, release.values]));
const stac = values.get('stac') as StacValues;
const mlflow = values.get('mlflow') as MlflowValues;
const zenml = values.get('zenml') as ZenmlValues;
const { postgres } = mlflow.backendStore;
const { resources } = zenml;

// Most of these were set in published deployments, where the charts dropped them without a word. The compiler checks
// them: an expected error that does not occur is itself an error.
const misspelt: unknown[] = [
  // @ts-expect-error the chart reads stac.settings.resources
  { ...stac, stac: { ...stac.stac, resources } } satisfies StacValues,
  // @ts-expect-error the chart has no security context for the API
  { ...stac, stac: { ...stac.stac, securityContext: {} } } satisfies StacValues,
  // @ts-expect-error the chart has no node selector
  { ...stac, stac: { ...stac.stac, settings: { ...stac.stac.settings, nodeSelector: {} } } } satisfies StacValues,
  // @ts-expect-error the chart reads pgstacBootstrap.enabled
  { ...stac, pgstacBootstrap: { ...stac.pgstacBootstrap, enable: true } } satisfies StacValues,
  // @ts-expect-error a plain-text password
  { ...stac, postgresql: { type: 'external-plaintext', external: { credentials: {} } } } satisfies StacValues,
  // @ts-expect-error the chart reads the user name from a Secret here
  { ...postgres, username: 'mlflow' } satisfies MlflowValues['backendStore']['postgres'],
  // @ts-expect-error the schema of the chart wants a number
  { ...postgres, port: '5432' } satisfies MlflowValues['backendStore']['postgres'],
  // @ts-expect-error the chart reads extraEnvVars
  { ...mlflow, extraEnvVar: {} } satisfies MlflowValues,
  // @ts-expect-error the chart prints a number as %!s(float64=2)
  { ...mlflow, extraArgs: { workers: 2 } } satisfies MlflowValues,
  // @ts-expect-error the chart reads resources at the root
  { ...zenml, zenml: { ...zenml.zenml, resources } } satisfies ZenmlValues,
  // @ts-expect-error the chart reads ingress.className
  { ...zenml, zenml: { ...zenml.zenml, ingress: { enabled: true, ingressClassName: 'nginx' } } } satisfies ZenmlValues,
  // @ts-expect-error a later chart reads this one
  { ...zenml, zenml: { ...zenml.zenml, environmentSecretKeyRefs: [] } } satisfies ZenmlValues,
  // @ts-expect-error the chart, whose version belongs to the values
  { name: 'zenml', namespace: 'fair', values: zenml } satisfies Release,
  // @ts-expect-error a stage that helmfile.yaml has no label for
  { name: 'zenml', namespace: 'fair', chart: charts.zenml, stage: 'operator' } satisfies Release,
  // @ts-expect-error a version whose values are not typed
  { ...charts.zenml, version: '0.95.0' } satisfies ZenmlChart,
];

test('keys that the charts do not read are compile errors', () => {
  expect(misspelt).toHaveLength(15);
});
