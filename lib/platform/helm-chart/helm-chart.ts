import { isDeepStrictEqual } from 'node:util';
import { type App, Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import type { Manifest } from '../../kube/objects/serialization';
import { inOneSynth } from '../../kube/objects/synth-run';
import { checksumParts } from '../../kube/pods/pod-template';
import type { Files } from '../files';
import { type HelmChartProps, type PlacedField, placedFields } from './chart-value';
import { type Objects, readValues, restored } from './fields';
import { Marks } from './marks';
import { chartModel, modelDifferences, objectKey, RELEASE_NAMESPACE } from './model';
import { chartReadme, notes } from './pages';
import { changedValue, type DefaultedValue, rulesTemplate, valuesFile, valuesSchema } from './values';

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
  const fields = placedFields(stack, values, (object) => {
    const key = objectKey(object.toJson());
    return Chart.of(object) === stack && objects.has(key) ? key : undefined;
  });
  const marks = new Marks([...objects.values()], stack.node.path);
  /** The values with which the chart renders a synth of its stack, and what is in the chart then. */
  const read = (chart: Chart, location: string, all: Objects) => {
    const checksums = new Map([...checksumParts(stack), ...checksumParts(chart)]);
    const found = readValues(location, fields, all, objects);
    const model = chartModel(location, fields, restored(fields, all, objects), marks, checksums);
    return { model, found };
  };
  const { model, found } = read(stack, stack.node.path, objects);
  const defaulted = values.map((value): DefaultedValue => {
    const optional = value.sets.some(({ as }) => as === 'optional');
    return { ...value, default: found.get(value.path), optional };
  });
  const valueFiles = Object.entries(environments).map(([environment, chart]) => {
    const location = `${stack.node.path} environments.${environment}`;
    const { objects: others } = objectsOf(chart);
    const added = [...others.keys()].find((key) => !objects.has(key));
    requireProp(added === undefined, location, 'objects', 'be those of the stack, or fewer', added);
    const other = read(chart, location, others);
    const [path] = (['definitions', 'objects'] as const).flatMap((part) =>
      [...model[part]].flatMap(([key, content]) =>
        modelDifferences(content, other.model[part].get(key), part === 'objects' ? `${key} ` : key),
      ),
    );
    requireProp(path === undefined, location, String(path), 'be set by a value: it differs', 'none');
    const changed = defaulted.flatMap((value) => {
      const [before, after] = [value.default, other.found.get(value.path)];
      return isDeepStrictEqual(before, after) ? [] : [{ ...value, default: changedValue(before, after) }];
    });
    return [`values-${environment}.yaml`, valuesFile(`Values of ${name} for ${environment}.`, changed)];
  });
  const kubeVersion = `>=1.${kubernetesMinor(stack)}.0-0`;
  const about = { apiVersion: 'v2', name, description, type: 'application', version, appVersion: version, kubeVersion };
  const files = Object.keys(environments);
  const shown = { ...about, stack, values: defaulted, rules, unchecked, environments: files, namespaceLabels };
  const aboutLines = Object.entries(about).map(([key, text]) => `${key}: ${JSON.stringify(text)}\n`);
  return {
    'Chart.yaml': aboutLines.join(''),
    'README.md': chartReadme(shown),
    'values.yaml': valuesFile(`Values of ${name}: what is not given is as it is here.`, defaulted),
    ...Object.fromEntries(valueFiles),
    'values.schema.json': valuesSchema(defaulted),
    'templates/NOTES.txt': notes(shown),
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

/** A file for each kind, and one of what checksums are computed of, each with a name. */
function templates(
  { objects, definitions }: ReturnType<typeof chartModel>,
  fields: readonly PlacedField[],
  marks: Marks,
): Files {
  const files: Record<string, string> = {};
  for (const [key, manifest] of objects) {
    const file = `templates/${manifest.kind.toLowerCase()}.yaml`;
    const condition = fields.find(({ object, steps }) => object === key && steps.length === 0)?.value.path;
    const text = marks.template(manifest);
    const lines = condition === undefined ? text : `{{- if .Values.${condition} }}\n${text}\n{{- end }}`;
    files[file] = `${files[file] === undefined ? '' : `${files[file]}---\n`}${lines}\n`;
  }
  const defined = [...definitions].map(([name, content]) => {
    return `{{- define ${JSON.stringify(name)} -}}\n${marks.template(content)}\n{{ end }}\n`;
  });
  return { 'templates/_definitions.tpl': defined.join('\n'), ...files };
}
