import type { Construct } from 'constructs';
import { oneOf, requireProp } from '../../../kube/objects/errors';
import { addNotes } from '../../../kube/objects/notes';
import { imageParts, imageSettings } from '../../../kube/pods/images';
import type { HelmChart } from '../../../platform/releases/release';

/** A version of the chart whose values are typed here, and the images that go with it. */
export interface EoapiChart extends HelmChart {
  readonly version: '0.12.0' | '0.12.2' | '0.15.0';
  /** Of the API. */
  readonly image: string;
  /** Of pypgstac, which migrates the database. Its version decides which pgstac the database has. */
  readonly migrationImage: string;
  /** With kubectl and a shell, to wait for the migration: of 0.15.0 alone. @default - alpine/kubectl, from Docker Hub */
  readonly waitImage?: string;
}

/** The release of pypgstac that each version of the chart works with. */
const PGSTAC = { '0.12.0': '0.9', '0.12.2': '0.10', '0.15.0': '0.10' } as const;

/** Checks that a chart is one of those, with a pypgstac that it works with. */
export function requireEoapiChart(scope: Construct, chart: EoapiChart, migrationTag: string): void {
  requireProp(Object.hasOwn(PGSTAC, chart.version), scope, 'chart.version', oneOf(Object.keys(PGSTAC)), chart.version);
  requireProp(
    migrationTag.startsWith(`v${PGSTAC[chart.version]}.`),
    scope,
    'chart.migrationImage',
    `have a tag v${PGSTAC[chart.version]}.…, which chart ${chart.version} works with`,
    chart.migrationImage,
  );
}

/** The image that waits for the migration, where the chart has a value for it. */
export function waitImage(scope: Construct, { version, waitImage }: EoapiChart) {
  if (version === '0.15.0') {
    requireProp(waitImage !== undefined, scope, 'chart.waitImage', 'be given with chart 0.15.0', waitImage);
    return imageParts(scope, 'chart.waitImage', waitImage);
  }
  requireProp(waitImage === undefined, scope, 'chart.waitImage', `be left out with chart ${version}`, waitImage);
  if (imageSettings(scope).registry !== undefined) {
    const name = `chart ${version} pulls alpine/kubectl:1.34.1 from Docker Hub, whatever 'images.registry' says`;
    addNotes(scope, () => [`${name}: charts.eoapi015 does not`]);
  }
  return undefined;
}
