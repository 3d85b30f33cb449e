import { expect, test } from 'vitest';
import type { Stage } from './stage';

/**
 * Kinds that `kubectl apply` always calls configured, with the reason; nothing is changed by it.
 *
 * The selector of a PodDisruptionBudget has the patch strategy `replace`, and a field with that strategy is part of the
 * patch whether it differs or not (handleMapDiff in k8s.io/apimachinery/pkg/util/strategicpatch).
 */
const ALWAYS_CONFIGURED = ['poddisruptionbudget.policy'];

/** One command applies all of it, and a second one finds nothing to do. */
export function accepted(stage: Stage): void {
  const { kubectl } = stage.cluster;

  test('kubectl apply takes all of it without a warning', async () => {
    const { code, stderr } = await kubectl.try(['apply', '-f', stage.dist]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    stage.applied = true;
  });

  unchanged(stage, 'a second apply changes nothing');
}

/** Applies what is there. */
export function unchanged(stage: Stage, title: string): void {
  const { kubectl } = stage.cluster;

  test(title, async ({ skip }) => {
    skip(!stage.applied, 'dist/ was not applied');
    const before = await versions(stage);
    const { stdout, stderr } = await kubectl.try(['apply', '-f', stage.dist]);
    const changed = stdout
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith(' unchanged'))
      .filter((line) => !ALWAYS_CONFIGURED.some((kind) => line.startsWith(`${kind}/`)));
    expect(changed).toEqual([]);
    expect(stderr).toBe('');
    expect(await versions(stage)).toEqual(before);
  });

  test('kubectl diff shows nothing', async ({ skip }) => {
    skip(!stage.applied, 'dist/ was not applied');
    expect(await kubectl.try(['diff', '-f', stage.dist])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
}

/** What changes with each write to the specification of an object. */
async function versions(stage: Stage): Promise<readonly string[]> {
  const template = '{range .items[*]}{.kind}/{.metadata.name} {.metadata.uid} {.metadata.generation}{"\\n"}{end}';
  const output = await stage.cluster.kubectl.run(['get', '-f', stage.dist, '-o', `jsonpath=${template}`]);
  return output.split('\n');
}
