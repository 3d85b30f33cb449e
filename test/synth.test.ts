import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { environment } from '../environments';
import { environments } from './support/environments';
import { filesIn, synthesizedFiles } from './support/golden';
import { describeLong } from './support/programs';
import { bundle } from './support/programs-of-pages';
import { root } from './support/sources';

/** What `npm run synth` needs of the project. */
const PROJECT = [
  'cdk8s.yaml',
  'environments',
  'imports',
  'lib',
  'main.ts',
  'package.json',
  'scripts',
  'tsconfig.json',
  'tsconfig.synth.json',
];

const copy = mkdtempSync(join(tmpdir(), 'synth-'));
for (const name of PROJECT) cpSync(join(root, name), join(copy, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
afterAll(() => rmSync(copy, { recursive: true }));

const previous = { 'dist/old.k8s.yaml': 'kind: Old\n', 'deploy/values/old.yaml': 'old: true\n' };

/** A copy of the project whose last synth is another one. */
beforeEach(() => {
  for (const folder of ['dist', 'deploy']) rmSync(join(copy, folder), { recursive: true, force: true });
  cpSync(join(root, 'deploy'), join(copy, 'deploy'), { recursive: true });
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  for (const [path, text] of Object.entries(previous)) writeFileSync(join(copy, path), text);
});

const output = () => filesIn(copy, 'dist', 'deploy');

function run(file: string, args: readonly string[], env: Record<string, string> = {}, cwd = copy) {
  const { PLATFORM_ENV: _, PLATFORM_STACKS: __, CI: ___, ...inherited } = process.env;
  return spawnSync(file, args, { cwd, encoding: 'utf8', env: { ...inherited, ...env } });
}

/** `npm run synth` without npm, which takes longer than the synth. */
function synth(env?: Record<string, string>, ...args: readonly string[]) {
  return run(process.execPath, ['--import', 'tsx', 'scripts/synth.ts', ...args], env);
}

/** Runs something with an environment `dev` that is another one. */
function withDev<T>(change: (source: string) => string, body: () => T): T {
  const file = join(copy, 'environments/dev.ts');
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, change(source));
  try {
    return body();
  } finally {
    writeFileSync(file, source);
  }
}

/** main.ts without the CLI around it. */
function app(env: Record<string, string> = {}, cwd?: string) {
  const folder = mkdtempSync(join(copy, '.app-'));
  const main = join(copy, '.app.mjs');
  if (!existsSync(main)) bundle("import './main';", copy, main);
  const { status, stderr } = run(process.execPath, [main], { CDK8S_OUTDIR: join(folder, 'dist'), ...env }, cwd);
  return { status, stderr, files: filesIn(folder) };
}

describe('npm run synth', () => {
  it('replaces dist/ and deploy/ by those of the environment, says what it wrote, and leaves modules that ask where they are in their place', () => {
    const { status, stderr } = withDev(
      (source) => `${source}console.error(import.meta.url);\n`,
      () => synth({ PLATFORM_ENV: 'ci', PLATFORM_STACKS: 'all' }, '--no-types'),
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(pathToFileURL(join(copy, 'environments/dev.ts')).href);
    expect(output()).toEqual(synthesizedFiles(environment('ci'), 'all'));
    expect(stderr).toContain('Environment ci:\n');
    for (const path of Object.keys(output())) expect(stderr).toMatch(new RegExp(`\\n {2}${path}(: .*)?\\n`));
    expect(stderr).toContain('kubectl --context=kind-fair-ci apply -f dist');
  });

  it('fails for an unknown environment, lists those there are, and leaves what was there', () => {
    const { status, stderr } = unchanged(() => synth({ PLATFORM_ENV: 'prd' }, '--no-types'));
    expect(status).not.toBe(0);
    for (const { name } of environments)
      expect(stderr).toMatch(new RegExp(`must be one of .*\\b${name}\\b.*, got 'prd'`));
    expect(stderr).toContain('dist/ and deploy/ are as they were.');
  });

  it('fails for an option that it does not have', () => {
    const { status, stderr } = unchanged(() => synth({}, '--outdir', 'out'));
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: npm run synth -- [--output <folder>] [--no-types]');
  });
});

describeLong('npm run synth -- --output', () => {
  it('writes to another folder where one is named', () => {
    const { status, stderr } = synth({}, '--no-types', '--output', 'out/dev');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('They are in out/dev/dist/ and out/dev/deploy/.');
    expect(output()).toMatchObject(previous);
    expect(filesIn(join(copy, 'out/dev'))).toEqual(synthesizedFiles(environment('dev')));
    rmSync(join(copy, 'out'), { recursive: true });
  });
});

// The CLI only starts main.ts, with TypeScript that is compiled anew in the copy: a third of the time of this file.
describeLong('cdk8s synth', () => {
  it('writes what npm run synth writes', () => {
    const cli = join(copy, 'node_modules/cdk8s-cli/bin/cdk8s');
    const { status, stderr } = run(process.execPath, [cli, 'synth'], { CDK8S_CHECK_UPGRADE: 'false' });
    expect(status, stderr).toBe(0);
    expect(output()).toEqual(synthesizedFiles(environment('dev')));
  });
});

// The compiler reads all of the project anew in the copy.
describeLong('npm run synth checks types, and', () => {
  it('fails for a key that no type has, and leaves what was there', () => {
    const misspelt = (source: string) => source.replace('local: true', "local: true, 'replicaz': 3");
    const { status, stderr } = unchanged(() => withDev(misspelt, () => synth()));
    expect(status).toBe(1);
    expect(stderr).toMatch(/environments\/dev\.ts\(\d+,\d+\): error .*'replicaz'.* does not exist/);
    expect(stderr).toContain('dist/ and deploy/ are as they were.');
  });
});

/** Runs something that changes nothing, and leaves nothing behind. */
function unchanged<T>(body: () => T): T {
  const before = output();
  expect(before).toMatchObject(previous);
  const result = body();
  expect(output()).toEqual(before);
  expect(readdirSync(copy).filter((name) => name.startsWith('.synth'))).toEqual([]);
  return result;
}

describe('the app', () => {
  it('fails for an unknown stack and lists those there are', () => {
    const { status, stderr } = app({ PLATFORM_STACKS: 'fair,fiar' });
    expect(status).not.toBe(0);
    // What is wrong, without where in the code.
    expect(stderr).not.toContain('\n    at ');
    expect(stderr).toMatch(/'PLATFORM_STACKS' must be one of 'all', 'fair'.*, got 'fiar'/);
  });

  it('writes the same in another time zone and language, and from another folder', () => {
    const { status, stderr, files } = app({ TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, tmpdir());
    expect(status, stderr).toBe(0);
    expect(files).toEqual(synthesizedFiles(environment('dev')));
  });
});
