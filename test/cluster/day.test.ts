import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ci, dev } from '../../environments';
import { findPrograms } from '../platform/releases/programs';
import { type RunningCluster, startOwnCluster } from '../support/control-plane/cluster';
import { Kubectl } from '../support/control-plane/kubectl';
import { nodesOf } from '../support/control-plane/nodes';
import { findControlPlane } from '../support/control-plane/programs';
import { until } from '../support/control-plane/settle';
import { storageFor } from '../support/control-plane/volumes';
import { DayProject, type DayRun, TSX_CLI } from '../support/day/project';
import { DayServers } from '../support/day/servers';
import { synthesize } from '../support/environments';
import { describeProgram } from '../support/programs';
import { list } from './stage';

const CONTEXT = 'control-plane';
const UP = ['--context', CONTEXT, '--minutes', '5'];

/** Everything that is needed, or why it is not there. */
function found() {
  const plane = findControlPlane();
  const clients = findPrograms('helm', 'helmfile');
  return typeof plane === 'string' ? plane : typeof clients === 'string' ? clients : { plane, clients };
}

/** Empty charts in place of those of the repositories, which tests do not reach; else helm itself. */
const HELM = `
case " $* " in
*" repo "*) exit 0 ;;
*" pull "* | *" fetch "*)
  while [ $# -gt 0 ]; do
    case "$1" in --destination | --untardir | -d) folder=$2 ;; esac
    shift
  done
  mkdir -p "$folder" && cp -r "$CHARTS/zenml" "$folder/zenml"
  exit 0 ;;
esac
for word do
  shift
  case "$word" in
  eoapi/* | mlflow/* | metrics-server/* | nvidia-device-plugin/*) word=$CHARTS/\${word#*/} ;;
  esac
  set -- "$@" "$word"
done
exec "$HELM_PROGRAM" "$@"`;

/** A kubectl that forwards ports without a kubelet. */
const KUBECTL = `
case " $* " in *" port-forward "*) exec node "$FORWARD" "$@" ;; esac
exec "$KUBECTL_PROGRAM" "$@"`;

