import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ci } from '../../environments';
import { nodesOf } from '../support/control-plane/nodes';
import { undocumented } from '../support/day/documented';
import { type DayStage, succeeds } from '../support/day/stage';
import { list } from './stage';

/** The job of run-on-kind.md, line by line, with a kind that makes no nodes. */
export function jobOfContinuousIntegration(stage: () => DayStage): void {
  test('the job of run-on-kind.md: a cluster of kind, an example, and nothing left', async () => {
    succeeds(await stage().day('tear', '--yes'));
    await stage().kubectl.run(['apply', '-f', '-'], list(nodesOf(ci.nodePools)));
    const clusters = join(stage().project.folder, 'clusters');
    writeFileSync(clusters, '');
    // What kind does, but for the nodes: the control plane is there.
    stage().project.program(
      'kind',
      `case "$1 $2" in
      'get clusters') cat "${clusters}" ;;
      'create cluster') echo fair-ci >> "${clusters}" && "$KUBECTL_PROGRAM" config set-context kind-fair-ci --cluster=control-plane --user=control-plane ;;
      'delete cluster') echo > "${clusters}" ;;
      'version ') echo 'kind v0.31.0 go1.25.5 linux/amd64' ;;
      esac`,
    );
    stage().project.program('docker', '[ "$1" = info ] && echo 16000000000 || exit 1');
    stage().project.program('uv', 'echo "token $ZENML_STORE_API_TOKEN $FAIR_STAC_API_URL" >> "$UV_TOKENS"');
    stage().project.program(
      'npm',
      '[ "$1" = ci ] && exit 0; shift; script=$1; shift; [ "$1" = -- ] && shift; exec node "scripts/day/$script.mjs" "$@"',
    );
    mkdirSync(join(stage().project.folder, 'fAIr-models/examples/segmentation'), { recursive: true });
    mkdirSync(join(stage().project.folder, 'fAIr-models/data/sample'), { recursive: true });
    writeFileSync(join(stage().project.folder, 'fAIr-models/examples/segmentation/run.py'), '');
    const page = readFileSync('docs/how-to/run-on-kind.md', 'utf8');
    const { platform } = parse(/^```yaml\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '').jobs;
    const tokens = join(stage().project.folder, 'tokens');
    const jobEnv = {
      ...stage().env,
      ...platform.env,
      UV_TOKENS: tokens,
      GITHUB_PATH: join(stage().project.folder, 'github-path'),
    };
    const before = stage().project.log().length;
    for (const { run: script } of platform.steps.filter((step: { run?: string }) => step.run !== undefined)) {
      const { status, stdout, stderr } = await stage().project.shell(script, jobEnv);
      expect(status, `${script}\n${stdout}\n${stderr}`).toBe(0);
    }
    const calls = stage().project.log().slice(before);
    expect(undocumented(calls)).toEqual([]);
    const ofKind = calls.filter((call) => call.startsWith('kind '));
    expect(ofKind).toContain('kind create cluster --config deploy/kind.yaml --wait 3m');
    expect(ofKind.at(-1)).toBe('kind delete cluster --name fair-ci');
    expect(calls.filter((call) => call.startsWith('uv run')).slice(-4)).toEqual([
      'uv run zenml stack set ci-k8s',
      ...['segmentation', 'classification', 'detection'].map((name) => `uv run python examples/${name}/run.py`),
    ]);
    expect(readFileSync(tokens, 'utf8').trim().split('\n').at(-1)).toBe(
      `token token-of-zenml http://localhost:${stage().project.ports.stac}`,
    );
    expect(stage().project.has('.day/ci@kind-fair-ci')).toBe(false);
    expect(await stage().forwarders()).toEqual([]);
  });
}
