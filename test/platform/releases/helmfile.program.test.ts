import { afterEach, expect, test } from 'vitest';
import { dev, prod } from '../../../environments';
import { type Release, releaseId } from '../../../lib/platform/releases/release';
import { synthesize } from '../../support/environments';
import { describeProgram } from '../../support/programs';
import { type HelmfileRun, HelmfileSandbox } from './helmfile-sandbox';
import { findPrograms } from './programs';
import { releases } from './samples';

const all = releases();
const only = (...names: readonly string[]) => all.filter(({ name }) => names.includes(name));
/** The same releases, to be taken out of the cluster. */
const off = (some: readonly Release[]) => some.map((release) => ({ ...release, installed: false }));
const ids = (some: readonly Release[]) => some.map(releaseId);

const kubectl = ({ calls }: HelmfileRun) => calls.filter((call) => call.startsWith('kubectl '));
const upgrade = ({ calls }: HelmfileRun, name: string) =>
  calls.find((call) => call.includes(` upgrade --install ${name} `)) ?? '';

describeProgram(findPrograms('helmfile'), 'helmfile', (programs) => {
  const sandboxes: HelmfileSandbox[] = [];
  afterEach(() => {
    for (const sandbox of sandboxes.splice(0)) sandbox.remove();
  });

  function sandbox(selected: readonly Release[] = all, context?: string): HelmfileSandbox {
    const created = new HelmfileSandbox(programs().helmfile, selected, context);
    sandboxes.push(created);
    return created;
  }

  test('lists every release with its version and namespace, and whether it is in the cluster', () => {
    const run = sandbox([...only('stac', 'metrics-server'), ...off(only('zenml'))]).run(['list', '--output', 'json']);
    expect(run.code, run.stderr).toBe(0);
    const listed = JSON.parse(run.stdout) as Record<string, unknown>[];
    const lines = listed.map(
      ({ name, version, namespace, installed }) => `${namespace}/${name} ${version} ${installed}`,
    );
    expect(lines.toSorted()).toEqual([
      'fair/stac 0.12.0 true',
      'fair/zenml 0.93.3 false',
      'kube-system/metrics-server 3.13.1 true',
    ]);
  });

  test('installs each release in its version and namespace, and waits for all but the device plug-in', () => {
    const run = sandbox().run(['sync']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.upgraded.toSorted()).toEqual(ids(all).toSorted());
    for (const { name, chart } of all) {
      expect(upgrade(run, name)).toContain(` --version ${chart.version} `);
      expect(/ --wait( |$)/.test(upgrade(run, name))).toBe(name !== 'nvidia-device-plugin');
    }
    expect(run.calls.join('\n')).not.toContain('--create-namespace');
  });

  test('gives helm the values as they are, and renders no expression in them', () => {
    const { values } = sandbox().run(['sync']);
    expect(values).toEqual(Object.fromEntries(all.map((release) => [releaseId(release), release.values])));
    expect(JSON.stringify(values)).toContain('{{ and more }}');
  });

  test('gives each of two releases of one name its own values', () => {
    const [server] = only('metrics-server') as [Release];
    const two = ['a', 'b'].map((namespace) => ({ ...server, namespace, values: { replicas: namespace } }));
    expect(sandbox(two).run(['sync']).values).toEqual({
      'a/metrics-server': { replicas: 'a' },
      'b/metrics-server': { replicas: 'b' },
    });
  });

  test('waits for the database before each release that needs one, and for no other', () => {
    for (const name of ['stac', 'mlflow', 'zenml']) {
      const run = sandbox().run(['--selector', `name=${name}`, 'sync']);
      const waits = kubectl(run);
      expect(waits).toEqual([
        'kubectl wait --namespace=fair --for=jsonpath={.status.readyReplicas}=1 statefulset/postgres --timeout=600s',
        'kubectl wait --namespace=fair --for=condition=complete job/postgres-databases-0a1b2c3d --timeout=600s',
      ]);
      expect(run.calls.indexOf(upgrade(run, name))).toBeGreaterThan(run.calls.lastIndexOf(waits[1] ?? ''));
    }
    const others = sandbox().run(['--selector', 'name=metrics-server', 'sync']);
    expect(others.upgraded).toEqual(['kube-system/metrics-server']);
    expect(kubectl(others)).toEqual([]);
  });

  test('fails without installing the release when its database does not come up', () => {
    const run = sandbox().run(['--selector', 'name=zenml', 'sync'], { KUBECTL_EXIT: '1' });
    expect(run.code).not.toBe(0);
    expect(run.stderr + run.stdout).toContain('hook[the database server is ready]');
    expect(run.upgraded).toEqual([]);
  });

  test.each(['template', 'lint', 'list', 'diff', 'destroy'])('waits for nothing to %s', (command) => {
    const run = sandbox().run([command]);
    expect(run.code, run.stderr).toBe(0);
    expect([...kubectl(run), ...run.upgraded]).toEqual([]);
  });

  test('renders and compares each release that is in the cluster, and no other', () => {
    const created = sandbox([...only('mlflow', 'metrics-server'), ...off(only('zenml'))]);
    const targets = (run: HelmfileRun, command: RegExp) =>
      run.calls.flatMap((call) => command.exec(call)?.[1] ?? []).toSorted();
    expect(targets(created.run(['template']), /^helm template (\S+) /)).toEqual(['metrics-server', 'mlflow']);
    const diff = created.run(['diff'], { IN_CLUSTER: 'fair/zenml' });
    expect(targets(diff, /^helm diff upgrade --allow-unreleased (\S+) /)).toEqual(['metrics-server', 'mlflow']);
    expect(diff.stdout + diff.stderr).toContain('zenml (zenml/zenml) DELETED');
  });

  test('takes what is off out of the cluster, where it is there, and asks for no chart of it', () => {
    const created = sandbox([...only('metrics-server'), ...off(only('zenml', 'mlflow'))]);
    const run = created.run(['sync'], { IN_CLUSTER: 'fair/zenml kube-system/mlflow' });
    expect(run.code, run.stderr).toBe(0);
    expect(run.upgraded).toEqual(['kube-system/metrics-server']);
    expect(run.deleted).toEqual(['fair/zenml']);
    expect([...kubectl(run), ...run.calls.filter((call) => call.includes(' pull '))]).toEqual([]);
  });

  test('takes out what is off where nothing is on', () => {
    const run = sandbox(off(all)).run(['sync'], { IN_CLUSTER: ids(all).join(' ') });
    expect(run.code, run.stderr).toBe(0);
    expect(run.deleted.toSorted()).toEqual(ids(all).toSorted());
  });

  test('destroys all that is in the cluster', () => {
    const run = sandbox().run(['destroy'], { IN_CLUSTER: 'fair/zenml kube-system/metrics-server' });
    expect(run.code, run.stderr).toBe(0);
    expect(run.deleted.toSorted()).toEqual(['fair/zenml', 'kube-system/metrics-server']);
  });

  test('installs what a release comes after before it, whatever the order of the list', () => {
    const [first, second, third] = only('stac', 'mlflow', 'metrics-server') as [Release, Release, Release];
    const chain = [{ ...first, after: [second] }, { ...second, after: [third] }, third];
    // The context is a part of what helmfile knows a release by.
    for (const context of [undefined, 'somewhere']) {
      expect(sandbox(chain, context).run(['sync']).upgraded).toEqual(ids(chain).toReversed());
    }
    // One alone is installed alone.
    expect(sandbox(chain).run(['--selector', 'name=stac', 'sync']).upgraded).toEqual(['fair/stac']);
  });

  test('asks helm and kubectl for the context of the environment, whatever the current one is', () => {
    const { releases, kubeContext } = synthesize(dev).platform;
    const run = sandbox(releases, kubeContext).run(['sync']);
    const asking = run.calls.filter((call) => !call.startsWith('helm version '));
    expect(kubectl(run)).not.toEqual([]);
    const named = asking.map((call) => / --(?:kube-)?context[ =](\S+)/.exec(call)?.[1]);
    expect([...new Set(named)]).toEqual(['kind-local-dev-fair']);
  });

  test('leaves the context to whoever runs it where none is known', () => {
    expect(
      sandbox()
        .run(['sync'])
        .calls.filter((call) => call.includes('context')),
    ).toEqual([]);
  });

  test('installs operators alone where they are selected, the plug-in after what it stands on', () => {
    const run = sandbox(synthesize(prod).platform.releases).run(['--selector', 'stage=operators', 'sync']);
    expect(run.code, run.stderr).toBe(0);
    const plugin = 'cnpg-system/plugin-barman-cloud';
    expect(run.upgraded.toSorted()).toEqual(['cert-manager/cert-manager', 'cnpg-system/cloudnative-pg', plugin]);
    expect(run.upgraded.at(-1)).toBe(plugin);
    expect(kubectl(run)).toEqual([]);
  });

  test('waits for each database of its own where there is a cluster each', () => {
    const run = sandbox(synthesize(prod).platform.releases).run(['--selector', 'name=zenml', 'sync']);
    expect(kubectl(run)).toEqual([
      'kubectl wait --namespace=fair-prod --for=condition=Ready clusters.postgresql.cnpg.io/zenml-db-production --timeout=600s',
      'kubectl wait --namespace=fair-prod --for=jsonpath={.status.applied}=true databases.postgresql.cnpg.io/zenml-db-production-zenml --timeout=600s',
    ]);
    expect(upgrade(run, 'zenml')).toContain(' --version 0.94.2 ');
  });
});