describeProgram(found(), 'the day of a contributor', (needed) => {
  let cluster: RunningCluster;
  let kubectl: Kubectl;
  let project: DayProject;
  let servers: DayServers;
  let env: Record<string, string>;
  const day = (command: string, ...args: readonly string[]): Promise<DayRun> =>
    project.run(command, command === 'up' ? [...UP, ...args] : ['--context', CONTEXT, ...args], env);
  const succeeds = (run: DayRun) => expect(run, run.text).toMatchObject({ code: 0 });
  /** What is not well, by the titles of sections. */
  const problems = ({ stdout }: DayRun): Record<string, string[]> => {
    const { sections } = JSON.parse(stdout);
    const bad = sections.map(({ title, things }: { title: string; things: { name: string; problem?: string }[] }) => [
      title,
      things.filter(({ problem }) => problem !== undefined).map(({ name, problem }) => `${name} ${problem}`),
    ]);
    return Object.fromEntries(bad.filter(([, lines]: [string, string[]]) => lines.length > 0));
  };
  const names = async (...args: readonly string[]) =>
    (await kubectl.run(['get', ...args, '-o', 'name'])).split('\n').filter(Boolean).sort();
  const everything = async () =>
    (
      await Promise.all(
        ['namespaces', 'crds', 'clusterroles', 'runtimeclasses', 'pvc,secrets,pods -A'].map((kinds) =>
          names(...kinds.split(' ')),
        ),
      )
    ).flat();
  let before: readonly string[] = [];

  beforeAll(async () => {
    const { plane, clients } = needed();
    cluster = await startOwnCluster(plane);
    kubectl = new Kubectl(plane.kubectl, cluster.access.kubeconfig);
    const objects = synthesize(dev).app.charts.flatMap((chart) => chart.toJson());
    await kubectl.run(['apply', '-f', '-'], list([...nodesOf(dev.nodePools), ...storageFor(objects)]));
    project = await DayProject.create();
    servers = await DayServers.start((name) => project.hasZenmlStack(name));
    const charts = join(project.folder, 'charts');
    for (const [name, version] of [
      ['eoapi', '0.12.0'],
      ['mlflow', '1.8.1'],
      ['zenml', '0.93.3'],
      ['metrics-server', '3.13.1'],
      ['nvidia-device-plugin', '0.20.0'],
    ] as const) {
      mkdirSync(join(charts, name), { recursive: true });
      writeFileSync(join(charts, name, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
    }
    project.program('kubectl', KUBECTL);
    project.program('helm', HELM);
    project.program('helmfile', 'exec "$HELMFILE_PROGRAM" "$@"');
    project.zenml('0.93.3');
    env = {
      KUBECONFIG: cluster.access.kubeconfig,
      KUBECTL_PROGRAM: plane.kubectl,
      HELM_PROGRAM: clients.helm,
      HELMFILE_PROGRAM: clients.helmfile,
      HELMFILE_UPGRADE_NOTICE_DISABLED: 'true',
      CHARTS: charts,
      FORWARD: join(import.meta.dirname, '..', 'support', 'day', 'forward.mjs'),
      BACKENDS: servers.backends,
      GOGC: '400',
    };
    before = await everything();
  });
  afterAll(async () => {
    if (project !== undefined) await day('down');
    project?.remove();
    await servers?.stop();
    await cluster?.stop();
  });

  describe('before anything is started', () => {
    test('fails for a context that kubeconfig does not have, and names those there are', async () => {
      const { code, text, calls } = await project.run('up', ['--context', 'nowhere'], env);
      expect([code, calls.some((call) => call.includes(' apply '))]).toEqual([1, false]);
      expect(text).toContain("kubeconfig has no context 'nowhere'. It has: control-plane.");
    });

    test('fails for the context of another environment', async () => {
      const { code, text } = await project.run('up', ['--context', 'hotosm-production-cluster'], env);
      expect(code).toBe(1);
      expect(text).toContain(
        "'hotosm-production-cluster' is the context of the environment prod, not of dev: PLATFORM_ENV=prod.",
      );
    });

    test('fails for a port in use, and names the program that has it', async () => {
      const taken = createServer().listen(project.ports.postgres, '127.0.0.1');
      await new Promise((done) => taken.once('listening', done));
      const { code, text, calls } = await day('up');
      await new Promise((done) => taken.close(done));
      expect([code, calls.some((call) => call.includes(' apply '))]).toEqual([1, false]);
      expect(text).toMatch(
        new RegExp(`Port ${project.ports.postgres} \\(postgres\\) is taken by \\S+ \\(pid ${process.pid}\\)\\.`),
      );
    });

    test('fails where a program is missing, and says how to get it', async () => {
      project.without('helmfile');
      const [up, setup] = [await day('up'), await project.run('setup')];
      project.program('helmfile', 'exec "$HELMFILE_PROGRAM" "$@"');
      expect([up.code, setup.code]).toEqual([1, 1]);
      expect(up.text).toContain('helmfile is not on the search path: `npm run setup` says how to get it.');
      expect(setup.text).toContain(
        '✖ helmfile is missing: 1.0 or later is needed (macOS: brew install helmfile; Linux: https://',
      );
    });

    test('fails for a client of another version, and for one that does not know PostgreSQL', async () => {
      project.zenml('0.94.2');
      const other = await day('up');
      project.zenml('0.93.3', false);
      const stock = await day('up');
      project.zenml('0.93.3');
      expect([other.code, stock.code]).toEqual([1, 1]);
      expect(other.text).toContain("zenml is 0.94.2, the server is 0.93.3: pip install fair-py-ops 'zenml==0.93.3'");
      expect(stock.text).toContain("zenml is without fAIr's start-up hook fair_zenml_patch.pth");
    });
  });

  test('`up` that is killed at ten moments ends well when it is started again', async () => {
    for (let kill = 1; kill <= 10; kill++) {
      const up = project.start('up', UP, env);
      // Spread over all that it does, however fast the machine is: after so many calls of programs.
      const target = project.log().length + kill * 7;
      let isOver = false;
      void up.ended.then(() => {
        isOver = true;
      });
      await until(async () => isOver || project.log().length >= target, 120);
      if (!isOver) up.kill();
      await up.ended;
    }
    succeeds(await day('up'));
    succeeds(await day('status'));
  });

  test('`tear` leaves nothing: no object, process or file', async () => {
    const refused = await day('tear');
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('say --yes')]);
    expect(refused.stdout).toMatch(/namespace fair, with its volumes .*pgdata-postgres-0 \(5Gi\)/);
    succeeds(await day('tear', '--yes'));
    await until(async () => (await everything()).length === before.length, 60);
    expect(await everything()).toEqual(before);
    expect(JSON.parse(await kubectl.run(['get', 'pods', '-A', '-o', 'json'])).items).toEqual([]);
    expect(project.has('.day/dev@control-plane')).toBe(false);
    expect(await forwarders()).toEqual([]);
  });

  test('`up` on an empty cluster applies in the order that works, registers, and prints what is open', async () => {
    const up = await day('up');
    succeeds(up);
    const order = [
      'apply -f dist/cluster.k8s.yaml',
      'helmfile ',
      'apply -f dist',
      'helmfile ',
      'port-forward',
      'zenml stack import k8s',
      'zenml stack import dev',
    ];
    let last = -1;
    for (const step of order) {
      const next = up.calls.findIndex((call, index) => index > last && (call.endsWith(step) || call.includes(step)));
      expect(next, `${step} after call ${last} of\n${up.calls.join('\n')}`).toBeGreaterThan(last);
      last = next;
    }
    expect(up.calls.at(-1)).toBe('zenml stack set dev');
    expect(new Set(servers.logins)).toEqual(new Set(['grant_type=password&username=default&password=']));
    expect(up.text).toContain(`http://localhost:${project.ports.zenml}`);
    expect(up.text).toContain('default, without a password');
  });

  test('`status` says that all is well, to people and to programs', async () => {
    const [people, programs] = [await day('status'), await day('status', '--json')];
    succeeds(people);
    expect(people.text).toContain('✔ Releases: 5 of 5 well');
    expect(people.text).toContain('✔ Ports: 6 of 6 well');
    expect([programs.code, JSON.parse(programs.stdout).ok]).toEqual([0, true]);
  });

  test('a second `up` does only what is left: nothing', async () => {
    const { code, calls, text } = await day('up');
    expect(code, text).toBe(0);
    expect(calls.filter((call) => /\b(apply|sync|upgrade|import|port-forward)\b/.test(call))).toEqual([]);
  });

  test('what is deleted, changed or has no node is named by `status`, which ends with 1, and mended by `up`', async () => {
    await kubectl.run(['-n', 'fair', 'delete', 'deployment,service', '--all', '--wait']);
    await kubectl.run(['-n', 'fair', 'delete', 'statefulset', 'minio']);
    await kubectl.run([
      '-n',
      'inference',
      'patch',
      'configmap',
      'inference-config',
      '--type=merge',
      '-p',
      '{"data":{"LOG_LEVEL":"debug"}}',
    ]);
    await kubectl.run(['cordon', 'inference-0']);
    await kubectl.run(['-n', 'inference', 'delete', 'pod', '--all', '--wait=false']);
    const unwell = await day('status', '--json');
    expect(unwell.code).toBe(1);
    expect(problems(unwell)).toMatchObject({
      Objects: expect.arrayContaining([
        'StatefulSet fair/minio is missing',
        'ConfigMap inference/inference-config is not as it is written',
      ]),
      Nodes: ['inference-0 is cordoned'],
      'Stack inference': expect.arrayContaining([expect.stringMatching(/^inference\/\S+ has no node: /)]),
    });
    await kubectl.run(['uncordon', 'inference-0']);
    succeeds(await day('up'));
    succeeds(await day('status'));
  });

  test('a release with other values is named, and brought back', async () => {
    await kubectl.script(
      `"${env.HELM_PROGRAM}" upgrade mlflow "${env.CHARTS}/mlflow" -n fair --set replicaCount=7`,
      '.',
    );
    const unwell = await day('status', '--json');
    expect([unwell.code, problems(unwell)]).toEqual([1, { Releases: ['fair/mlflow has other values'] }]);
    project.program('helmfile', 'echo "write /tmp/x: no space left on device" >&2; exit 3');
    const full = await day('up');
    project.program('helmfile', 'exec "$HELMFILE_PROGRAM" "$@"');
    expect(full.code).toBe(1);
    expect(full.text).toContain(
      [
        'helmfile -f deploy/helmfile.yaml -l name=mlflow,namespace=fair sync',
        '  failed with 3. Its last lines:',
        '  | write /tmp/x: no space left on device',
        'The disk is full: free space on it (`docker system df` says what images take).',
      ].join('\n'),
    );
    const up = await day('up');
    succeeds(up);
    expect(up.calls.filter((call) => call.startsWith('helmfile'))).toEqual([
      expect.stringContaining('-l name=mlflow,namespace=fair sync'),
    ]);
    succeeds(await day('status'));
  });

  test('a stack file that has changed is imported again, and sample data is uploaded', async () => {
    const data = join(project.folder, 'sample', 'train');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'a b.json'), '{}');
    writeFileSync(join(project.folder, '.day/dev@control-plane/registered.json'), '{}');
    expect((await day('status')).text).toContain("ZenML stack 'k8s': is another");
    const up = await day('up', '--data', 'sample');
    succeeds(up);
    expect(up.calls).toContain('zenml stack delete k8s -y -r');
    expect([...servers.files.keys()]).toEqual(['/fair-data/sample/train/a%20b.json']);
    succeeds(await day('status'));
  });

  test('a port-forward that ends is started again, and `down` stops all of them', async () => {
    const running = await forwarders();
    expect(running).toHaveLength(6);
    for (const pid of running) process.kill(pid, 'SIGKILL');
    await until(async () => (await day('status', '--no-releases')).code === 0, 60);
    succeeds(await day('status'));
    expect(await forwarders()).toHaveLength(6);
    succeeds(await day('down'));
    expect(await forwarders()).toEqual([]);
    const { code, text } = await day('status');
    expect([code, text]).toEqual([1, expect.stringContaining('does not answer')]);
  });

  test('where there are no charts, `--no-releases` leaves out releases and what needs them, and says so', async () => {
    const up = await day('up', '--no-releases');
    succeeds(up);
    expect(up.calls.filter((call) => /^(helm|helmfile|zenml) /.test(call))).toEqual([]);
    expect(up.text).toMatch(/left out \(--no-releases\): stac, mlflow, zenml/);
    expect(up.text).toContain('Registrations of fair: left out, zenml is not there');
    succeeds(await day('status', '--no-releases'));
  });

  test('the job of run-on-kind.md: a cluster of kind, an example, and nothing left', async () => {
    succeeds(await day('tear', '--yes'));
    await kubectl.run(['apply', '-f', '-'], list(nodesOf(ci.nodePools)));
    const clusters = join(project.folder, 'clusters');
    writeFileSync(clusters, '');
    // What kind does, but for the nodes: the control plane is there.
    project.program(
      'kind',
      `case "$1 $2" in
      'get clusters') cat "${clusters}" ;;
      'create cluster') echo fair-ci >> "${clusters}" && "$KUBECTL_PROGRAM" config set-context kind-fair-ci --cluster=control-plane --user=control-plane ;;
      'delete cluster') echo > "${clusters}" ;;
      version) echo 'kind v0.31.0 go1.25.5 linux/amd64' ;;
      esac`,
    );
    project.program('docker', '[ "$1" = info ] && echo 16000000000 || exit 1');
    project.program('uv', 'echo "token $ZENML_STORE_API_TOKEN $FAIR_STAC_API_URL" >> "$UV_TOKENS"');
    project.program(
      'npm',
      '[ "$1" = ci ] && exit 0; shift; script=$1; shift; [ "$1" = -- ] && shift; exec node "$TSX" "scripts/$script.ts" "$@"',
    );
    mkdirSync(join(project.folder, 'fAIr-models/examples/segmentation'), { recursive: true });
    mkdirSync(join(project.folder, 'fAIr-models/data/sample'), { recursive: true });
    writeFileSync(join(project.folder, 'fAIr-models/examples/segmentation/run.py'), '');
    const page = readFileSync('docs/how-to/run-on-kind.md', 'utf8');
    const { platform } = parse(/^```yaml\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '').jobs;
    const tokens = join(project.folder, 'tokens');
    const jobEnv = {
      ...env,
      ...platform.env,
      UV_TOKENS: tokens,
      TSX: TSX_CLI,
      GITHUB_PATH: join(project.folder, 'github-path'),
    };
    const before = project.log().length;
    for (const { run: script } of platform.steps.filter((step: { run?: string }) => step.run !== undefined)) {
      const { status, stdout, stderr } = await project.shell(script, jobEnv);
      expect(status, `${script}\n${stdout}\n${stderr}`).toBe(0);
    }
    const calls = project.log().slice(before);
    const documented = [
      /^kind version$/,
      /^kind get clusters$/,
      /^kind create cluster --config \S+ --wait \d+m$/,
      /^kind delete cluster --name \S+$/,
    ];
    const ofKind = calls.filter((call) => call.startsWith('kind '));
    expect(ofKind.filter((call) => !documented.some((form) => form.test(call)))).toEqual([]);
    expect(ofKind).toContain('kind create cluster --config deploy/kind.yaml --wait 3m');
    expect(ofKind.at(-1)).toBe('kind delete cluster --name fair-ci');
    expect(calls.filter((call) => call.startsWith('uv run')).slice(-4)).toEqual([
      'uv run zenml stack set ci-k8s',
      ...['segmentation', 'classification', 'detection'].map((name) => `uv run python examples/${name}/run.py`),
    ]);
    expect(readFileSync(tokens, 'utf8').trim().split('\n').at(-1)).toBe(
      `token token-of-zenml http://localhost:${project.ports.stac}`,
    );
    expect(project.has('.day/ci@kind-fair-ci')).toBe(false);
    expect(await forwarders()).toEqual([]);
  });

  /** Process ids of what forwards ports of this project. */
  async function forwarders(): Promise<readonly number[]> {
    const { stdout } = await kubectl.script(
      `ps -A -o pid=,stat=,args= | grep 'forward.mjs.*:' | grep -v grep || true`,
      '.',
    );
    const own = Object.values(project.ports).map((port) => ` ${port}:`);
    return stdout
      .split('\n')
      .filter((line) => own.some((port) => line.includes(port)) && !/^\s*\d+\s+Z/.test(line))
      .map((line) => Number.parseInt(line, 10));
  }
});
