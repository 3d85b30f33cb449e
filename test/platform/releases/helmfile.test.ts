import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type ReleaseName, releaseCharts, releasesFile } from '../../../lib/platform/releases/release';
import { helmfileKeys, syncEvents } from './helmfile-schema';
import { releases as sampleReleases } from './samples';

interface Hook {
  readonly name: string;
  readonly events: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
}

interface Release {
  readonly name: ReleaseName;
  readonly inherit?: readonly { readonly template: string }[];
  readonly labels: { readonly stage: string };
  readonly chart: string;
  readonly version: string;
  readonly namespace: string;
  readonly condition: string;
  readonly needs?: readonly string[];
  readonly values: readonly string[];
}

interface State {
  readonly repositories: readonly { readonly name: string; readonly url: string; readonly oci?: boolean }[];
  readonly helmDefaults: { readonly wait: boolean; readonly createNamespace: boolean };
  readonly templates: Readonly<Record<string, { readonly hooks: readonly Hook[] }>>;
  readonly releases: readonly Release[];
}

const source = readFileSync('helmfile.yaml', 'utf8');
const [environments, state] = parseAllDocuments(source).map((part) => part.toJS()) as unknown as [
  { readonly environments: Readonly<Record<string, { readonly values: readonly string[] }>> },
  State,
];
const file = releasesFile(sampleReleases());

/** The state value that `{{ .Values.a.b }}` or `{{ index .Values "a" "b" }}` reads. */
function stateValue(expression: string): unknown {
  const [, dotted, indexed] =
    /^\{\{ (?:\.Values\.([A-Za-z.]+)|index \.Values ((?:"[a-z-]+" ?)+)) \}\}$/.exec(expression) ?? [];
  const path = dotted?.split('.') ?? indexed?.trim().replaceAll('"', '').split(' ') ?? [];
  expect(path, expression).toHaveLength(2);
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], file as unknown);
}

function expectKnown(where: string, value: object, known: readonly string[]): void {
  expect(
    Object.keys(value).filter((key) => !known.includes(key)),
    `keys of ${where}`,
  ).toEqual([]);
}

describe('helmfile.yaml', () => {
  test('has the environment in a part of its own, and reads the generated switches', () => {
    expect(Object.keys(environments)).toEqual(['environments']);
    expect(environments.environments).toEqual({ default: { values: ['deploy/releases.yaml'] } });
    expect(source.match(/^---$/gm)).toHaveLength(1);
  });

  test('has only keys that helmfile knows', () => {
    expectKnown('the state', state, helmfileKeys.top);
    expectKnown('helmDefaults', state.helmDefaults, helmfileKeys.helmDefaults);
    for (const repository of state.repositories) expectKnown(repository.name, repository, helmfileKeys.repository);
    for (const release of state.releases) expectKnown(release.name, release, helmfileKeys.release);
    for (const [name, template] of Object.entries(state.templates)) {
      expectKnown(name, template, helmfileKeys.template);
      for (const hook of template.hooks) expectKnown(hook.name, hook, helmfileKeys.hook);
    }
  });

  test('has every known release once, and no other', () => {
    expect(state.releases.map(({ name }) => name).sort()).toEqual(Object.keys(releaseCharts).sort());
  });

  test.each(state.releases)('takes the chart of $name from the repository that is pinned for it', ({ name, chart }) => {
    const [repositoryName, chartName] = chart.split('/');
    const repository = state.repositories.find((candidate) => candidate.name === repositoryName);
    const pinned = releaseCharts[name];
    expect(chartName).toBe(pinned.name);
    expect(repository?.oci === true ? `oci://${repository.url}` : repository?.url).toBe(pinned.repository);
  });

  test.each(state.releases)('takes version, namespace and switch of $name from deploy/releases.yaml', (release) => {
    const { name, version, namespace, condition } = release;
    expect(stateValue(version)).toBe(releaseCharts[name].version);
    expect(stateValue(namespace)).toBe(file[name].namespace);
    expect(version).toContain(name);
    expect(namespace).toContain(name);
    expect(condition).toBe(`${name}.enabled`);
  });

  test.each(state.releases)('takes the values of $name from deploy/values', ({ name, values }) => {
    expect(values).toEqual([`deploy/values/${name}.yaml`]);
  });

  test.each(state.releases)('needs only releases that exist, for $name', ({ needs = [] }) => {
    for (const need of needs) {
      const [, expression = '', name = ''] = /^(\{\{ .* \}\})\/([a-z-]+)$/.exec(need) ?? [];
      expect(state.releases.map((release) => release.name)).toContain(name);
      expect(stateValue(expression)).toBe(file[name as ReleaseName].namespace);
      expect(expression).toContain(`"${name}"`);
    }
  });

  test('says of every release whether it is an operator, which has to be there before dist/, or one that needs dist/', () => {
    const stages = state.releases.map(({ name, labels }) => [name, labels.stage]);
    const clients = Object.entries(file).filter(([, { database }]) => database !== undefined);
    expect(stages.filter(([, stage]) => stage === 'applications').map(([name]) => name)).toEqual(
      clients.map(([name]) => name),
    );
    expect(new Set(stages.map(([, stage]) => stage))).toEqual(new Set(['applications', 'operators']));
  });

  test('uses every repository', () => {
    const used = state.releases.map(({ chart }) => chart.split('/')[0]);
    expect(state.repositories.filter(({ name }) => !used.includes(name))).toEqual([]);
  });

  test('waits for the releases, and leaves namespaces to dist/', () => {
    expect(state.helmDefaults).toMatchObject({ wait: true, createNamespace: false });
  });

  test('lets exactly the releases with a database wait for it, only when they are installed or upgraded', () => {
    const waiting = state.releases.filter(({ inherit }) =>
      inherit?.some(({ template }) => template === 'database-client'),
    );
    expect(waiting.map(({ name }) => name).sort()).toEqual(
      Object.entries(file)
        .filter(([, { database }]) => database !== undefined)
        .map(([name]) => name)
        .sort(),
    );
    const hooks = state.templates['database-client']?.hooks ?? [];
    expect(hooks.map(({ command, args }) => [command, args[0]])).toEqual([
      ['kubectl', 'wait'],
      ['kubectl', 'wait'],
    ]);
    for (const { events, args } of hooks) {
      expect(events.filter((event) => !syncEvents.some((known) => known === event))).toEqual([]);
      expect(args.at(-1)).toMatch(/^--timeout=\d+s$/);
    }
  });

  test('has an expression only where helmfile renders it: in fields of releases and arguments of hooks', () => {
    const rendered = [
      ...state.releases.flatMap(({ version, namespace, needs = [] }) => [version, namespace, ...needs]),
      ...Object.values(state.templates).flatMap(({ hooks }) => hooks.flatMap(({ args }) => args)),
    ].filter((text) => text.includes('{{'));
    expect(source.match(/\{\{/g)).toHaveLength(rendered.length);
    // Each inside one YAML string: the file is plain YAML, which helmfile does not render as a whole.
    for (const text of rendered) expect(text).toMatch(/^[^{]*\{\{ [^{}]+ \}\}(\/[a-z-]+)?$/);
  });

  test('names no credential', () => {
    expect(source).not.toMatch(/password|secret|token/i);
  });
});
