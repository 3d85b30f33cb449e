import { oneOf, requireProp } from '../../kube/objects/errors';
import { requireDnsLabel } from '../../kube/objects/names';
import type { MlflowValues } from '../../stacks/fair/charts/mlflow-values';
import type { StacValues } from '../../stacks/fair/charts/stac-values';
import type { ZenmlValues } from '../../stacks/fair/charts/zenml-values';
import { charts } from '../../versions';
import type { BarmanCloudValues } from '../cluster/barman-cloud';
import type { CertManagerValues } from '../cluster/cert-manager';
import type { CloudNativePgValues } from '../cluster/cloudnative-pg';
import type { MetricsServerValues } from '../cluster/metrics-server';
import type { NvidiaDevicePluginValues } from '../cluster/nvidia-device-plugin';
import type { DatabaseGate } from './database-gate';

/** The releases that `helmfile.yaml` knows, and the chart of each. */
export const releaseCharts = {
  stac: charts.eoapi,
  mlflow: charts.mlflow,
  zenml: charts.zenml,
  'metrics-server': charts.metricsServer,
  'nvidia-device-plugin': charts.nvidiaDevicePlugin,
  'cert-manager': charts.certManager,
  'cloudnative-pg': charts.cloudnativePg,
  'plugin-barman-cloud': charts.barmanCloud,
} as const;

/** A release that `helmfile.yaml` knows. */
export type ReleaseName = keyof typeof releaseCharts;

/** A release that starts only when its database is there. */
export type DatabaseReleaseName = 'stac' | 'mlflow' | 'zenml';

interface ReleaseValues {
  readonly stac: StacValues;
  readonly mlflow: MlflowValues;
  readonly zenml: ZenmlValues;
  readonly 'metrics-server': MetricsServerValues;
  readonly 'nvidia-device-plugin': NvidiaDevicePluginValues;
  readonly 'cert-manager': CertManagerValues;
  readonly 'cloudnative-pg': CloudNativePgValues;
  readonly 'plugin-barman-cloud': BarmanCloudValues;
}

interface ReleaseOf<Name extends ReleaseName> {
  readonly name: Name;
  /** A namespace that exists: none is created for a release. */
  readonly namespace: string;
  /** Version of the chart. @default - the one whose values are typed here */
  readonly version?: string;
  readonly values: ReleaseValues[Name];
}

/** A release that is on. */
export type HelmRelease =
  | { [Name in DatabaseReleaseName]: ReleaseOf<Name> & { readonly database: DatabaseGate } }[DatabaseReleaseName]
  | { [Name in Exclude<ReleaseName, DatabaseReleaseName>]: ReleaseOf<Name> }[Exclude<ReleaseName, DatabaseReleaseName>];

/** A release that is on, for whoever reads its values without knowing its chart. */
export interface Release {
  readonly name: ReleaseName;
  readonly namespace: string;
  /** Version of the chart. @default - the one that `charts` names */
  readonly version?: string;
  /** What it waits for. @default - no database */
  readonly database?: DatabaseGate;
  readonly values: object;
}

/** One release, as `helmfile.yaml` reads it. */
export interface ReleaseSwitch {
  readonly enabled: boolean;
  readonly version: string;
  readonly namespace: string;
  /** What it waits for before it starts. */
  readonly database?: DatabaseGate;
}

/** The content of `deploy/releases.yaml`: every release that `helmfile.yaml` knows, on or off. */
export type ReleasesFile = Readonly<Record<ReleaseName, ReleaseSwitch>>;

const PLACE = 'helm releases';
const EXACT_VERSION = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** What `helmfile.yaml` reads of the releases that are on; all others are off. */
export function releasesFile(releases: readonly Release[]): ReleasesFile {
  const names = Object.keys(releaseCharts) as ReleaseName[];
  const on = new Map<ReleaseName, ReleaseSwitch>();
  for (const release of releases) {
    requireProp(names.includes(release.name), PLACE, 'name', oneOf(names), release.name);
    requireProp(!on.has(release.name), PLACE, 'name', 'be given once', release.name);
    on.set(release.name, switchOn(release));
  }
  return Object.fromEntries(names.map((name) => [name, on.get(name) ?? switchOff(name)])) as ReleasesFile;
}

function switchOn(release: Release): ReleaseSwitch {
  const { name, namespace, version = releaseCharts[name].version } = release;
  requireDnsLabel(PLACE, `${name}.namespace`, namespace);
  requireProp(EXACT_VERSION.test(version), PLACE, `${name}.version`, 'be an exact version (1.2.3)', version);
  const wait = 'database' in release ? { database: release.database } : {};
  return { enabled: true, version, namespace, ...wait };
}

/** helmfile renders version and namespace of a release before it looks whether it is on. */
function switchOff(name: ReleaseName): ReleaseSwitch {
  return { enabled: false, version: releaseCharts[name].version, namespace: 'default' };
}
