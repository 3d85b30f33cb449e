import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import type { Manifest } from '../../kube/objects/serialization';
import { CONFIG_CHECKSUM } from '../../kube/pods/pod-template';
import type { PlacedField } from './chart-value';
import { isMap, type Objects, placeValues } from './fields';
import type { Marks } from './marks';

/**
 * Namespace of a stack that becomes a helm chart: wherever it is written, the chart has the namespace of its release.
 * Nothing else is called so, so that no text is taken for it.
 */
export const RELEASE_NAMESPACE = 'release-namespace';

/**
 * A name, or part of one, of a stack that becomes a helm chart: the chart has the name of its release there, so that a
 * namespace can have several of them.
 */
export const RELEASE_NAME = 'release-name';

/** Objects with marks where templates say what is there, and the named templates that checksums are computed of. */
export interface ChartModel {
  readonly objects: Objects;
  readonly definitions: ReadonlyMap<string, unknown>;
}

export interface ChartModelProps {
  /** What errors name. */
  readonly stack: string;
  readonly fields: readonly PlacedField[];
  readonly objects: Map<string, Manifest>;
  readonly marks: Marks;
  /** What the checksums of pods are made of. */
  readonly checksums: ReadonlyMap<string, readonly string[]>;
}

/** What an object is called in a chart: a Job without the hash of its spec. */
export function objectKey(manifest: Manifest): string {
  const { kind, metadata, spec } = manifest;
  const [, name, hash] = /^(.+)-([0-9a-f]{8})$/.exec(metadata.name) ?? [];
  const isHashed = kind === 'Job' && hash === checksum(spec).slice(0, 8);
  return `${kind} ${isHashed ? name : metadata.name}`;
}

/** Marks values, the namespace, and checksums and names of Jobs that follow from them. It changes the objects. */
export function chartModel({ stack, fields, objects, marks, checksums }: ChartModelProps): ChartModel {
  const definitions = new Map<string, unknown>();
  /** A named template, and the checksum of what it renders, as `checksum()` has it. */
  const define = (name: string, content: unknown): string => {
    definitions.set(name, content);
    return `include ${JSON.stringify(name)} . | fromYaml | toRawJson | sha256sum`;
  };
  const included = (name: string) =>
    marks.add('inline', `include ${JSON.stringify(name)} . | trimSuffix "\\n" | nindent 2`);
  const before = new Map(structuredClone([...objects]));
  placeValues(stack, fields, objects, marks);
  replaceIn(objects, RELEASE_NAMESPACE, marks.add('word', '.Release.Namespace'));
  replaceIn(objects, RELEASE_NAME, marks.add('word', '.Release.Name'));
  const computed = new Map<string, string>();
  for (const [key, manifest] of objects) {
    if (manifest.kind !== 'ConfigMap' || !marks.isIn(manifest.data)) continue;
    const { name } = manifest.metadata;
    const sum = define(`${key} /data`, manifest.data);
    computed.set(`${name} ${checksum(before.get(key)?.data)}`, `(printf "%s %s" ${JSON.stringify(name)} (${sum}))`);
    objects.set(key, { ...manifest, data: included(`${key} /data`) });
  }
  for (const [key, manifest] of objects) {
    const { template = manifest.spec?.jobTemplate?.spec.template } = manifest.spec ?? {};
    const annotations = template?.metadata?.annotations ?? {};
    const parts = checksums.get(annotations[CONFIG_CHECKSUM]) ?? [];
    if (parts.some((part) => computed.has(part))) {
      const list = parts.map((part) => computed.get(part) ?? JSON.stringify(part)).join(' ');
      annotations[CONFIG_CHECKSUM] = marks.add('value', `list ${list} | sortAlpha | toRawJson | sha256sum`);
    }
    if (manifest.kind !== 'Job' || !marks.isIn(manifest.spec)) continue;
    const [, name = ''] = key.split(' ');
    const written = manifest.metadata.name;
    const allowed = 'end with the hash of its spec, which values or the namespace change';
    requireProp(name !== written, `${stack}/${key}`, 'metadata.name', allowed, written);
    const sum = define(`${key} /spec`, manifest.spec);
    objects.set(key, { ...manifest, spec: included(`${key} /spec`) });
    replaceIn(objects, written, marks.add('text', `printf "%s-%s" ${JSON.stringify(name)} (${sum} | trunc 8)`));
  }
  return { objects, definitions };
}

/** Where two models differ, as paths below a name; empty where they do not. */
export function modelDifferences(a: unknown, b: unknown, path = ''): string[] {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return a.flatMap((entry, index) => modelDifferences(entry, b[index], `${path}/${index}`));
  }
  if (isMap(a) && isMap(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) =>
      modelDifferences(a[key], b[key], `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

function replaceIn(objects: Map<string, Manifest>, text: string, mark: string): void {
  for (const [key, manifest] of objects) objects.set(key, replaced(manifest) as Manifest);

  function replaced(value: unknown): unknown {
    if (typeof value === 'string') return value.replaceAll(text, mark);
    if (Array.isArray(value)) return value.map(replaced);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replaced(entry)]));
  }
}
