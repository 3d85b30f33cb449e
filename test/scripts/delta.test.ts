import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, programFolder } from '../support/programs-of-pages';
import { root } from '../support/sources';

const folder = programFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const script = join(folder, 'delta.mjs');
bundle("import './scripts/delta';", root, script);

function run(...args: string[]) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' });
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
