import { type App, Chart } from 'cdk8s';
import { checksum } from '../../kube/objects/checksums';
import { requireProp } from '../../kube/objects/errors';
import { at } from '../../kube/objects/patch';
import type { Manifest } from '../../kube/objects/serialization';
import { inOneSynth } from '../../kube/objects/synth-run';
import { CONFIG_CHECKSUM, checksumParts } from '../../kube/pods/pod-template';
import type { ChartValue, PlacedField } from './chart-value';
import { placeValues } from './fields';
import { type Marks, mapTexts } from './marks';
import { type Difference, fromInside, nameOf, type Objects, objectKey, put } from './objects';

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

/** What a stack writes but for its Namespace, which a chart cannot, and the labels of that. */
function objectsOf(location: string, stack: Chart) {
  requireProp(Chart.isChart(stack), location, 'environments', 'be Charts', stack);
  const { namespace } = stack;
  const allowed = `be '${RELEASE_NAMESPACE}', in whose place the chart has that of its release`;
  requireProp(namespace === RELEASE_NAMESPACE, location, 'namespace', allowed, namespace);
  const manifests: readonly Manifest[] = inOneSynth(stack.node.root as App, () => stack.toJson());
  const secret = manifests.find(({ kind }) => kind === 'Secret');
  const credentials = 'be in no object: the Secrets of a chart are there before it (existingSecrets())';
  requireProp(secret === undefined, location, 'credentials', credentials, secret?.metadata.name);
  const own = manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  const others = manifests.filter((manifest) => manifest !== own);
  const objects: Objects = Object.fromEntries(others.map((manifest) => [objectKey(manifest), manifest]));
  const twice = others.find((manifest) => objects[objectKey(manifest)] !== manifest);
  requireProp(twice === undefined, location, 'objects', 'have one name a kind', twice?.metadata.name);
  const namespaceLabels: Readonly<Record<string, string>> = own?.metadata.labels ?? {};
  return { objects, namespaceLabels };
}

/**
 * What a stack writes, with marks where values, the namespace and what follows from it are: checksums and names of Jobs
 * are computed from named templates. And what the values are in it.
 * @param texts - texts that are computed, by their expressions
 */
export function modelOf(
  location: string,
  stack: Chart,
  fields: readonly PlacedField[],
  marks: Marks,
  texts: Readonly<Record<string, string>>,
) {
  const { objects, namespaceLabels } = objectsOf(location, stack);
  const keys = Object.entries(objects).map(([key, { metadata, data }]) => [`${metadata.name} ${checksum(data)}`, key]);
  const sources: Readonly<Record<string, string>> = Object.fromEntries(keys);
  const computed = Object.entries(texts).map(([text, go]) => [text, marks.add('word', go)] as const);
  for (const [key, { kind, metadata, spec }] of Object.entries(objects)) {
    const name = key.slice(kind.length + 1);
    if (name !== metadata.name) {
      const go = `printf "%s-%s" ${JSON.stringify(name)} (${checksumOf(key, 'spec')} | trunc 8)`;
      computed.push([metadata.name, marks.add('value', go)]);
    }
    const annotations = (spec?.jobTemplate?.spec ?? spec)?.template?.metadata?.annotations ?? {};
    const parts = checksumParts(stack)
      .get(annotations[CONFIG_CHECKSUM])
      ?.map((part) => {
        const source = sources[part];
        if (source === undefined) return JSON.stringify(part);
        return `(printf "%s %s" ${JSON.stringify(objects[source]?.metadata.name)} (${checksumOf(source, 'data')}))`;
      });
    const go = `list ${parts?.join(' ')} | sortAlpha | toRawJson | sha256sum`;
    if (parts !== undefined) annotations[CONFIG_CHECKSUM] = marks.add('value', go);
  }
  const found = placeValues(location, fields, objects, marks);
  const replaced = (all: string) => computed.reduce((text, [from, to]) => text.replaceAll(from, to), all);
  return { objects: mapTexts(objects, replaced), found, namespaceLabels };
}

/** What renders a part of an object, which is a named template. */
function included(key: string, part: 'data' | 'spec'): string {
  return `include ${JSON.stringify(`${key} /${part}`)} .`;
}

