import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { helmfileDocuments } from '../../../lib/platform/releases/helmfile';
import type { Release } from '../../../lib/platform/releases/release';
import { environments, synthesize } from '../../support/environments';
import { releases } from './samples';

interface Hook {
  readonly name: string;
  readonly events: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { readonly stage: string };
  readonly chart: string;
  readonly version: string;
  readonly installed?: boolean;
  readonly wait?: boolean;
  readonly needs?: readonly string[];
  readonly hooks?: readonly Hook[];
  readonly values?: readonly string[];
}

interface State {
  readonly repositories: readonly { readonly name: string; readonly url: string; readonly oci?: boolean }[];
  readonly helmDefaults: Readonly<Record<string, unknown>>;
  readonly releases: readonly Entry[];
}

/** The keys that helmfile 1.8 knows, as far as they are used. It refuses every other key. */
const KEYS = {
  state: ['repositories', 'helmDefaults', 'releases'],
  repository: ['name', 'url', 'oci'],
  helmDefaults: ['kubeContext', 'wait', 'timeout', 'createNamespace'],
  release: ['name', 'namespace', 'labels', 'chart', 'version', 'installed', 'wait', 'needs', 'hooks', 'values'],
  hook: ['name', 'events', 'showlogs', 'command', 'args'],
} as const;

function unknownKeys({ repositories, helmDefaults, releases, ...rest }: State): string[] {
  const others = (kind: keyof typeof KEYS, value: object) =>
    Object.keys(value).filter((key) => !KEYS[kind].some((known) => known === key));
  return [
    ...others('state', rest),
    ...others('helmDefaults', helmDefaults),
    ...repositories.flatMap((repository) => others('repository', repository)),
    ...releases.flatMap((release) => others('release', release)),
    ...releases.flatMap(({ hooks = [] }) => hooks).flatMap((hook) => others('hook', hook)),
  ];
}

/** The URL of the repository that an entry takes its chart from, and the name of the chart. */
function chartOf({ repositories }: State, { chart }: Entry): readonly (string | undefined)[] {
  const [repository, name] = chart.split('/');
  const found = repositories.filter((candidate) => candidate.name === repository);
  return [...found.map(({ url, oci }) => (oci === true ? `oci://${url}` : url)), name];
}

const all = releases();
const [stac, mlflow, , server] = all as [Release, Release, Release, Release];

/** What is written of some releases. */
function written(some: readonly Release[], context?: string) {
  const { 'helmfile.yaml': state, ...values } = helmfileDocuments(some, context);
  return { state: state as State, values };
}

const entries = (some: readonly Release[], context?: string) => written(some, context).state.releases;

test('helmfile.yaml includes what is generated, and says nothing else', () => {
  expect(parse(readFileSync('helmfile.yaml', 'utf8'))).toEqual({ helmfiles: [{ path: 'deploy/helmfile.yaml' }] });
});

