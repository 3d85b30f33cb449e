import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseProblems, sourcesOf, withAbsoluteLinks } from './release';

/** Before `npm publish`: refuses what is not ready, and makes the links of README.md work on the page of the package. */
const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

const problems = releaseProblems(manifest, read('CHANGELOG.md'));
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
writeFileSync(
  join(root, 'README.md'),
  withAbsoluteLinks(read('README.md'), sourcesOf(manifest) ?? '', manifest.version),
);
