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
export function objectsOf(location: string, stack: Chart) {
  requireProp(Chart.isChart(stack), location, 'stack', 'be a Chart', stack);
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

/** Annotations of a pod that a workload, a Job or a CronJob starts. */
function annotationsOf({ spec }: Manifest): Record<string, string> {
  return (spec?.jobTemplate?.spec ?? spec)?.template?.metadata?.annotations ?? {};
}

/**
 * What a stack writes, with marks where values, the namespace and what follows from it are. A checksum is the list of
 * what it is made of, as JSON; the name of a Job is a mark for its key.
 * @param computed - further texts, by the expressions that compute them
 */
export function markedObjects(
  location: string,
  stack: Chart,
  written: Objects,
  fields: readonly PlacedField[],
  marks: Marks,
  computed: Readonly<Record<string, string>>,
): Objects {
  const objects = structuredClone(written);
  const sources = new Map(
    Object.entries(objects).map(([key, { metadata, data }]) => [`${metadata.name} ${checksum(data)}`, key]),
  );
  const texts = Object.entries(computed).map(([text, go]) => [text, marks.add('word', go)]);
  for (const [key, { kind, metadata, spec }] of Object.entries(objects)) {
    if (kind === 'Job' && key !== `Job ${metadata.name}`) texts.push([metadata.name, marks.add('value', key)]);
    const annotations = annotationsOf({ kind, metadata, spec });
    const parts = checksumParts(stack).get(annotations[CONFIG_CHECKSUM] ?? '');
    if (parts) annotations[CONFIG_CHECKSUM] = JSON.stringify(parts.map((part) => sources.get(part) ?? part));
  }
  placeValues(location, fields, objects, marks);
  return mapTexts(objects, (all) => texts.reduce((text, [from = '', to = '']) => text.replaceAll(from, to), all));
}

/** What a value turns on, or off where it is on in the stack: from what the stack is to what it is then. */
export interface Switch {
  readonly value: ChartValue;
  readonly isOn: boolean;
  readonly found: readonly Difference[];
}

/** Objects as they are when something is turned on or off. */
export function switched(objects: Objects, switches: readonly Switch[]): Objects {
  const all = structuredClone(objects);
  for (const { steps, from, to } of fromInside(switches.flatMap(({ found }) => found))) {
    const last = steps.at(-1) ?? '';
    put(at(all, steps.slice(0, -1)), last, to === undefined ? {} : { [last]: to }, from === undefined);
  }
  return all;
}

/** Objects with all that is switched, and the conditions: in them by marks, those of whole objects by their keys. */
export function conditional(stack: string, objects: Objects, switches: readonly Switch[], marks: Marks) {
  const all = structuredClone(objects);
  const conditions = new Map<string, string>();
  const changes = new Map<string, Difference & Pick<Switch, 'isOn'> & { readonly go: string; readonly path: string }>();
  for (const { value, isOn, found } of switches) {
    for (const change of found) {
      const key = JSON.stringify([change.steps, ...(isOn ? [change.from, change.to] : [change.to, change.from])]);
      const [before, go] = [changes.get(key), `.Values.${value.path}`];
      // What several values turn on is there for any of them.
      const any = before === undefined ? { ...change, isOn, go } : { ...before, go: `(or ${before.go} ${go})` };
      changes.set(key, { ...any, path: value.path });
    }
  }
  for (const { steps, from, to, isOn, go, path } of fromInside([...changes.values()])) {
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
 * Has templates compute checksums and names of Jobs that follow from values, and gives the named templates that they are
 * computed of. Others are written as they are.
 * @param objects - what it changes
 */
export function computeChecksums(stack: string, objects: Objects, marks: Marks): ReadonlyMap<string, unknown> {
  const definitions = new Map<string, unknown>();
  /** The checksum of a part of an object, as `checksum()` has it: in quotes, or an expression. */
  const sumOf = (key: string, part: 'data' | 'spec') => {
    const manifest = objects[key] as Manifest;
    const go = `include ${JSON.stringify(`${key} /${part}`)} .`;
    if (!definitions.has(`${key} /${part}`)) {
      if (!marks.isIn(manifest[part])) return JSON.stringify(checksum(manifest[part]));
      definitions.set(`${key} /${part}`, manifest[part]);
      manifest[part] = marks.add('inline', `${go} | trimSuffix "\\n" | nindent 2`);
    }
    return `(${go} | fromYaml | toRawJson | sha256sum)`;
  };
  for (const manifest of Object.values(objects)) {
    const annotations = annotationsOf(manifest);
    const sum = annotations[CONFIG_CHECKSUM];
    if (sum === undefined) continue;
    const parts = (JSON.parse(sum) as string[]).map((part) => {
      const name = objects[part]?.metadata.name;
      return name === undefined
        ? JSON.stringify(part)
        : `(printf "%s %s" ${JSON.stringify(name)} ${sumOf(part, 'data')})`;
    });
    annotations[CONFIG_CHECKSUM] = marks.add('value', `list ${parts.join(' ')} | sortAlpha | toRawJson | sha256sum`);
  }
  for (const [key, { kind, metadata, spec }] of Object.entries(objects)) {
    if (kind !== 'Job') continue;
    const isHashed = marks.isIn(metadata.name);
    const allowed = 'end with the hash of its spec, which values or the namespace change';
    requireProp(isHashed || !marks.isIn(spec), `${stack}/${key}`, 'metadata.name', allowed, metadata.name);
    if (isHashed)
      marks.resolve(metadata.name, `printf "%s-%s" ${JSON.stringify(key.slice(4))} (${sumOf(key, 'spec')} | trunc 8)`);
  }
  return definitions;
}
