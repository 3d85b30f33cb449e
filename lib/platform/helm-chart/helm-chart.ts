import { isDeepStrictEqual } from 'node:util';
import { Chart, Yaml } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import type { Manifest } from '../../kube/objects/serialization';
import type { Files } from '../files';
import type { ChartValue, HelmChartProps } from './chart-value';
import { placedFields } from './fields';
import type { Objects } from './objects';
import { chartReadme, notes } from './pages';
import { definitions, RELEASE_NAME, RELEASE_NAMESPACE, readSynth, type Synth } from './synth';
import { entryOf, yamlTemplate } from './template';
import { union } from './union';
import { changedValue, rulesTemplate, valuesFile, valuesSchema } from './values';

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
  const texts = Object.keys(computed).map((text, index) => [text, `{{ include "computed ${index}" . }}`]);
  const release = { [RELEASE_NAMESPACE]: '{{ .Release.Namespace }}', [RELEASE_NAME]: '{{ .Release.Name }}' };
  const templates = { ...Object.fromEntries(texts), ...release };
  const synths = new Map<Chart, Synth>();
  const read = (location: string, chart: Chart): Synth => {
    const synth = synths.get(chart) ?? readSynth(location, chart, fields, templates);
    synths.set(chart, synth);
    return synth;
  };
  const synth = read(path, stack);
  for (const { path: value, variant } of values) {
    const charts = variant === undefined ? [] : [stack, variant.with, variant.without];
    for (const chart of charts) read(`${path} values.${value}.variant`, chart).on.set(value, chart === variant?.with);
  }
  const variants = [...synths.values()];
  const others = Object.entries(environments).map(
    ([environment, chart]) => [environment, read(`${path} environments.${environment}`, chart)] as const,
  );
  const objects = union(synths, values);
  const defaulted = values.map((value) => {
    const { path, sets = [], variant } = value;
    const optional = sets.some(({ as }) => as === 'optional') || (sets.length > 0 && variant !== undefined);
    // What is set in nothing but a variant has the default of that.
    const other = variants.find(({ found }) => found.has(path))?.found.get(path);
    return { ...value, default: valueIn(synth, value, other), optional };
  });
  const valueFiles = others.map(([environment, other]) => {
    const changed = defaulted
      .map((value) => ({ ...value, default: valueIn(other, value, value.default), before: value.default }))
      .filter(({ before, default: after }) => !isDeepStrictEqual(before, after))
      .map((value) => ({ ...value, default: changedValue(value.before, value.default) }));
    return [`values-${environment}.yaml`, valuesFile(`Values of ${name} for ${environment}.`, changed)];
  });
  const kubeVersion = `>=1.${kubernetesMinor(stack)}.0-0`;
  const about = { apiVersion: 'v2', name, description, type: 'application', version, appVersion: version, kubeVersion };
  const defined = [
    ['text', '{{ toJson . | trimPrefix "\\"" | trimSuffix "\\"" }}'],
    ...Object.values(computed).map((lines, index) => [`computed ${index}`, lines]),
    ...Object.entries(definitions(path, objects)),
  ].map(([key, text]) => `{{- define ${JSON.stringify(key)} -}}${text}{{ end }}\n`);
  return {
    'Chart.yaml': Yaml.stringify(about),
    'README.md': chartReadme(stack, props, defaulted, synth.namespaceLabels),
    'values.yaml': valuesFile(`Values of ${name}: what is not given is as it is here.`, defaulted),
    ...Object.fromEntries(valueFiles),
    'values.schema.json': valuesSchema(defaulted),
    'templates/NOTES.txt': notes(stack, synth.namespaceLabels),
    'templates/rules.yaml': rulesTemplate(stack, rules, defaulted),
    'templates/_definitions.tpl': defined.join('\n'),
    ...templatesOf(objects),
  };
}

/** What a value is in a synth. @param other - where nothing that it sets is there */
function valueIn({ found, on }: Synth, { path, sets = [], variant }: ChartValue, other: unknown): unknown {
  if (found.has(path)) return found.get(path);
  return variant === undefined ? other : sets.length > 0 ? null : on.get(path);
}

/** The files of objects, one a kind. */
function templatesOf(objects: Objects): Files {
  const templates: Record<string, string> = {};
  for (const entry of Object.values(objects)) {
    const { condition, content } = entryOf(entry);
    const file = `templates/${(content as Manifest).kind.toLowerCase()}.yaml`;
    const text = `${yamlTemplate(content)}\n`;
    const lines = condition === undefined ? text : `{{- if ${condition} }}\n${text}{{- end }}\n`;
    templates[file] = file in templates ? `${templates[file]}---\n${lines}` : lines;
  }
  return templates;
}
