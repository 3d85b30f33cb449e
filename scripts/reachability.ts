import { writeFileSync } from 'node:fs';
import { reachabilityPage } from '../test/support/reachability';

/** Writes the page that says who reaches whom, from the connections that constructs declare. */
writeFileSync('docs/reference/reachability.md', reachabilityPage());
