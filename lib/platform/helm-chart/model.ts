import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { isObject } from '../../kube/objects/known-props';
import type { Manifest } from '../../kube/objects/serialization';
import { CONFIG_CHECKSUM } from '../../kube/pods/pod-template';
import type { PlacedField } from './chart-value';
import { placeValues } from './fields';
import { type Marks, mapTexts } from './marks';

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

/** What an object is called in a chart: a Job without the hash of its spec. */
export function objectKey(manifest: Manifest): string {
  const { kind, metadata, spec } = manifest;
  const [, name, hash] = /^(.+)-([0-9a-f]{8})$/.exec(metadata.name) ?? [];
  const isHashed = kind === 'Job' && hash === checksum(spec).slice(0, 8);
  return `${kind} ${isHashed ? name : metadata.name}`;
}

/**
 * Marks values, the namespace, and checksums and names of Jobs that follow from them: objects where templates say what is
 * there, and the named templates that checksums are computed of.
 * @param stack - what errors name
 * @param objects - what it changes
 * @param checksums - what the checksums of pods are made of
 */
export function chartModel(
  stack: string,
  fields: readonly PlacedField[],
  objects: Map<string, Manifest>,
  marks: Marks,
  checksums: ReadonlyMap<string, readonly string[]>,
) {
  const definitions = new Map<string, unknown>();
  const computed = new Map<string, string>();
  /** Makes a part of an object a named template: what renders it, and its checksum, as `checksum()` has it. */
  const define = (key: string, part: string) => {
    const name = `${key} /${part}`;
    const manifest = objects.get(key);
    definitions.set(name, manifest?.[part]);
    const go = `include ${JSON.stringify(name)} .`;
    objects.set(key, { ...manifest, [part]: marks.add('inline', `${go} | trimSuffix "\\n" | nindent 2`) });
    return `${go} | fromYaml | toRawJson | sha256sum`;
  };
  const replace = (text: string, mark: string) => {
    const marked = (all: string) => all.replaceAll(text, mark);
    for (const [key, manifest] of objects) objects.set(key, mapTexts(manifest, marked));
  };
  const before = structuredClone(objects);
  placeValues(stack, fields, objects, marks);
  replace(RELEASE_NAMESPACE, marks.add('word', '.Release.Namespace'));
  replace(RELEASE_NAME, marks.add('word', '.Release.Name'));
  for (const [key, { kind, metadata, data }] of objects) {
    if (kind !== 'ConfigMap' || !marks.isIn(data)) continue;
    const part = `${metadata.name} ${checksum(before.get(key)?.data)}`;
    computed.set(part, `(printf "%s %s" ${JSON.stringify(metadata.name)} (${define(key, 'data')}))`);
  }
  for (const [key, { kind, metadata, spec }] of objects) {
    const { template = spec?.jobTemplate?.spec.template } = spec ?? {};
    const annotations = template?.metadata?.annotations ?? {};
    const parts = checksums.get(annotations[CONFIG_CHECKSUM]) ?? [];
    if (parts.some((part) => computed.has(part))) {
      const list = parts.map((part) => computed.get(part) ?? JSON.stringify(part)).join(' ');
      annotations[CONFIG_CHECKSUM] = marks.add('value', `list ${list} | sortAlpha | toRawJson | sha256sum`);
    }
    if (kind !== 'Job' || !marks.isIn(spec)) continue;
    const [, name = ''] = key.split(' ');
    const allowed = 'end with the hash of its spec, which values or the namespace change';
    requireProp(name !== metadata.name, `${stack}/${key}`, 'metadata.name', allowed, metadata.name);
    const hash = `(${define(key, 'spec')} | trunc 8)`;
    replace(metadata.name, marks.add('value', `printf "%s-%s" ${JSON.stringify(name)} ${hash}`));
  }
  return { objects, definitions };
}

/** Where two models differ, as paths below a name; empty where they do not. */
export function modelDifferences(a: unknown, b: unknown, path = ''): string[] {
  const areLists = Array.isArray(a) && Array.isArray(b) && a.length === b.length;
  if (areLists || (isObject(a) && isObject(b))) {
    const steps = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return steps.flatMap((step) => {
      const below = `${path}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return modelDifferences(Reflect.get(a, step), Reflect.get(b, step), below);
    });
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}