/** The checksum of a part of an object, as `checksum()` has it. */
function checksumOf(key: string, part: 'data' | 'spec'): string {
  return `${included(key, part)} | fromYaml | toRawJson | sha256sum`;
}

/** What a value turns on, or off where it is on in the stack: from what the stack is to what it is then. */
export interface Switch {
  readonly value: ChartValue;
  readonly isOn: boolean;
  readonly changes: readonly Difference[];
}

/** Objects as they are when something is turned on or off. */
export function switched(objects: Objects, switches: readonly Switch[]): Objects {
  const all = structuredClone(objects);
  // Several values may turn on the same.
  const changes = new Map(switches.flatMap((one) => one.changes).map((change) => [JSON.stringify(change), change]));
  for (const { steps, from, to } of fromInside([...changes.values()])) {
    const last = steps.at(-1) ?? '';
    put(at(all, steps.slice(0, -1)), last, to === undefined ? {} : { [last]: to }, from === undefined);
  }
  return all;
}

/** Objects with all that is switched, and the conditions: in them by marks, those of whole objects by their keys. */
export function conditional(stack: string, objects: Objects, switches: readonly Switch[], marks: Marks) {
  const all = structuredClone(objects);
  const conditions = new Map<string, string>();
  const different = new Map<
    string,
    Difference & Pick<Switch, 'isOn'> & { readonly go: string; readonly path: string }
  >();
  for (const { value, isOn, changes } of switches) {
    for (const change of changes) {
      const key = JSON.stringify([change.steps, ...(isOn ? [change.from, change.to] : [change.to, change.from])]);
      const [before, go] = [different.get(key), `.Values.${value.path}`];
      // What several values turn on is there for any of them.
      const any = before === undefined ? { ...change, isOn, go } : { ...before, go: `(or ${before.go} ${go})` };
      different.set(key, { ...any, path: value.path });
    }
  }
  for (const { steps, from, to, isOn, go, path } of fromInside([...different.values()])) {
    const last = steps.at(-1) ?? '';
    const parent = at(all, steps.slice(0, -1));
    const [one, other] = isOn ? [from, to] : [to, from];
    const condition = one === undefined ? `not ${go}` : go;
    const isEntry = Array.isArray(parent);
    const content = from === undefined ? to : at(parent, [last]);
    const isChanged = from !== undefined && to !== undefined;
    const isPlain = [one, other].every((each) => typeof each !== 'object');
    const isFree = isChanged
      ? isPlain && content === from
      : isEntry || from !== undefined || at(parent, [last]) === undefined;
    const allowed = 'differ in objects, entries of lists, fields and texts that no other value changes';
    requireProp(isFree, stack, `values.${path}.variant`, allowed, nameOf(steps));
    if (steps.length === 1) {
      conditions.set(last, condition);
      Object.assign(all, { [last]: content });
    } else if (isChanged) put(parent, last, { [last]: marks.choice(`(not (empty ${go}))`, one, other) }, false);
    else put(parent, last, marks.around(condition, isEntry ? '' : last, content), from === undefined);
  }
  return { all, conditions };
}

/**
 * Makes named templates of what checksums and names of Jobs are computed from.
 * @param objects - what it changes
 */
export function definitions(stack: string, objects: Objects, marks: Marks): Readonly<Record<string, unknown>> {
  const defined: Record<string, unknown> = {};
  for (const [key, manifest] of Object.entries(objects)) {
    const { kind, metadata, spec } = manifest;
    const allowed = 'end with the hash of its spec, which values or the namespace change';
    const isRight = kind !== 'Job' || marks.isIn(metadata.name) || !marks.isIn(spec);
    requireProp(isRight, `${stack}/${key}`, 'metadata.name', allowed, metadata.name);
    for (const part of ['data', 'spec'] as const) {
      if (!marks.uses(included(key, part))) continue;
      defined[`${key} /${part}`] = manifest[part];
      manifest[part] = marks.add('inline', `${included(key, part)} | trimSuffix "\\n" | nindent 2`);
    }
  }
  return defined;
}
