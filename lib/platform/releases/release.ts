import { requireProp } from '../../kube/objects/errors';
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

const PLACE = 'helm releases';
const EXACT_VERSION = /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/;

/** Values with others merged over them, as helm does; `undefined` changes nothing. */
export function mergedValues(values: object, over: HelmValues | undefined): HelmValues {
  requireProp(over === undefined || isMap(over), PLACE, 'values', 'be an object or be left out', over);
  const merged: Record<string, unknown> = { ...values };
  for (const [key, value] of Object.entries(over ?? {})) {
    const before = merged[key];
    if (value !== undefined) merged[key] = isMap(before) && isMap(value) ? mergedValues(before, value) : value;
  }
  return merged;
}

/**
 * Checks what helmfile would find out later, or never.
 * @throws InvalidPropError for two releases of one name and namespace, and for a version that is no exact one
 */
export function requireReleases(releases: readonly Release[]): void {
  const ids = releases.map(releaseId);
  const installed = releases.filter(isInstalled).map(releaseId);
  for (const [index, { name, namespace, chart, stage, after = [], waitFor = [] }] of releases.entries()) {
    requireDnsLabel(PLACE, 'name', name);
    // helm appends to it.
    requireProp(name.length <= 53, PLACE, 'name', 'have at most 53 characters', name);
    requireDnsLabel(PLACE, `${name}.namespace`, namespace);
    const id = ids[index] ?? '';
    requireProp(ids.indexOf(id) === index, PLACE, 'name', 'be used once in a namespace', id);
    const place = `helm release '${id}'`;
    requireProp(EXACT_VERSION.test(chart.version), place, 'chart.version', 'be exact (1.2.3)', chart.version);
    const served = /^(https|oci):\/\/\S+$/.test(chart.repository);
    requireProp(served, place, 'chart.repository', "start with 'https://' or 'oci://'", chart.repository);
    requireProp(/^[a-z0-9][\w.-]*$/.test(chart.name), place, 'chart.name', 'be the name of a chart', chart.name);
    const missing = after.map(releaseId).find((other) => !installed.includes(other));
    requireProp(missing === undefined, place, 'after', 'name installed releases of this platform', missing);
    const first = releases.filter((other) => after.some((each) => releaseId(each) === releaseId(other)));
    const late = first.some((other) => releaseId(other) === id || (stage === 'operators' && other.stage !== stage));
    requireProp(
      !late,
      place,
      'after',
      'name other releases, and an operator other operators',
      after.map(releaseId).join(),
    );
    // helmfile renders arguments of hooks as templates.
    const template = waitFor.flatMap(Object.values).find((text) => String(text).includes('{{'));
    requireProp(template === undefined, place, 'waitFor', "have no '{{'", template);
  }
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
