import { isDeepStrictEqual } from 'node:util';
import { Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import type { Files } from '../files';
import { type ChartValue, type HelmChartProps, placedFields } from './chart-value';
import { Marks } from './marks';
import { conditional, definitions, modelOf, RELEASE_NAME, RELEASE_NAMESPACE, type Switch, switched } from './model';
import { type Difference, differences, nameOf, type Objects } from './objects';
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
  const words =
    'name version description? values:object[] computed?:string{} rules?:object[] environments?:object{} unchecked?:string[]';
  requireKnownProps(stack, props, words, 'helmChart()');
  const { name, version, description = name, values, computed = {}, rules = [], environments = {} } = props;
  requireProp(/^[a-z][a-z0-9-]*$/.test(name), stack, 'helmChart() name', 'be a lower-case name', name);
  requireProp(/^\d+\.\d+\.\d+$/.test(version), stack, 'helmChart() version', 'be one such as 1.2.3', version);
  const { path } = stack.node;
  const fields = placedFields(stack, values);
  const marks = new Marks(path);
  const texts = Object.keys(computed).map((text, index) => [text, `include "computed ${index}" .`]);
  const release = { [RELEASE_NAMESPACE]: '.Release.Namespace', [RELEASE_NAME]: '.Release.Name' };
  const expressions = { ...Object.fromEntries(texts), ...release };
  const model = (location: string, chart: Chart) => modelOf(location, chart, fields, marks, expressions);
  const { objects, namespaceLabels, found } = model(path, stack);
  const variants = new Set(values.flatMap(({ variant }) => (variant ? [variant.with, variant.without] : [])));
  variants.delete(stack);
  const models = new Map([...variants].map((chart) => [chart, model(path, chart)]));
  const others = (chart: Chart) => models.get(chart)?.objects ?? objects;
  const switches = values.flatMap((value) => switchOf(stack, value, others));
  const founds = [found, ...[...models.values()].map((other) => other.found)];
  const defaulted = values.map((value) => defaultedOf(stack, value, founds));
  const valueFiles = Object.entries(environments).map(([environment, chart]) => {
    const location = `${path} environments.${environment}`;
    const other = model(location, chart);
    const turned = turnedFor(location, objects, other.objects, switches);
    const changed = defaulted.flatMap((each, index) =>
      changeOf(each, values[index] as ChartValue, other.found, turned),
    );
    return [`values-${environment}.yaml`, valuesFile(`Values of ${props.name} for ${environment}.`, changed)];
  });
  const { all, conditions } = conditional(path, objects, switches, marks);
  const kubeVersion = `>=1.${kubernetesMinor(stack)}.0-0`;
  const about = { apiVersion: 'v2', name, description, type: 'application', version, appVersion: version, kubeVersion };
  const pages = { ...about, stack, values: defaulted, rules, unchecked: props.unchecked ?? [], namespaceLabels };
  const shown = { ...pages, environments: Object.keys(environments) };
  const aboutLines = Object.entries(about).map(([key, text]) => `${key}: ${JSON.stringify(text)}\n`);
  const defined = [
    ...Object.values(computed).map((lines, index) => [`computed ${index}`, lines] as const),
    ...Object.entries(definitions(path, all, marks)).map(
      ([key, content]) => [key, `\n${marks.template(content)}\n`] as const,
    ),
  ].map(([key, text]) => `{{- define ${JSON.stringify(key)} -}}${text}{{ end }}\n`);
  return {
    'Chart.yaml': aboutLines.join(''),
    'README.md': chartReadme(shown),
    'values.yaml': valuesFile(`Values of ${name}: what is not given is as it is here.`, defaulted),
    ...Object.fromEntries(valueFiles),
    'values.schema.json': valuesSchema(defaulted),
    'templates/NOTES.txt': notes(shown),
    'templates/rules.yaml': rulesTemplate(stack, rules, defaulted),
    'templates/_definitions.tpl': defined.join('\n'),
    ...templatesOf(all, conditions, marks),
  };
}

/** What a value with a variant turns on or off. @param objectsOf - what a synth of the stack writes */
function switchOf(stack: Chart, value: ChartValue, objectsOf: (chart: Chart) => Objects): Switch[] {
  if (value.variant === undefined) return [];
  const isOn = value.variant.with === stack;
  const [one, without] = [objectsOf(value.variant.with), objectsOf(value.variant.without)];
  const changes = isOn ? differences(one, without) : differences(without, one);
  requireProp(changes.length > 0, stack, `values.${value.path}.variant`, 'differ', 'two that are alike');
  return [{ value, isOn, changes }];
}

type Found = ReadonlyMap<ChartValue, unknown>;

/** A value with its default. @param found - what values are in the stack, and in the variants */
function defaultedOf(stack: Chart, value: ChartValue, [found, ...variants]: readonly Found[]): DefaultedValue {
  const { sets = [], variant } = value;
  const optional = sets.some(({ as }) => as === 'optional') || (sets.length > 0 && variant !== undefined);
  // What is set in nothing but a variant has the default of that.
  const other = variants.find((each) => each.has(value))?.get(value);
  const off = variant === undefined ? other : sets.length > 0 ? null : variant.with === stack;
  return { ...value, default: found?.has(value) ? found.get(value) : off, optional };
}

/** What is turned for an environment. @throws InvalidPropError where that does not make all of the difference */
function turnedFor(location: string, objects: Objects, others: Objects, switches: readonly Switch[]): Switch[] {
  const textOf = ({ steps, to }: Difference) => JSON.stringify([steps, to]);
  const different = new Set(differences(objects, others).map(textOf));
  const turned = switches.filter(({ changes }) => changes.some((change) => different.has(textOf(change))));
  const [first] = differences(switched(objects, turned), others);
  const name = nameOf(first?.steps ?? []);
  requireProp(first === undefined, location, name, 'be set by a value: it differs', 'none');
  return turned;
}

/** A value of an environment where it differs from the default. @param found - what values are there */
function changeOf(each: DefaultedValue, value: ChartValue, found: Found, turned: readonly Switch[]): DefaultedValue[] {
  const isTurned = turned.some((own) => own.value === value);
  const without = typeof each.default === 'boolean' ? each.default !== isTurned : isTurned ? null : each.default;
  const after = found.has(value) ? found.get(value) : without;
  return isDeepStrictEqual(each.default, after) ? [] : [{ ...each, default: changedValue(each.default, after) }];
}

/** The files of objects, one a kind. @param conditions - of those that are not always there */
function templatesOf(objects: Objects, conditions: ReadonlyMap<string, string>, marks: Marks): Files {
  const templates: Record<string, string> = {};
  for (const [key, manifest] of Object.entries(objects)) {
    const file = `templates/${manifest.kind.toLowerCase()}.yaml`;
    const condition = conditions.get(key);
    const text = marks.template(manifest);
    const lines = condition === undefined ? text : `{{- if ${condition} }}\n${text}\n{{- end }}`;
    templates[file] = `${templates[file] === undefined ? '' : `${templates[file]}---\n`}${lines}\n`;
  }
  return templates;
}
