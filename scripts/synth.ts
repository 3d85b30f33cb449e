import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/**
 * `cdk8s synth`, but what was written last stays until all of the new output is there: the CLI deletes its output
 * folder before the app has run, and an app that fails leaves nothing.
 */
const root = join(import.meta.dirname, '..');
const staging = mkdtempSync(join(root, '.synth-'));
const cli = join(dirname(createRequire(import.meta.url).resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');

// Relative, because the CLI joins it to the working directory.
const args = [cli, 'synth', '--output', join(basename(staging), 'dist'), '--check-upgrade=false'];
// Its standard output names the files where they are staged; the app itself says what was written, on standard error.
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (status === 0) {
  for (const folder of ['dist', 'deploy']) {
    const current = join(root, folder);
    if (existsSync(current)) renameSync(current, join(staging, `${folder}.old`));
    renameSync(join(staging, folder), current);
  }
} else {
  console.error('\ndist/ and deploy/ are as they were.');
}
rmSync(staging, { recursive: true, force: true });
process.exitCode = status ?? 1;
