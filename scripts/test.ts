import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Checks types and lints while the tests run. What those two find is printed after the tests, and fails as a test does.
 *
 *   npm test -- [options and filters of vitest]
 */
const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const filters = process.argv.slice(2).map((argument) => JSON.stringify(argument));

/** Runs a command line as npm does, with the programs of node_modules on the search path. */
function run(command: string, stdio: 'inherit' | 'pipe'): Promise<{ failed: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd: root, shell: true, stdio: ['inherit', stdio, stdio] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ failed: code !== 0, output }));
  });
}

const checks = ['typecheck', 'lint'].map((name) => run(scripts[name], 'pipe'));
const tests = await run(['vitest run', ...filters].join(' '), 'inherit');
const found = await Promise.all(checks);
for (const { failed, output } of found) if (failed) console.error(output);
process.exitCode = [tests, ...found].some(({ failed }) => failed) ? 1 : 0;
