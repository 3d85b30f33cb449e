import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { fromSources } from './doors';
import { blocksOf } from './page-blocks';
import { root } from './sources';

/** The blocks of TypeScript of a page. */
export function programsOf(page: string): string[] {
  return blocksOf(readFileSync(join(root, page), 'utf8'), 'ts');
}

/** A folder for programs: inside of the repository, so that the peers of the package are found. */
export function programFolder(): string {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  return mkdtempSync(join(root, '.tmp', 'programs-'));
}

/**
 * Runs programs in a folder, in their order, and writes their manifests to its `dist/`. They are one file and one process,
 * which takes a third of the time of a process with tsx, and a start of Node.js takes longer than most programs.
 */
export function runPrograms(folder: string, programs: readonly string[], ...options: readonly string[]) {
  for (const [index, code] of programs.entries()) writeFileSync(join(folder, `program${index}.ts`), fromSources(code));
  const file = join(folder, 'programs.mjs');
  bundle(programs.map((_, index) => `import './program${index}';\n`).join(''), folder, file);
  const env = { ...process.env, CDK8S_OUTDIR: join(folder, 'dist') };
  return spawnSync(process.execPath, [...options, file], { cwd: folder, env, encoding: 'utf8' });
}

/** Writes a program, and what it imports of the repository, as one file. */
export function bundle(contents: string, resolveDir: string, outfile: string): void {
  buildSync({
    stdin: { contents, resolveDir, loader: 'ts' },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // package.json says that no file has side effects: no program that is only imported would be there.
    ignoreAnnotations: true,
    logLevel: 'warning',
  });
}
