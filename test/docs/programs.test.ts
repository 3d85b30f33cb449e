import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { itLong } from '../support/programs';
import { programsOf } from '../support/programs-of-pages';
import { root } from '../support/sources';

const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => `docs/${path}`);

describe('the programs of the README and of docs/', () => {
  // Inside the repository, so that the peers of the package are found.
  mkdirSync(join(root, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(root, '.tmp', 'programs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  itLong('are type-checked', () => {
    const files = ['README.md', ...pages].flatMap((page) => {
      // What imports nothing is a fragment.
      const programs = programsOf(page).filter((code) => code.includes('import '));
      return programs.map((code, index) => {
        const file = `${page.replaceAll('/', '-')}-${index + 1}.ts`;
        writeFileSync(join(folder, file), code);
        return file;
      });
    });
    expect(files.length).toBeGreaterThan(5);
    const paths = { 'cdk8s-ml-platform': ['../../lib'], 'cdk8s-ml-platform/*': ['../../lib/*'] };
    const config = { extends: '../../tsconfig.json', compilerOptions: { paths }, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '--project', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});
