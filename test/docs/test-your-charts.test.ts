import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';

const [program = ''] = programsOf('docs/how-to/test-your-charts.md');

/** What Node.js says of the tests of a program. */
function testRun(code: string): string {
  const folder = programFolder();
  try {
    return runPrograms(folder, [code], '--test-reporter=tap').stdout;
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
