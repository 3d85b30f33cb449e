import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleLibrary } from './bundle';

/** Writes the package as it is published to build/: CommonJS, and the declarations of lib/. */
const root = join(import.meta.dirname, '..');
const build = join(root, 'build');
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

rmSync(build, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) {
  bundleLibrary(join(build, 'lib'));
  // The package is an ES module for its own tools; what it ships is not. The nearest package.json decides, for
  // bundlers about side effects, too.
  const marker = { type: 'commonjs', sideEffects: false };
  writeFileSync(join(build, 'package.json'), `${JSON.stringify(marker, null, 2)}\n`);
}
process.exitCode = status ?? 1;
