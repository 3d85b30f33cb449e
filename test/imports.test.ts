import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { filesIn } from './support/golden';
import { itLong } from './support/programs';
import { root } from './support/sources';

const temporary = mkdtempSync(join(tmpdir(), 'imports-'));
afterAll(() => rmSync(temporary, { recursive: true }));

// Wrong after a change that is meant? npm run accept
itLong('imports/ and the reference are what crds/ makes of them, byte for byte', () => {
  const args = ['--import', 'tsx', 'scripts/imports.ts', temporary];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  expect(filesIn(temporary)).toEqual({
    ...filesIn(root, 'imports'),
    'docs/reference/model-deployment.md': readFileSync(join(root, 'docs/reference/model-deployment.md'), 'utf8'),
  });
});
