import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as kit from '../../lib';
import * as platform from '../../lib/platform';
import { fromSources } from '../support/doors';
import { root } from '../support/sources';

const text = readFileSync(join(root, 'docs/how-to/provide-secrets.md'), 'utf8');

describe('provide-secrets.md', () => {
  it('names only functions that the library has', () => {
    const said = [...text.matchAll(/`(\w+)\(/g)].map(([, name = '']) => name);
    expect(said.length).toBeGreaterThan(5);
    for (const name of said) expect({ ...kit, ...platform }).toHaveProperty(name);
  });
});

describe('the programs of provide-secrets.md', () => {
  const snippets = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  let folder: string;

  beforeAll(() => {
    // Inside the repository, so that the peers of the package are found.
    mkdirSync(join(root, '.tmp'), { recursive: true });
    folder = mkdtempSync(join(root, '.tmp', 'provide-secrets-'));
    for (const [index, code] of snippets.entries()) {
      writeFileSync(join(folder, `snippet${index + 1}.ts`), fromSources(code));
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('run', () => {
    const names = snippets.map((_, index) => `import './snippet${index + 1}';\n`);
    writeFileSync(join(folder, 'all.ts'), names.join(''));
    const env = { ...process.env, CDK8S_OUTDIR: join(folder, 'dist') };
    const args = ['--import', 'tsx', join(folder, 'all.ts')];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
