import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as kit from '../../lib';
import * as platform from '../../lib/platform';
import { programFolder, programsOf, runPrograms } from '../support/programs-of-pages';
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
  const folder = programFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('run', () => {
    const { status, stderr } = runPrograms(folder, programsOf('docs/how-to/provide-secrets.md'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).not.toEqual([]);
  });
});
