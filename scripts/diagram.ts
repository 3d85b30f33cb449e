import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectureMermaid } from '../lib/platform';
import { writeFiles } from '../lib/platform/files';
import { architectureOf, pagesWithMermaid, pictures } from './diagram/pictures';

/**
 * Usage: diagram [--mermaid <environment> [<stacks>]]. Writes `docs/pictures` and the Mermaid of pages; or prints that of
 * an environment, of all stacks or of those that are named, separated by commas.
 */
const [option, environment, stacks] = process.argv.slice(2);
if (option === undefined) {
  const docs = join(import.meta.dirname, '../docs');
  writeFiles(join(docs, 'pictures'), pictures());
  for (const [page, text] of Object.entries(pagesWithMermaid(join(docs, 'how-to')))) {
    writeFileSync(join(docs, 'how-to', page), text);
  }
} else if (option === '--mermaid' && environment !== undefined) {
  process.stdout.write(architectureMermaid(architectureOf(environment, stacks).model));
} else {
  console.error('Usage: npm run diagram [-- --mermaid <environment> [<stacks>]]');
  process.exitCode = 2;
}
