import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { findProgram } from '../platform/releases/programs';

/** Tests that POSIX shells read a script, and that shellcheck has nothing to say about it. */
export function itIsPosix(script: string, exclude: readonly string[] = []): void {
  it('is read by a POSIX shell', () => {
    const { status, stderr } = spawnSync('/bin/sh', ['-n'], { input: script, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  const shellcheck = findProgram('shellcheck');
  it.skipIf(shellcheck === undefined && process.env.CI !== 'true')('passes shellcheck (if there is one)', () => {
    const args = ['--shell=sh', ...(exclude.length === 0 ? [] : [`--exclude=${exclude.join(',')}`]), '-'];
    const { error, status, stdout } = spawnSync(shellcheck ?? 'shellcheck', args, { input: script, encoding: 'utf8' });
    expect(error).toBeUndefined();
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
}
