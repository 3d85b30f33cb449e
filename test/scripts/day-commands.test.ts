import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/control-plane/settle';
import { DayProject } from '../support/day/project';
import { describeLong } from '../support/programs';

let project: DayProject;
beforeAll(async () => {
  project = await DayProject.create();
});
afterAll(() => project?.remove());

describeLong('npm run logs', () => {
  const pods = ['zenml-0', 'mlflow-0', 'postgres-0'].map((name) => ({ metadata: { name, namespace: 'fair' } }));
  beforeAll(() =>
    project.program(
      'kubectl',
      `case "$*" in
      *"get pods"*) echo '${JSON.stringify({ items: pods })}' ;;
      *" logs mlflow-0 "*) echo 'the container has not started' >&2; exit 1 ;;
      *" logs "*) echo "says $4 $5" ;;
      esac`,
    ),
  );

  test('prints what the pods of a stack say whose names start so', async () => {
    const { code, stdout, calls } = await project.run('logs', ['fair', 'zenml']);
    expect([code, stdout]).toEqual([0, 'says logs zenml-0\n']);
    expect(calls).toEqual([
      'kubectl --context=kind-local-dev-fair -n fair get pods -o json',
      'kubectl --context=kind-local-dev-fair -n fair logs zenml-0 --all-containers --prefix --tail=50',
    ]);
  });

  test('prints those of all pods, ends with 1 where one has none, and follows them', async () => {
    const { code, text, calls } = await project.run('logs', ['fair', '--follow', '--tail', '7']);
    expect([code, calls.length]).toEqual([1, 4]);
    expect(text).toContain('the container has not started');
    expect(calls.filter((call) => call.endsWith(' --all-containers --prefix --tail=7 --follow'))).toHaveLength(3);
  });

  test('fails for a stack or a component that is not there, and names those that are', async () => {
    const [stack, component] = [await project.run('logs', ['fare']), await project.run('logs', ['fair', 'stac'])];
    expect([stack.code, component.code]).toEqual([1, 1]);
    expect(stack.text).toMatch(/STACK must be one of fair, .*, cluster, got 'fare'/);
    expect(component.text).toContain("No pod of fair starts with 'stac'. It has: zenml-0, mlflow-0, postgres-0.");
  });
});

describeLong('npm run images', () => {
  const built = (answer: string) => project.program('docker', `case "$1 $2" in "image inspect") ${answer} ;; esac`);
  beforeAll(() => {
    project.program('kubectl', 'echo local-control-plane local-worker');
    project.program('kind', '');
  });

  test('fails where nobody has built an image, and says which', async () => {
    built('exit 1');
    const { code, stdout, calls } = await project.run('images');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^photo-duplicate-inference:\S+: not built$/m);
    expect(calls.filter((call) => call.startsWith('kind '))).toEqual([]);
  });

  test('builds an image, and loads it with the others into the nodes', async () => {
    built('echo sha256:1');
    const { code, stdout, calls } = await project.run('images', ['--build', 'mine:1=src/mine']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('mine:1: loaded into the nodes\n')]);
    expect(calls[0]).toBe('docker build --tag mine:1 src/mine');
    expect(calls).toContain('kind load docker-image mine:1 --name local-dev-fair');
  });

  test('loads nothing again, unless it was built anew or a node has lost it', async () => {
    const again = await project.run('images');
    expect(again.stdout).toMatch(/^photo-duplicate-inference:\S+: is in the nodes$/m);
    expect(again.calls.filter((call) => call.startsWith('kind '))).toEqual([]);
    expect(again.calls).toContainEqual(
      expect.stringMatching(/^docker exec local-worker crictl inspecti -q photo-duplicate-inference:/),
    );
    built('echo sha256:2');
    expect((await project.run('images')).stdout).toMatch(/^photo-duplicate-inference:\S+: loaded into the nodes$/m);
    built('echo sha256:2 ;; "exec local-worker") exit 1');
    expect((await project.run('images')).stdout).toMatch(/^photo-duplicate-inference:\S+: loaded into the nodes$/m);
  });

  test('loads by an archive what kind cannot take from the container engine', async () => {
    project.program('kind', '[ "$2" = image-archive ]');
    built('echo sha256:3');
    const { code, calls } = await project.run('images');
    expect(code).toBe(0);
    expect(calls).toContainEqual(
      expect.stringMatching(
        /^docker save --platform linux\/a\w+64 photo-duplicate-inference:\S+ --output \S+\/image\.tar$/,
      ),
    );
    expect(calls.at(-1)).toMatch(/^kind load image-archive \S+\/image\.tar --name local-dev-fair$/);
  });

  test('fails for a cluster that is not of kind, and for a build without a folder', async () => {
    const [other, build] = [
      await project.run('images', ['--context', 'team']),
      await project.run('images', ['--build', 'mine']),
    ];
    expect([other.code, build.code]).toEqual([1, 1]);
    expect(other.text).toMatch(/photo-duplicate-inference:\S+ can only be loaded into nodes of kind: push it to a/);
    expect(build.text).toContain("--build must be IMAGE=FOLDER, got 'mine'");
  });
});

