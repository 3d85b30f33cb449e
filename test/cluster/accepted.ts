import { expect, test } from 'vitest';
import type { Kubectl } from '../support/control-plane/kubectl';
import type { Stage, Written } from './stage';

/**
 * Kinds that `kubectl apply` always calls configured, with the reason; nothing is changed by it.
 *
 * The selector of a PodDisruptionBudget has the patch strategy `replace`, and a field with that strategy is part of the
 * patch whether it differs or not (handleMapDiff in k8s.io/apimachinery/pkg/util/strategicpatch).
 */
export const ALWAYS_CONFIGURED = ['poddisruptionbudget.policy'];

/** One command applies all of it to a cluster with its prerequisites. */
export function accepted(stage: Stage): void {
  const { kubectl } = stage.cluster;

  test('kubectl apply takes all of it without a warning', async () => {
    const { code, stderr } = await kubectl.try(['apply', '-f', stage.dist]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    stage.applied = true;
  });
}

/** The same from the side of the API server, whether the objects are there or not. */
export function acceptedServerSide(kubectl: () => Kubectl, { dist }: Written): void {
  test('kubectl apply --server-side takes all of it, twice, without a warning', async () => {
    for (const _ of [1, 2]) {
      const { code, stderr } = await kubectl().try(['apply', '--server-side', '-f', dist]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    }
  });

  test('kubectl diff --server-side shows nothing', async () => {
    const { code, stdout, stderr } = await kubectl().try(['diff', '--server-side', '-f', dist]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });
}

/** Another command finds nothing to do, whatever the controllers have done since. */
export function unchanged(stage: Stage): void {
  const { kubectl } = stage.cluster;

  test('another apply changes nothing', async ({ skip }) => {
    skip(!stage.applied, 'dist/ was not applied');
    const { stdout, stderr } = await kubectl.try(['apply', '-f', stage.dist]);
    expect(changedLines(stdout)).toEqual([]);
    expect(stderr).toBe('');
  });

  test('kubectl diff shows nothing', async ({ skip }) => {
    skip(!stage.applied, 'dist/ was not applied');
    const { code, stdout, stderr } = await kubectl.try(['diff', '-f', stage.dist]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });
}

/** The lines of `kubectl apply` for objects that it calls changed. */
export function changedLines(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith(' unchanged'))
    .filter((line) => !ALWAYS_CONFIGURED.some((kind) => line.startsWith(`${kind}/`) && line.endsWith(' configured')));
}
