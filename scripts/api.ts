import { join } from 'node:path';
import { writeFiles } from '../lib/platform/files';
import { referencePages } from './api/reference';
import { doorReports } from './api/report';

/** Writes what the package exports: api/, its signatures for review, and docs/reference/api/, its reference. */
const root = join(import.meta.dirname, '..');
writeFiles(join(root, 'api'), Object.fromEntries(doorReports().map(({ door, text }) => [`${door.name}.api.md`, text])));
writeFiles(join(root, 'docs', 'reference', 'api'), Object.fromEntries(referencePages()));