describeLong('npm run setup', () => {
  const versions = {
    kubectl: 'Client Version: v1.31.0',
    helm: 'v3.16.1+g5a5449d',
    helmfile: 'helmfile version 1.1.0',
    kind: 'kind v0.31.0 go1.25.5 linux/amd64',
  };
  beforeAll(() => {
    for (const [name, version] of Object.entries(versions)) project.program(name, `echo '${version}'`);
    project.program('docker', 'echo 8340000000');
    project.zenml('0.93.3');
  });

  test('ends with 0 where nothing is missing', async () => {
    const { code, stdout } = await project.run('setup');
    const programs = ['kubectl', 'helm', 'helmfile', 'kind', 'container engine', 'zenml (for pipelines)'];
    expect([code, stdout]).toEqual([0, programs.map((name) => `✔ ${name}\n`).join('')]);
  });

  test('names what is too old, too small, of another version or does not run, and nvkind where there is a GPU', async () => {
    project.program('kind', "echo 'kind v0.9.0 go1.15.2 linux/amd64'");
    project.program('nvidia-smi', '');
    project.program('docker', 'echo 4000000000');
    project.zenml('0.94.2');
    const { code, stdout } = await project.run('setup');
    expect(code).toBe(1);
    expect(stdout).toContain('✖ kind is 0.9: 0.24 or later is needed (macOS: brew install kind; Linux: https://kind.');
    expect(stdout).toContain('✖ container engine docker has 3.7 GiB: one with 8 GiB is needed (macOS: brew install ');
    expect(stdout).toContain("✖ zenml (for pipelines) is 0.94.2, the server is 0.93.3: pip install fair-py-ops 'zenml");
    expect(stdout).toContain('- nvkind would give the GPU to a node: https://github.com/NVIDIA/nvkind');
    project.program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    expect((await project.run('setup')).stdout).toContain(
      '✖ container engine docker does not run: Cannot connect to the Docker daemon',
    );
  });
});

describeLong('a command that a person stops or has to confirm', () => {
  beforeAll(() => project.link('script'));

  test('`up` ends on Ctrl-C with what it has started, and says how to go on', async () => {
    project.program('kind', `case "$1" in create) echo $$ > pid; exec sleep 1000 ;; esac`);
    for (const name of ['helm', 'helmfile', 'kubectl']) project.program(name, '');
    project.without('zenml');
    const up = project.start('up', []);
    await until(async () => project.has('pid'), 60);
    up.kill('SIGINT');
    const { code, text } = await up.ended;
    expect([code, text]).toEqual([130, expect.stringContaining('Stopped. `npm run up` goes on from here.')]);
    const pid = readFileSync(join(project.folder, 'pid'), 'utf8').trim();
    // Where nobody asks how it ended, it is still listed, as a zombie.
    expect((await project.shell(`ps -o stat= -p ${pid} || true`, {})).stdout).toMatch(/^(Z.*\n)?$/);
  });

  test.each([
    ['n', 1, 'Nothing was deleted.', false],
    ['y', 0, 'deleted', true],
  ])('`tear` asks on a terminal, and goes on after `%s` as it should', async (answer, code, said, isDeleted) => {
    project.program('kubectl', 'exit 1');
    project.program('kind', '[ "$1" != get ] || echo local-dev-fair');
    const before = project.log().length;
    // With a terminal of its own.
    const tear = `echo ${answer} | SHELL=sh script --quiet --return --command 'node scripts/day/tear.mjs' /dev/null`;
    const { status, stdout } = await project.shell(tear, {});
    expect([status, stdout]).toEqual([code, expect.stringContaining(said)]);
    expect(stdout).toContain("In the cluster of the context 'kind-local-dev-fair' these go, for good:");
    expect(stdout).toContain('Delete them? [y/N]');
    const calls = project.log().slice(before);
    expect(calls.includes('kind delete cluster --name local-dev-fair')).toBe(isDeleted);
  });
});
