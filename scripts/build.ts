import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleLibrary } from './bundle';
import { writeDeclarations } from './declarations';

/** Writes the package as it is published to build/: CommonJS, and the declarations of lib/. */
const build = join(import.meta.dirname, '..', 'build');

rmSync(build, { recursive: true, force: true });
writeDeclarations(build);
bundleLibrary(join(build, 'lib'));
// The package is an ES module for its own tools; what it ships is not. The nearest package.json decides, for bundlers
// about side effects, too.
writeFileSync(join(build, 'package.json'), `${JSON.stringify({ type: 'commonjs', sideEffects: false }, null, 2)}\n`);
