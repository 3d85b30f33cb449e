import { afterEach, expect, test } from 'vitest';
import { prod } from '../../../environments';
import type { Release, ReleaseName } from '../../../lib/platform/releases/release';
import { synthesize } from '../../support/environments';
import { describeProgram } from '../../support/programs';
import { type HelmfileRun, HelmfileSandbox } from './helmfile-sandbox';
import { findPrograms } from './programs';
import { releases } from './samples';

function upgrade({ calls }: HelmfileRun, release: ReleaseName): string | undefined {
  return calls.find((call) => call.startsWith(`helm upgrade --install ${release} `));
}

describeProgram(findPrograms('helmfile'), 'helmfile', (programs) => {
  const sandboxes: HelmfileSandbox[] = [];
  afterEach(() => {
    for (const sandbox of sandboxes.splice(0)) sandbox.remove();
  });

  function sandbox(selected: readonly Release[] = releases()): HelmfileSandbox {
    const created = new HelmfileSandbox(programs().helmfile, selected);
    sandboxes.push(created);
    return created;
  }

  test('lists every release with the version and the namespace that are generated', () => {
    const run = sandbox(releases().filter(({ name }) => name !== 'nvidia-device-plugin')).run([
      'list',
      '--output',
      'json',
    ]);
    expect(run.stderr).not.toMatch(/error/i);
    const listed = (JSON.parse(run.stdout) as Record<string, unknown>[]).map(({ name, version, namespace, enabled }) =>
      [name, version, namespace, enabled].join(' '),
    );
    expect(listed.sort()).toEqual([
      'cert-manager v1.20.3 default false',
      'cloudnative-pg 0.29.0 default false',
      'metrics-server 3.13.1 kube-system true',
      'mlflow 1.8.1 fair true',
      'nvidia-device-plugin 0.20.0 default false',
      'plugin-barman-cloud 0.7.0 default false',
      'stac 0.12.0 fair true',
      'zenml 0.93.3 fair true',
    ]);
  });

  test('installs each release in its version and namespace, and waits for all but the device plug-in', () => {
    const run = sandbox().run(['sync']);
    expect(run.code, run.stderr).toBe(0);
    for (const { name, namespace } of releases()) {
      expect(upgrade(run, name)).toContain(` --namespace ${namespace} `);
      expect(/ --wait( |$)/.test(upgrade(run, name) ?? '')).toBe(name !== 'nvidia-device-plugin');
    }
    expect(upgrade(run, 'stac')).toContain(' --version 0.12.0 ');
    expect(run.calls.join('\n')).not.toContain('--create-namespace');
  });

  test('waits for the database before each release that needs one, and for no other', () => {
    for (const name of ['stac', 'mlflow', 'zenml'] as const) {
      const run = sandbox().run(['--selector', `name=${name}`, 'sync']);
      const waits = run.calls.filter((call) => call.startsWith('kubectl '));
      expect(waits).toEqual([
        'kubectl wait --namespace=fair --for=jsonpath={.status.readyReplicas}=1 statefulset/postgres --timeout=600s',
        'kubectl wait --namespace=fair --for=condition=complete job/postgres-databases-0a1b2c3d --timeout=600s',
      ]);
      expect(run.calls.indexOf(upgrade(run, name) ?? '')).toBeGreaterThan(run.calls.lastIndexOf(waits[1] ?? ''));
    }
    const others = sandbox().run(['--selector', 'name=metrics-server', 'sync']);
    expect(upgrade(others, 'metrics-server')).toBeDefined();
    expect(others.calls.join('\n')).not.toContain('kubectl');
  });

  test('asks nothing of the cluster to template, lint or list', () => {
    for (const command of ['template', 'lint', 'list']) {
      const run = sandbox().run([command]);
      expect(run.code, run.stderr).toBe(0);
      expect(run.calls.filter((call) => call.startsWith('kubectl '))).toEqual([]);
    }
  });

  test('installs nothing that is off, and asks for no values of it', () => {
    const run = sandbox(releases().filter(({ name }) => name === 'zenml')).run(['sync']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.calls.filter((call) => call.startsWith('helm upgrade '))).toHaveLength(1);
    expect(upgrade(run, 'zenml')).toBeDefined();
  });

  test('installs operators before anything else, the plug-in after what it stands on', () => {
    const run = sandbox(synthesize(prod).platform.releases).run(['--selector', 'stage=operators', 'sync']);
    expect(run.code, run.stderr).toBe(0);
    const installed = run.calls.flatMap((call) => /^helm upgrade --install (\S+) /.exec(call)?.[1] ?? []);
    expect(installed.toSorted()).toEqual(['cert-manager', 'cloudnative-pg', 'plugin-barman-cloud']);
    expect(installed.at(-1)).toBe('plugin-barman-cloud');
    expect(run.calls.filter((call) => call.startsWith('kubectl '))).toEqual([]);
  });

  test('waits for each database of its own where there is a cluster each', () => {
    const run = sandbox(synthesize(prod).platform.releases).run(['--selector', 'name=zenml', 'sync']);
    expect(run.calls.filter((call) => call.startsWith('kubectl '))).toEqual([
      'kubectl wait --namespace=fair-prod --for=condition=Ready clusters.postgresql.cnpg.io/zenml-db-production --timeout=600s',
      'kubectl wait --namespace=fair-prod --for=jsonpath={.status.applied}=true databases.postgresql.cnpg.io/zenml-db-production-zenml --timeout=600s',
    ]);
    expect(upgrade(run, 'zenml')).toContain(' --version 0.94.2 ');
  });

  test('fails without installing the release when its database does not come up', () => {
    const run = sandbox().run(['--selector', 'name=zenml', 'sync'], { KUBECTL_EXIT: '1' });
    expect(run.code).not.toBe(0);
    expect(run.stderr + run.stdout).toContain('hook[the database server is ready]');
    expect(upgrade(run, 'zenml')).toBeUndefined();
  });
});
