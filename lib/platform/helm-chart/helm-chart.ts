import { isDeepStrictEqual } from 'node:util';
import { type ApiObject, type App, Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import type { Manifest } from '../../kube/objects/serialization';
import { inOneSynth } from '../../kube/objects/synth-run';
import { checksumParts } from '../../kube/pods/pod-template';
import type { Files } from '../files';
import { type ChartRule, type ChartValue, type PlacedField, placedFields } from './chart-value';
import { type Objects, readValues, restored, valueExpression } from './fields';
import { Marks } from './marks';
import { type ChartModel, chartModel, modelDifferences, objectKey, RELEASE_NAMESPACE } from './model';
import { chartReadme, notes } from './pages';
import { rulesTemplate } from './rules';
import { changedValue, type DefaultedValue, valuesFile, valuesSchema } from './values-file';

export interface HelmChartProps {
  /** Name of the chart. */
  readonly name: string;
  /** Its version: `1.2.3`. */
  readonly version: string;
  /** What it installs, in a sentence. @default - the name */
  readonly description?: string;
  /** What its users can set. */
  readonly values: readonly ChartValue[];
  /** What is checked of values together. @default - nothing */
  readonly rules?: readonly ChartRule[];
  /**
   * Other synths of the stack, by the name of their `values-NAME.yaml`: what differs, as values.
   * @default - none
   */
  readonly environments?: Readonly<Record<string, Chart>>;
  /** Sentences of its README on what neither its schema nor its rules check. @default - none */
  readonly unchecked?: readonly string[];
}

/**
 * A helm chart of a stack, as files by path. With its default values it renders what synth writes, in the namespace of
 * its release: the stack is one of the namespace {@link RELEASE_NAMESPACE}. Names are those of the stack; one that has
 * {@link RELEASE_NAME} in it has the name of the release there.
 *
 * @throws InvalidPropError for a value that sets what is not there, for two that set one field, and for an environment
 * that differs in what no value sets
 */
export function helmChart(stack: Chart, props: HelmChartProps): Files {
  requireProp(Chart.isChart(stack), 'helmChart()', 'stack', 'be a Chart', stack);
  const words = 'name version description? values:object[] rules?:object[] environments?:object{} unchecked?:string[]';
  requireKnownProps(stack, props, words, 'helmChart()');
  const { name, version, description = name, values, rules = [], environments = {}, unchecked = [] } = props;
  requireProp(/^[a-z][a-z0-9-]*$/.test(name), stack, 'helmChart() name', 'be a lower-case name', name);
  requireProp(/^\d+\.\d+\.\d+$/.test(version), stack, 'helmChart() version', 'be one such as 1.2.3', version);
  const { objects, namespaceLabels } = objectsOf(stack);
  const fields = placedFields(stack, values, (object) => keyIn(stack, objects, object));
  const marks = new Marks(unusedWord([...objects.values()]), stack.node.path);
  const model = modelOf(stack, objects, fields, marks);
  const defaults = readValues(stack.node.path, fields, objects);
  const defaulted = values.map((value) => ({
    ...value,
    default: defaults.get(value.path),
    optional: value.sets.some(({ as }) => as === 'optional'),
  }));
  const valueFiles = Object.entries(environments).map(([environment, other]) => {
    const changed = environmentValues(stack, other, environment, { fields, objects, marks, model, defaulted });
    return [`values-${environment}.yaml`, valuesFile(`Values of ${name} for ${environment}.`, changed)];
  });
  const files = Object.keys(environments);
  const shown = { stack, name, description, values: defaulted, rules, unchecked, environments: files, namespaceLabels };
  const kubeVersion = `>=1.${kubernetesMinor(stack)}.0-0`;
  const about = { apiVersion: 'v2', name, description, type: 'application', version, appVersion: version, kubeVersion };
  return {
    'Chart.yaml': Object.entries(about)
      .map(([key, text]) => `${key}: ${JSON.stringify(text)}\n`)
      .join(''),
    'README.md': chartReadme(shown),
    'values.yaml': valuesFile(`Values of ${name}: what is not given is as it is here.`, defaulted),
    ...Object.fromEntries(valueFiles),
    'values.schema.json': valuesSchema(defaulted),
    'templates/NOTES.txt': notes(shown),
    'templates/_definitions.tpl': definitions(model, marks),
    'templates/rules.yaml': rulesTemplate(stack, rules, defaulted),
    ...templates(model, fields, marks),
  };
}

/** What a stack writes but for its Namespace, which a chart cannot, and the labels of that. */
function objectsOf(stack: Chart) {
  const { namespace } = stack;
  const allowed = `be '${RELEASE_NAMESPACE}', in whose place the chart has that of its release`;
  requireProp(namespace === RELEASE_NAMESPACE, stack, 'namespace', allowed, namespace);
  const manifests: readonly Manifest[] = inOneSynth(stack.node.root as App, () => stack.toJson());
  const secret = manifests.find(({ kind }) => kind === 'Secret');
  const credentials = 'be in no object: the Secrets of a chart are there before it (existingSecrets())';
  requireProp(secret === undefined, stack, 'credentials', credentials, secret?.metadata.name);
  const own = manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  const others = manifests.filter((manifest) => manifest !== own);
  const objects: Objects = new Map(others.map((manifest) => [objectKey(manifest), manifest]));
  const twice = others.find((manifest) => objects.get(objectKey(manifest)) !== manifest);
  requireProp(twice === undefined, stack, 'objects', 'have one name a kind', twice?.metadata.name);
  const namespaceLabels: Readonly<Record<string, string>> = own?.metadata.labels ?? {};
  return { objects, namespaceLabels };
}

function keyIn(stack: Chart, objects: Objects, object: ApiObject): string | undefined {
  const key = objectKey(object.toJson());
  return Chart.of(object) === stack && objects.has(key) ? key : undefined;
}

/** Letters that nothing has. */
function unusedWord(manifests: readonly Manifest[]): string {
  const text = JSON.stringify(manifests);
  let word = 'mark';
  while (text.includes(word)) word += 'k';
  return word;
}

function modelOf(
  stack: Chart,
  objects: Objects,
  fields: readonly PlacedField[],
  marks: Marks,
  checksums: ReadonlyMap<string, readonly string[]> = checksumParts(stack),
): ChartModel {
  return chartModel({
    stack: stack.node.path,
    fields,
    objects: new Map(structuredClone([...objects])),
    marks,
    checksums,
  });
}

/** The values with which a chart renders another synth of its stack. */
function environmentValues(
  stack: Chart,
  other: Chart,
  environment: string,
  { fields, objects, marks, model, defaulted }: EnvironmentProps,
): DefaultedValue[] {
  const location = `${stack.node.path} environments.${environment}`;
  requireProp(Chart.isChart(other), location, 'environments', 'be charts', other);
  const { objects: others } = objectsOf(other);
  const added = [...others.keys()].find((key) => !objects.has(key));
  requireProp(added === undefined, location, 'objects', 'be those of the stack, or fewer', added);
  const found = readValues(location, fields, others, objects);
  const checksums = new Map([...checksumParts(stack), ...checksumParts(other)]);
  const rest = modelOf(other, restored(fields, others, objects), fields, marks, checksums);
  for (const part of ['definitions', 'objects'] as const) {
    for (const [key, content] of model[part]) {
      const [path] = modelDifferences(content, rest[part].get(key), part === 'objects' ? `${key} ` : key);
      requireProp(path === undefined, location, String(path), 'be set by a value: it differs', 'none');
    }
  }
  return defaulted.flatMap((value) => {
    const [before, after] = [value.default, found.get(value.path)];
    return isDeepStrictEqual(before, after) ? [] : [{ ...value, default: changedValue(before, after) }];
  });
}

interface EnvironmentProps {
  readonly fields: readonly PlacedField[];
  readonly objects: Objects;
  readonly marks: Marks;
  readonly model: ChartModel;
  readonly defaulted: readonly DefaultedValue[];
}

/** A file for each kind. */
function templates({ objects }: ChartModel, fields: readonly PlacedField[], marks: Marks): Files {
  const files = new Map<string, string[]>();
  for (const [key, manifest] of objects) {
    const file = `templates/${manifest.kind.toLowerCase()}.yaml`;
    const condition = fields.find(({ object, steps }) => object === key && steps.length === 0)?.value.path;
    const text = marks.template(manifest);
    const lines = condition === undefined ? text : `{{- if ${valueExpression(condition)} }}\n${text}\n{{- end }}`;
    files.set(file, [...(files.get(file) ?? []), lines]);
  }
  return Object.fromEntries([...files].map(([file, texts]) => [file, `${texts.join('\n---\n')}\n`]));
}

/** What checksums are computed of, each with a name. */
function definitions(model: ChartModel, marks: Marks): string {
  const texts = [...model.definitions].map(([name, content]) => {
    return `{{- define ${JSON.stringify(name)} -}}\n${marks.template(content)}\n{{ end }}\n`;
  });
  return texts.join('\n');
}
