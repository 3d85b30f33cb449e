import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromSources } from '../support/doors';
import { root } from '../support/sources';

const text = readFileSync(join(root, 'docs/how-to/test-your-charts.md'), 'utf8');
const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];

/** What Node.js says of the tests of a program. */
function testRun(code: string): string {
  // Inside the repository, so that the peers of the package are found.
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(root, '.tmp', 'test-your-charts-'));
  try {
    const file = join(folder, 'embedder.test.ts');
    writeFileSync(file, fromSources(code));
    const args = ['--import', 'tsx', '--test-reporter=tap', file];
    return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('the tests of test-your-charts.md pass', () => {
  expect(testRun(program)).toMatch(/^# pass 2\n# fail 0$/m);
});

it('fails when the charts are others', () => {
  expect(testRun(program.replace('    replicas,\n', '    replicas: 1,\n'))).toMatch(/^# pass 1\n# fail 1$/m);
});
