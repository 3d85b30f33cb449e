import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { root } from '../support/sources';

function run(...args: string[]) {
  const command = ['--import', 'tsx', 'scripts/delta.ts', ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
}

describe('npm run delta', () => {
  it('prints what differs between two environments as JSON', () => {
    const { stdout, stderr, status } = run('dev', 'ci', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      from: 'dev',
      to: 'ci',
      groups: { 'Nodes and placement': expect.any(Array) },
      drift: [],
    });
  });

  it('fails without two environments, and says what it takes', () => {
    const { stderr, status } = run('dev');
    expect(stderr).toBe('Usage: npm run delta -- <environment> <environment> [--json]\n');
    expect(status).toBe(2);
  });
});
