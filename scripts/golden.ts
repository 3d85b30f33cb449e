import { writeFiles } from '../lib/platform/files';
import { environments } from '../test/support/environments';
import { goldenFiles, goldenFolder } from '../test/support/golden';

/** Writes what the tests compare a synth with: the environments and stacks that `dist/` and `deploy/` do not hold. */
for (const config of environments) writeFiles(goldenFolder(config), goldenFiles(config));
