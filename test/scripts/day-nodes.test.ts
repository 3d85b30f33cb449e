import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { undocumented } from '../support/day/documented';
import { DayProject } from '../support/day/project';
import { describeLong } from '../support/programs';

const CREATE = 'kind create cluster --config deploy/kind.yaml --wait 3m';
const NVKIND = 'nvkind cluster create --name local-dev-fair --config-template deploy/kind.yaml';
const DELETE = 'kind delete cluster --name local-dev-fair';
const PS = 'ps --all --quiet --filter label=io.x-k8s.kind.cluster=local-dev-fair --filter';

describeLong('the cluster of kind', () => {
  let project: DayProject;
  const file = (name: string) => join(project.folder, name);
  /** The machine: whether there is a cluster, containers of its nodes that run and that do not, and programs that fail. */
  function machine({ cluster = false, running = '', stopped = '', context = true, nvkind = '' }) {
    for (const name of ['cluster', 'context']) rmSync(file(name), { force: true });
    if (cluster) writeFileSync(file('cluster'), '');
    if (context) writeFileSync(file('context'), '');
    project.program(
      'kind',
      `case "$1" in
      get) [ ! -f cluster ] || echo local-dev-fair ;;
      create) touch cluster context ;;
      delete) rm -f cluster ;;
      export) touch context ;;
      esac`,
    );
    const engine = `case "$*" in *exited) printf '%s\\n' ${stopped} ;; ps*) printf '%s\\n' ${running} ;; image*) exit 1 ;; esac`;
    for (const name of ['docker', 'podman']) project.program(name, engine);
    // It has no API groups, with which \`up\` ends after the step of the cluster.
    project.program(
      'kubectl',
      `case "$*" in
      *get-contexts*) [ ! -f context ] || echo kind-local-dev-fair ;;
      *api-versions*) echo 'that was the cluster' >&2; exit 1 ;;
      esac`,
    );
    project.without('nvkind');
    project.without('nvidia-smi');
    if (nvkind === '') return;
    project.program('nvidia-smi', '');
    project.program('nvkind', nvkind);
  }
  /** What changed the nodes. */
  const changes = (calls: readonly string[]) =>
    calls.filter((call) => /^(kind (create|delete|export)|nvkind|\w+ (ps|start|stop)) /.test(call));
  async function up(env: Readonly<Record<string, string>> = {}) {
    const { text, calls } = await project.run('up', [], env);
    expect(text).toContain('that was the cluster');
    return changes(calls);
  }

  beforeAll(async () => {
    project = await DayProject.create();
    for (const name of ['touch', 'rm']) project.link(name);
    for (const name of ['helm', 'helmfile']) project.program(name, '');
  });
  afterAll(() => project?.remove());

  test('is created by kind where there is none', async () => {
    machine({});
    expect(await up()).toEqual([CREATE]);
  });

  test('is created by nvkind where there are a GPU and nvkind', async () => {
    machine({ nvkind: 'touch cluster' });
    expect(await up()).toEqual([NVKIND]);
  });

  test('is kept where only the last step of nvkind fails, and created by kind where nothing came of it', async () => {
    machine({ nvkind: 'touch cluster; exit 1' });
    expect(await up()).toEqual([NVKIND]);
    machine({ nvkind: 'exit 1' });
    expect(await up()).toEqual([NVKIND, CREATE]);
  });

  test('is made again where it was half made', async () => {
    machine({});
    project.program('kind', '[ "$1" != create ]');
    expect((await project.run('up')).text).toContain(`${CREATE}\n  failed with 1.`);
    machine({ cluster: true });
    expect(await up()).toEqual([DELETE, CREATE]);
    expect(await up()).toEqual([`docker ${PS} status=exited`]);
  });

  test('is started by the engine that kind uses, and told to kubectl, where it is there', async () => {
    machine({ cluster: true, stopped: 'a b', context: false });
    const started = (engine: string) => [`${engine} ${PS} status=exited`, `${engine} start a b`];
    expect(await up()).toEqual([...started('docker'), 'kind export kubeconfig --name local-dev-fair']);
    expect(await up({ KIND_EXPERIMENTAL_PROVIDER: 'podman' })).toEqual(started('podman'));
  });

  test('`down --nodes` stops its containers, and nothing without that', async () => {
    machine({ cluster: true, running: 'a b' });
    const [down, nodes] = [await project.run('down'), await project.run('down', ['--nodes'])];
    expect([down.calls, nodes.calls]).toEqual([[], [`docker ${PS} status=running`, 'docker stop a b']]);
    expect(nodes.stdout).toContain('2 nodes are stopped.');
    const other = await project.run('down', ['--nodes', '--context', 'team']);
    expect([other.code, other.text]).toEqual([1, expect.stringContaining("'team' are not containers of kind")]);
  });

  test('`tear` deletes it, also where it does not answer', async () => {
    machine({ cluster: true });
    project.program('kubectl', 'exit 1');
    const { code, calls } = await project.run('tear', ['--yes']);
    expect([code, changes(calls)]).toEqual([0, [DELETE]]);
    expect(existsSync(file('cluster'))).toBe(false);
  });
});

test.each(['kind get cluster', 'nvkind create cluster', 'docker stop', 'docker ps --names', 'kind version 1'])(
  'fails for a call that is not documented: %s',
  (call) => {
    expect(undocumented([call])).toEqual([expect.stringContaining(call)]);
  },
);
