import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Writes the operator, with all that it imports, as one file: `operator/build/operator.cjs`. */
const operator = join(import.meta.dirname, '..', 'operator');

buildSync({
  entryPoints: [join(operator, 'src', 'main.ts')],
  outfile: join(operator, 'build', 'operator.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'external',
  sourcemap: false,
  logLevel: 'warning',
});