describe.each(environments)('deploy/helmfile.yaml of $name', (config) => {
  const { platform } = synthesize(config);
  const documents = platform.deployDocuments;
  const state = documents['helmfile.yaml'] as State;
  const id = ({ namespace, name }: { readonly namespace: string; readonly name: string }) => `${namespace}/${name}`;

  test('has only keys that helmfile knows', () => {
    expect(unknownKeys(state)).toEqual([]);
  });

  test('has every release once, its chart from the repository that is pinned for it', () => {
    expect(state.releases.map(id)).toEqual(platform.releases.map(id));
    const charts = state.releases.map((entry) => [...chartOf(state, entry), entry.version]);
    expect(charts).toEqual(platform.releases.map(({ chart }) => [chart.repository, chart.name, chart.version]));
  });

  test('uses every repository, each of which has one name', () => {
    const names = state.repositories.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names.filter((name) => !state.releases.some(({ chart }) => chart.startsWith(`${name}/`)))).toEqual([]);
  });

  test('takes the values of each release from a file of its own, and there is no other', () => {
    const files = state.releases.flatMap(({ values = [] }) => values);
    expect(files).toHaveLength(state.releases.length);
    expect(files.toSorted()).toEqual(
      Object.keys(documents)
        .filter((path) => path.startsWith('values/'))
        .toSorted(),
    );
  });

  test('says of every release whether it is an operator, which has to be there before dist/, or one that needs dist/', () => {
    const stages = state.releases.map(({ labels }) => labels.stage);
    expect(stages).toContain('applications');
    expect(['applications', 'operators']).toEqual(expect.arrayContaining([...new Set(stages)]));
  });

  test('needs only releases that it has', () => {
    const needs = state.releases.flatMap(({ needs = [] }) => needs);
    expect(needs.filter((need) => !state.releases.map(id).includes(need))).toEqual([]);
  });

  test('lets exactly the applications wait for their databases, only when they are installed or upgraded', () => {
    for (const { labels, namespace, hooks = [] } of state.releases) {
      expect(hooks).toHaveLength(labels.stage === 'applications' ? 2 : 0);
      for (const { events, command, args } of hooks) {
        expect([events, command, args[0]]).toEqual([['presync'], 'kubectl', 'wait']);
        expect(args).toContain(`--namespace=${namespace}`);
        expect(args.at(-1)).toMatch(/^--timeout=\d+s$/);
      }
    }
  });

  test('names the context of the environment, to helm and to kubectl', () => {
    const { kubeContext = '' } = platform;
    expect(kubeContext).not.toBe('');
    expect(state.helmDefaults.kubeContext).toBe(kubeContext);
    for (const { args } of state.releases.flatMap(({ hooks = [] }) => hooks)) {
      expect(args).toContain(`--context=${kubeContext}`);
    }
  });

  test('waits for the releases, and leaves namespaces to dist/', () => {
    expect(state.helmDefaults).toMatchObject({ wait: true, createNamespace: false });
  });

  test('has no expression, which helmfile would render, and no credential', () => {
    expect(JSON.stringify(state)).not.toMatch(/\{\{|password|secret|token/i);
  });
});

describe('the releases that helmfile reads', () => {
  test('have everything that a release may say', () => {
    const release: Required<Release> = {
      name: 'grafana',
      namespace: 'dashboards',
      chart: { repository: 'oci://ghcr.io/example/charts', name: 'grafana', version: 'v1.2.3' },
      values: { replicas: 2 },
      installed: true,
      stage: 'operators',
      after: [server],
      waitFor: [{ name: 'it is there', namespace: 'other', resource: 'crd/a.b', until: 'condition=Established' }],
      wait: false,
    };
    const { state, values } = written([server, release], 'here');
    expect(state.repositories[1]).toEqual({ name: 'grafana', url: 'ghcr.io/example/charts', oci: true });
    expect(state.releases[1]).toEqual({
      name: 'grafana',
      namespace: 'dashboards',
      labels: { stage: 'operators' },
      chart: 'grafana/grafana',
      version: 'v1.2.3',
      wait: false,
      needs: ['kube-system/metrics-server'],
      hooks: [
        {
          name: 'it is there',
          events: ['presync'],
          showlogs: true,
          command: 'kubectl',
          args: [
            'wait',
            '--context=here',
            '--namespace=other',
            '--for=condition=Established',
            'crd/a.b',
            '--timeout=600s',
          ],
        },
      ],
      values: ['values/grafana.yaml'],
    });
    expect(values).toHaveProperty(['values/grafana.yaml'], { replicas: 2 });
  });

  test('are applications that helm waits for, with the values of their charts, unless they say otherwise', () => {
    const { state, values } = written([{ name: 'a', namespace: 'b', chart: server.chart }]);
    const chart = 'metrics-server/metrics-server';
    const { version } = server.chart;
    expect(state.releases).toEqual([{ name: 'a', namespace: 'b', labels: { stage: 'applications' }, chart, version }]);
    expect([state.helmDefaults.kubeContext, values]).toEqual([undefined, {}]);
  });

  test('wait for nothing and have no values where they are taken out of the cluster', () => {
    const { state, values } = written([{ ...stac, after: [server], installed: false }, server]);
    expect(Object.keys(state.releases[0] ?? {})).toEqual([...KEYS.release.slice(0, 6)]);
    expect(state.releases[0]?.installed).toBe(false);
    expect(Object.keys(values)).toEqual(['values/metrics-server.yaml']);
  });

  test('have names that differ for repositories that differ, and one for each', () => {
    const name = fc.constantFrom('a', 'a-2', 'a-3', 'b');
    const repository = fc.constantFrom('https://a.example', 'https://b.example', 'oci://c.example', 'oci://d.example');
    fc.assert(
      fc.property(fc.array(fc.record({ name, repository, version: fc.constant('1.0.0') })), (charts) => {
        const { state } = written(charts.map((chart, index) => ({ name: `r${index}`, namespace: 'n', chart })));
        const found = state.releases.map((entry) => chartOf(state, entry));
        expect(found).toEqual(charts.map((chart) => [chart.repository, chart.name]));
        expect(state.repositories).toHaveLength(new Set(charts.map((chart) => chart.repository)).size);
      }),
    );
  });

  test('have a file of values each, whatever their names and namespaces are', () => {
    const name = fc.constantFrom('a', 'b', 'a-b', 'b-a');
    const releases = fc.uniqueArray(fc.record({ name, namespace: name }), {
      selector: ({ name, namespace }) => `${namespace}/${name}`,
    });
    fc.assert(
      fc.property(releases, (ids) => {
        const { state, values } = written(ids.map((id) => ({ ...id, chart: server.chart, values: id })));
        const files: Readonly<Record<string, unknown>> = values;
        expect(state.releases.map(({ values: [path = ''] = [] }) => files[path])).toEqual(ids);
      }),
    );
  });

  test('keep their file of values when a release of another name comes', () => {
    const paths = (some: readonly Release[]) => entries(some).map(({ values }) => values);
    expect(paths([stac, mlflow]).slice(0, 1)).toEqual(paths([stac]));
    expect(paths([stac, { ...stac, namespace: 'other' }])).toEqual([
      ['values/fair.stac.yaml'],
      ['values/other.stac.yaml'],
    ]);
  });
});
