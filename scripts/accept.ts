import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { environment } from '../environments';
import { buildPlatform, portTable } from '../lib/platform';
import type { Files } from '../lib/platform/files';
import { filesIn } from '../test/support/golden';

/**
 * Renews every file that is generated and committed, which `npm test` compares with the code, and says which have
 * changed. Ends with status 1 where environments differ in what none of them declares.
 */
const root = join(import.meta.dirname, '..');
const README = join(root, 'README.md');
const REFERENCE = join(root, 'docs/reference');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { PLATFORM_ENV: _, PLATFORM_STACKS: __, ...env } = process.env;

const before = committed();
// A copy of the project may lack one of them.
for (const script of ['synth', 'golden', 'imports', 'reachability', 'diagram', 'chart', 'api']) {
  if (script in scripts && run(script).status !== 0) process.exit(1);
}
const drift = deltaPages();
replacePorts();
const after = committed();
const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
const changed = paths.filter((path) => before[path] !== after[path]);
console.log(['', changed.length === 0 ? 'Nothing has changed.' : 'Changed:', ...changed].join('\n  ').slice(3));
process.exitCode = drift ? 1 : 0;

/** Every file that may be written here. */
function committed(): Files {
  const files = filesIn(root, 'dist', 'deploy', 'imports', 'test/golden', 'charts', 'docs', 'api');
  return { ...files, 'README.md': readFileSync(README, 'utf8') };
}

/** Runs a script of package.json; what it prints is shown where it fails. */
function run(script: string, ...args: readonly string[]) {
  console.log(`npm run ${[script, ...args].join(' ')}`);
  const options = { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script, ...args], options);
  if (status !== 0) console.error(stderr);
  return { status, stdout };
}

/** Renews the pages of differences between two environments. Says whether some are declared by none. */
function deltaPages(): boolean {
  const pages = readdirSync(REFERENCE).flatMap((name) => {
    const [, from, to] = /^(\w+)-(\w+)-delta\.md$/.exec(name) ?? [];
    return from === undefined || to === undefined ? [] : [{ name, from, to }];
  });
  const found = pages.map(({ name, from, to }) => {
    const { status, stdout } = run('delta', '--', from, to);
    if (stdout !== '') writeFileSync(join(REFERENCE, name), stdout);
    return status;
  });
  return found.some((status) => status !== 0);
}

/** Renews the table of ports that `npm run ports` prints for `dev`. */
function replacePorts(): void {
  const { ports } = buildPlatform(new App(), environment('dev'));
  const section = `<!-- ports -->\n${portTable(ports)}<!-- /ports -->`;
  writeFileSync(
    README,
    readFileSync(README, 'utf8').replace(/<!-- ports -->\n[\s\S]*?<!-- \/ports -->/, () => section),
  );
}
