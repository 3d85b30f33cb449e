import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/**
 * Writes the declarations of lib/ to a folder.
 * @throws Error where lib/ does not compile; tsc has said why
 */
export function writeDeclarations(folder: string): void {
  const root = join(import.meta.dirname, '..');
  const args = [tsc, '--project', 'tsconfig.build.json', '--outDir', folder];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('lib/ does not compile');
}
