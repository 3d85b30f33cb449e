import { type App, Chart } from 'cdk8s';
import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import type { Manifest } from '../../kube/objects/serialization';
import { inOneSynth } from '../../kube/objects/synth-run';
import { checksumParts } from '../../kube/pods/pod-template';
import { type PlacedField, placeValues } from './fields';
import { type Objects, objectKey } from './objects';
import { entryOf, hasPiece, piece, yamlTemplate } from './template';

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

/** What a stack writes but for its Namespace, with pieces of templates where values and what follows from them are. */
export interface Synth {
  /** What errors name. */
  readonly location: string;
  readonly objects: Objects;
  /** What values are in it, by their paths. */
  readonly found: ReadonlyMap<string, unknown>;
  /** Which of the values that turn something on are on in it, as far as it is known. */
  readonly on: Map<string, boolean>;
  /** Labels of its Namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/**
 * @param location - what errors name
 * @param texts - templates of texts that follow from the release
 */
export function readSynth(
  location: string,
  stack: Chart,
  fields: readonly PlacedField[],
  texts: Readonly<Record<string, string>>,
): Synth {
  const [own, others] = manifestsOf(location, stack);
  const objects: Objects = Object.fromEntries(others.map((manifest) => [objectKey(manifest), manifest]));
  const twice = others.find((manifest) => objects[objectKey(manifest)] !== manifest);
  requireProp(twice === undefined, location, 'objects', 'have one name a kind', twice?.metadata.name);
  const replaced: [string, string][] = [];
  /** What checksums are made of, and templates of it. */
  const sources = new Map<string, string>();
  for (const [key, { kind, metadata, data }] of Object.entries(objects)) {
    const name = key.slice(kind.length + 1);
    const sum = `${included(key)} | fromYaml | toRawJson | sha256sum`;
    if (name !== metadata.name) replaced.push([metadata.name, `${name}-${piece('text', `{{ ${sum} | trunc 8 }}`)}`]);
    sources.set(`${name} ${checksum(data)}`, `(printf "%s %s" ${JSON.stringify(name)} (${sum}))`);
  }
  for (const [sum, parts] of checksumParts(stack)) {
    const terms = parts.map((part) => sources.get(part) ?? JSON.stringify(part)).join(' ');
    replaced.push([sum, piece('text', `{{ list ${terms} | sortAlpha | toRawJson | sha256sum }}`)]);
  }
  const found = placeValues(location, fields, objects);
  for (const [text, template] of Object.entries(texts))
    replaced.push([JSON.stringify(text).slice(1, -1), piece('text', template)]);
  for (const [key, manifest] of Object.entries(objects)) {
    objects[key] = JSON.parse(
      replaced.reduce((json, [from, to]) => json.replaceAll(from, to), JSON.stringify(manifest)),
    );
  }
  // What sets a field and turns something on is on where it has that field.
  const turning = fields.filter(({ value }) => value.variant !== undefined).map(({ value }) => value.path);
  const on = new Map(turning.map((path) => [path, (found.get(path) ?? null) !== null]));
  return { location, objects, found, on, namespaceLabels: own?.metadata.labels ?? {} };
}

/** The Namespace of a stack, and its other manifests. */
function manifestsOf(location: string, stack: Chart): readonly [Manifest | undefined, readonly Manifest[]] {
  requireProp(Chart.isChart(stack), location, 'environments', 'be Charts', stack);
  const { namespace } = stack;
  const allowed = `be '${RELEASE_NAMESPACE}', in whose place the chart has that of its release`;
  requireProp(namespace === RELEASE_NAMESPACE, location, 'namespace', allowed, namespace);
  const manifests: readonly Manifest[] = inOneSynth(stack.node.root as App, () => stack.toJson());
  const secret = manifests.find(({ kind }) => kind === 'Secret');
  const credentials = 'be in no object: the Secrets of a chart are there before it (existingSecrets())';
  requireProp(secret === undefined, location, 'credentials', credentials, secret?.metadata.name);
  const own = manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  return [own, manifests.filter((manifest) => manifest !== own)];
}

/** Includes what {@link definitions} makes of an object. */
function included(key: string): string {
  return `include ${JSON.stringify(key)} .`;
}

/** The part of an object that checksums and names are computed from. */
const HASHED: Readonly<Record<string, string>> = { ConfigMap: 'data', Job: 'spec' };

/**
 * Makes named templates of what checksums and names of Jobs are computed from.
 * @param objects - what it changes
 */
export function definitions(stack: string, objects: Objects): Readonly<Record<string, string>> {
  const defined: Record<string, string> = {};
  for (const [key, entry] of Object.entries(objects)) {
    const manifest = entryOf(entry).content as Manifest;
    const { kind, metadata, spec } = manifest;
    const allowed = 'end with the hash of its spec, which values or the namespace change';
    const isRight = kind !== 'Job' || hasPiece(metadata.name) || !hasPiece(spec);
    requireProp(isRight, `${stack}/${key}`, 'metadata.name', allowed, metadata.name);
    const part = HASHED[kind];
    if (part === undefined || manifest[part] === undefined) continue;
    defined[key] = `\n${yamlTemplate(manifest[part])}\n`;
    manifest[part] = piece('value', `{{ ${included(key)} | trimSuffix "\\n" | nindent 2 }}`);
  }
  return defined;
}
