import { afterAll, beforeAll, expect, test } from 'vitest';
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
