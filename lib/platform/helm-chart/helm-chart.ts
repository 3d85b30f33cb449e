import { isDeepStrictEqual } from 'node:util';
import type { Chart } from 'cdk8s';
import { requireProp } from '../../kube/objects/errors';
import { requireKnownProps } from '../../kube/objects/known-props';
import { kubernetesMinor } from '../../kube/objects/kubernetes-version';
import type { Files } from '../files';
import { type ChartValue, type HelmChartProps, placedFields } from './chart-value';
import { readValue } from './fields';
import { Marks } from './marks';
import {
  conditional,
  definitions,
  markedObjects,
  objectsOf,
  RELEASE_NAME,
  RELEASE_NAMESPACE,
  type Switch,
  switched,
} from './model';
import { differences, nameOf, type Objects } from './objects';
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
  const words =
    'name version description? values:object[] computed?:string{} rules?:object[] environments?:object{} unchecked?:string[]';
  requireKnownProps(stack, props, words, 'helmChart()');
  const {
    name,
    version,
    description = name,
    values,
    computed = {},
    rules = [],
    environments = {},
    unchecked = [],
  } = props;
  requireProp(/^[a-z][a-z0-9-]*$/.test(name), stack, 'helmChart() name', 'be a lower-case name', name);
  requireProp(/^\d+\.\d+\.\d+$/.test(version), stack, 'helmChart() version', 'be one such as 1.2.3', version);
  const { path } = stack.node;
  const fields = placedFields(stack, values);
  const { objects, namespaceLabels } = objectsOf(path, stack);
  const variants = new Set(values.flatMap(({ variant }) => (variant ? [variant.with, variant.without] : [])));
  const written = new Map([...variants].map((chart) => [chart, objectsOf(path, chart).objects]));
  written.set(stack, objects);
  const marks = new Marks([...written.values()], path);
  const texts = Object.keys(computed).map((text, index) => [text, `include "computed ${index}" .`]);
  const release = { [RELEASE_NAMESPACE]: '.Release.Namespace', [RELEASE_NAME]: '.Release.Name' };
  const expressions = { ...Object.fromEntries(texts), ...release };
  const marked = (location: string, chart: Chart, all: Objects) =>
    markedObjects(location, chart, all, fields, marks, expressions);
  const models = new Map([...written].map(([chart, all]) => [chart, marked(path, chart, all)]));
  const base = models.get(stack) as Objects;
  const switches = values.flatMap((value): Switch[] => {
    if (value.variant === undefined) return [];
    const isOn = value.variant.with === stack;
    const [one, without] = [models.get(value.variant.with), models.get(value.variant.without)];
    const found = isOn ? differences(one, without) : differences(without, one);
    requireProp(found.length > 0, stack, `values.${value.path}.variant`, 'differ', 'two that are alike');
    return [{ value, isOn, found }];
  });
  /** What a value is in a synth of the stack; undefined where that does not tell. */
  const read = (value: ChartValue, location: string, all = objects, turned: readonly Switch[] = []) => {
    const own = switches.find((each) => each.value === value);
    if (own !== undefined && !value.sets?.length) return own.isOn !== turned.includes(own);
    return readValue(location, value, fields, all) ?? (own && null);
  };
  const defaulted = values.map((value): DefaultedValue => {
    const { sets = [], variant } = value;
    const optional = sets.some(({ as }) => as === 'optional') || (sets.length > 0 && variant !== undefined);
    const found = read(value, path);
    // What is set in nothing but a variant has the default of that.
    const all = Object.assign({}, ...written.values(), objects);
    return { ...value, default: found === undefined ? read(value, path, all) : found, optional };
  });
  const valueFiles = Object.entries(environments).map(([environment, chart]) => {
    const location = `${path} environments.${environment}`;
    const { objects: others } = objectsOf(location, chart);
    const other = marked(location, chart, others);
    const shown = new Set(differences(base, other).map(({ steps, to }) => JSON.stringify([steps, to])));
    const turned = switches.filter(({ found }) =>
      found.some(({ steps, to }) => shown.has(JSON.stringify([steps, to]))),
    );
    const [different] = differences(switched(base, turned), other);
    requireProp(
      different === undefined,
      location,
      nameOf(different?.steps ?? []),
      'be set by a value: it differs',
      'none',
    );
    const changed = defaulted.flatMap((value) => {
      const after = read(values.find(({ path }) => path === value.path) ?? value, location, others, turned);
      if (after === undefined || isDeepStrictEqual(value.default, after)) return [];
      return [{ ...value, default: changedValue(value.default, after) }];
    });
    return [`values-${environment}.yaml`, valuesFile(`Values of ${name} for ${environment}.`, changed)];
  });
  const { all, conditions } = conditional(path, base, switches, marks);
  const kubeVersion = `>=1.${kubernetesMinor(stack)}.0-0`;
  const about = { apiVersion: 'v2', name, description, type: 'application', version, appVersion: version, kubeVersion };
  const names = Object.keys(environments);
  const shown = {
    ...about,
    stack,
    values: defaulted,
    computed,
    rules,
    unchecked,
    environments: names,
    namespaceLabels,
  };
  const aboutLines = Object.entries(about).map(([key, text]) => `${key}: ${JSON.stringify(text)}\n`);
  const defined = [
    ...Object.values(computed).map((lines, index) => [`computed ${index}`, lines] as const),
    ...Object.entries(definitions(path, all, marks)).map(
      ([key, content]) => [key, `\n${marks.template(content)}\n`] as const,
    ),
  ].map(([key, text]) => `{{- define ${JSON.stringify(key)} -}}${text}{{ end }}\n`);
  const templates: Record<string, string> = {};
  for (const [key, manifest] of Object.entries(all)) {
    const file = `templates/${manifest.kind.toLowerCase()}.yaml`;
    const condition = conditions.get(key);
    const text = marks.template(manifest);
    const lines = condition === undefined ? text : `{{- if ${condition} }}\n${text}\n{{- end }}`;
    templates[file] = `${templates[file] === undefined ? '' : `${templates[file]}---\n`}${lines}\n`;
  }
  return {
    'Chart.yaml': aboutLines.join(''),
    'README.md': chartReadme(shown),
    'values.yaml': valuesFile(`Values of ${name}: what is not given is as it is here.`, defaulted),
    ...Object.fromEntries(valueFiles),
    'values.schema.json': valuesSchema(defaulted),
    'templates/NOTES.txt': notes(shown),
    'templates/rules.yaml': rulesTemplate(stack, rules, defaulted),
    'templates/_definitions.tpl': defined.join('\n'),
    ...templates,
  };
}
