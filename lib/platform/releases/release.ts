import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { requireDnsLabel } from '../../kube/objects/names';
import type { WaitTarget } from './wait-target';

/** A helm chart: the repository that serves it (`https://…` or `oci://…`), its name there and its exact version. */
export interface HelmChart {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/** Values of a chart. */
export type HelmValues = Readonly<Record<string, unknown>>;

/** When a release is installed: before the objects of `dist/`, or after them. */
export type ReleaseStage = 'operators' | 'applications';

/** A release is known by its name and its namespace. */
export interface ReleaseId {
  readonly name: string;
  /** A namespace that exists: none is created for a release. */
  readonly namespace: string;
}

/** One helm chart with its values. */
export interface Release extends ReleaseId {
  readonly chart: HelmChart;
  /** @default - those of the chart */
  readonly values?: object;
  /** Whether it is in the cluster; where not, it is taken out. @default true */
  readonly installed?: boolean;
  /** @default 'applications' */
  readonly stage?: ReleaseStage;
  /** Releases that are installed before it. @default - none */
  readonly after?: readonly ReleaseId[];
  /** What has to be true before it is installed. @default - nothing */
  readonly waitFor?: readonly WaitTarget[];
  /** Whether the installation ends only when its pods are ready. @default true */
  readonly wait?: boolean;
}

/** What an environment may say of any release. */
export interface ReleaseOptions {
  /** Merged over the values that are set here, as helm does: maps key by key, everything else whole. @default - none */
  readonly values?: HelmValues;
}

const LOCATION = 'helm releases';
const EXACT_VERSION = /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/;

/** Values with others merged over them, as helm does; `undefined` changes nothing. */
export function mergedValues(values: object, over: HelmValues | undefined): HelmValues {
  requireKnownProps('mergedValues()', { values, over }, 'values:object over?:object');
  requireProp(over === undefined || isMap(over), LOCATION, 'values', 'be an object or be left out', over);
  const merged: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(over ?? {})) {
    const before = merged[key];
    if (value !== undefined) merged[key] = isMap(before) && isMap(value) ? mergedValues(before, value) : value;
  }
  return merged;
}

/**
 * Checks what helmfile would find out later, or never.
 * @throws InvalidPropError for two releases of one name and namespace, for a version that is not exact, and for releases
 * that wait for each other
 */
export function requireReleases(releases: readonly Release[]): void {
  const ids = releases.map(releaseId);
  const installed = new Map(releases.filter(isInstalled).map((release) => [releaseId(release), release]));
  for (const [index, release] of releases.entries()) {
    const { name, namespace, chart, stage, after = [], waitFor = [] } = release;
    requireDnsLabel(LOCATION, 'name', name);
    // helm appends to it.
    requireProp(name.length <= 53, LOCATION, 'name', 'have at most 53 characters', name);
    requireDnsLabel(LOCATION, `${name}.namespace`, namespace);
    const id = releaseId(release);
    requireProp(ids.indexOf(id) === index, LOCATION, 'name', 'be used once in a namespace', id);
    const location = `helm release '${id}'`;
    requireKnownProps(
      location,
      release,
      'name namespace chart:object values?:object installed?:boolean stage?:operators|applications after?:object[] waitFor?:object[] wait?:boolean',
    );
    for (const target of waitFor) requireKnownProps(location, target, 'name namespace resource until', 'waitFor');
    requireProp(EXACT_VERSION.test(chart.version), location, 'chart.version', 'be exact (1.2.3)', chart.version);
    const served = /^(https|oci):\/\/\S+$/.test(chart.repository);
    requireProp(served, location, 'chart.repository', "start with 'https://' or 'oci://'", chart.repository);
    requireProp(/^[a-z0-9][\w.-]*$/.test(chart.name), location, 'chart.name', 'be the name of a chart', chart.name);
    for (const first of after.map(releaseId)) {
      const found = installed.get(first);
      requireProp(found !== undefined, location, 'after', 'name installed releases of this platform', first);
      const late = stage === 'operators' && found.stage !== stage;
      requireProp(!late, location, 'after', 'name only operators, because it is one', first);
    }
    // helmfile renders arguments of hooks as templates.
    const template = waitFor.flatMap(Object.values).find((text) => String(text).includes('{{'));
    requireProp(template === undefined, location, 'waitFor', "have no '{{'", template);
  }
  requireNoCycle(installed);
}

function requireNoCycle(releases: ReadonlyMap<string, Release>): void {
  const finished = new Set<string>();
  const follow = (id: string, before: readonly string[]) => {
    const cycle = before.includes(id) ? [...before.slice(before.indexOf(id)), id].join(' after ') : undefined;
    requireProp(cycle === undefined, `helm release '${id}'`, 'after', 'not lead back to the release itself', cycle);
    if (finished.has(id)) return;
    for (const first of releases.get(id)?.after ?? []) follow(releaseId(first), [...before, id]);
    finished.add(id);
  };
  for (const id of releases.keys()) follow(id, []);
}

/** Whether a release is to be in the cluster. */
export function isInstalled({ installed = true }: Pick<Release, 'installed'>): boolean {
  return installed;
}

/** `namespace/name`. */
export function releaseId({ namespace, name }: ReleaseId): string {
  return `${namespace}/${name}`;
}

function isMap(value: unknown): value is HelmValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
