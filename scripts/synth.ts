import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { removeStaging, replaceFolders, stage } from './staging';

/**
 * Writes what `cdk8s synth` writes, in less time, and checks the types of main.ts and of all that it imports beside it.
 * What was written last stays until all of the new output is there: the CLI deletes its output folder before the app
 * has run, and an app that fails leaves nothing.
 *
 *   npm run synth -- [--output <folder of dist/ and deploy/>] [--no-types]
 */
const root = join(import.meta.dirname, '..');
const { output, types } = options();
const staging = stage(output);
const shown = relative(root, output).startsWith('..') ? output : relative(root, output);
const written = ['dist', 'deploy'].map((folder) => `${join(shown, folder)}/`).join(' and ');
let isReplaced = false;
// main.ts ends the process itself where it fails.
process.once('exit', () => {
  const isComplete = removeStaging(staging);
  if (isReplaced) return;
  process.exitCode ||= 1;
  console.error(isComplete ? `\n${written} are as they were.` : `\nThe next synth brings back ${written}.`);
});

const [typeErrors, app] = await Promise.allSettled([types ? checkTypes() : '', runApp()]);
if (typeErrors.status === 'rejected') throw typeErrors.reason;
if (typeErrors.value !== '') console.error(`\n${typeErrors.value}`);
// Nobody catches it but main.ts, which says what is wrong.
if (app.status === 'rejected') throw app.reason;
if (typeErrors.value === '') {
  replaceFolders(staging, output);
  isReplaced = true;
  if (output !== root) console.error(`\nThey are in ${written}.`);
}

function options() {
  try {
    const { values } = parseArgs({
      options: { output: { type: 'string', default: root }, 'no-types': { type: 'boolean', default: false } },
    });
    return { output: resolve(values.output), types: !values['no-types'] };
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: npm run synth -- [--output <folder>] [--no-types]`);
    process.exit(2);
  }
}

/** The errors of the compiler; it keeps what it has found, so that it looks again only at what has changed. */
function checkTypes(): Promise<string> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [tsc, '--project', 'tsconfig.synth.json'], { cwd: root });
    let found = '';
    for (const stream of [compiler.stdout, compiler.stderr]) {
      stream.on('data', (text) => {
        found += text;
      });
    }
    compiler.on('error', reject);
    compiler.on('close', (code) => resolve(code === 0 ? '' : found || `tsc ended with ${code}`));
  });
}

/** Runs main.ts as one file: Node.js loads it in a third of the time of its modules. */
async function runApp(): Promise<void> {
  process.env.CDK8S_OUTDIR = join(staging, 'dist');
  // Where its commands find what is still staged.
  process.env.PLATFORM_OUTPUT = output === root ? '' : `${shown}/`;
  const main = join(root, 'main.ts');
  const bundle = join(root, '.tmp', `main-${process.pid}.mjs`);
  const bundling = build({
    entryPoints: [main],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    sourcemap: 'inline',
    write: false,
  });
  // It loads while esbuild is at work.
  const [{ outputFiles }] = await Promise.all([bundling, import('cdk8s-plus-28')]);
  const [{ text = '' } = {}] = outputFiles;
  // Modules that ask where they are have to stay there.
  if (text.includes('import.meta')) return import(pathToFileURL(main).href);
  mkdirSync(dirname(bundle), { recursive: true });
  writeFileSync(bundle, text);
  try {
    await import(pathToFileURL(bundle).href);
  } finally {
    rmSync(bundle);
  }
}
