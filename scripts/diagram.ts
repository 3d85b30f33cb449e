import { join } from 'node:path';
import { architectureMermaid } from '../lib/platform';
import { writeFiles } from '../lib/platform/files';
import { architectureOf, pictures } from './diagram/pictures';

/**
 * Usage: diagram [--mermaid <environment> [<stacks>]]. Writes the pictures of `docs/pictures`, or prints one for Markdown:
 * of the stacks that are named, separated by commas, or of all.
 */
const [option, environment, stacks] = process.argv.slice(2);
if (option === undefined) {
  writeFiles(join(import.meta.dirname, '../docs/pictures'), await pictures());
} else if (option === '--mermaid' && environment !== undefined) {
  process.stdout.write(architectureMermaid(architectureOf(environment, stacks)));
} else {
  console.error('Usage: npm run diagram [-- --mermaid <environment> [<stacks>]]');
  process.exitCode = 2;
}
