import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { HelmChart, Release } from '../../../lib/platform/releases/release';
import { findProgram } from './programs';

/** What a container of a rendered pod has, as far as the tests look. */
export interface RenderedContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly securityContext?: Readonly<Record<string, unknown>>;
}

/** What the specification of a rendered pod has, as far as the tests look. */
export interface RenderedPod {
  readonly containers: readonly RenderedContainer[];
  readonly initContainers?: readonly RenderedContainer[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly affinity?: unknown;
  readonly tolerations?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly runtimeClassName?: string;
  readonly [field: string]: unknown;
}

/** Labels and annotations of a rendered object or pod. */
export interface RenderedMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rendered object. */
export interface RenderedObject {
  readonly kind: string;
  readonly metadata: RenderedMetadata & { readonly name: string };
  readonly spec?: { readonly template?: { readonly metadata?: RenderedMetadata; readonly spec: RenderedPod } };
  readonly data?: Readonly<Record<string, string>>;
}

const folder = process.env.CHARTS_DIR;
const helm = findProgram('helm');

/** The folder of a chart: it has its name, alone or with the version behind it. */
function chartFolder({ name, version }: HelmChart): string | undefined {
  return [`${name}-${version}`, name]
    .map((entry) => join(folder ?? '', entry))
    .find((path) => {
      const file = join(path, 'Chart.yaml');
      return existsSync(file) && parse(readFileSync(file, 'utf8')).version === version;
    });
}

/** Why the charts of these releases cannot be rendered; empty where they can. */
export function unrenderable(releases: readonly Pick<Release, 'name' | 'chart'>[]): string {
  if (folder === undefined) return 'CHARTS_DIR names no folder of unpacked charts, which no package registry has';
  if (helm === undefined) return 'no helm on the search path or in .tools/bin';
  const missing = releases.filter(({ chart }) => chartFolder(chart) === undefined);
  return missing.length === 0 ? '' : `CHARTS_DIR has no chart of ${missing.map(({ name }) => name).join(', ')}`;
}

/** The output of `helm template`; what it says when it refuses. */
export function template({ name, namespace, chart: helmChart, values = {} }: Release): {
  readonly ok: boolean;
  readonly text: string;
} {
  const chart = chartFolder(helmChart);
  if (helm === undefined || chart === undefined) throw new Error(unrenderable([{ name, chart: helmChart }]));
  const { status, stdout, stderr } = spawnSync(
    helm,
    ['template', name, chart, '--namespace', namespace, '--kube-version', '1.34.0', '--values', '-'],
    { encoding: 'utf8', input: stringify(values, { aliasDuplicateObjects: false }), maxBuffer: 1 << 26 },
  );
  return { ok: status === 0, text: status === 0 ? stdout : stderr };
}

/** The objects that a release creates. */
export function render(release: Release): readonly RenderedObject[] {
  const { ok, text } = template(release);
  if (!ok) throw new Error(text);
  return parseAllDocuments(text)
    .map((document) => document.toJS() as RenderedObject | null)
    .filter((object): object is RenderedObject => object !== null);
}

/** The pods of rendered objects, by kind and name of what creates them. */
export function podsOf(objects: readonly RenderedObject[]): ReadonlyMap<string, RenderedPod> {
  return new Map(
    objects.flatMap(({ kind, metadata, spec }) =>
      spec?.template === undefined ? [] : [[`${kind}/${metadata.name}`, spec.template.spec] as const],
    ),
  );
}

/** Every container of a pod. */
export function containersOf({ initContainers = [], containers }: RenderedPod): readonly RenderedContainer[] {
  return [...initContainers, ...containers];
}
