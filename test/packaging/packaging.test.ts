import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as library from '../../lib';
import { compile, installedAt, LOWEST_PEERS, manifestOf, project, repository, run, synthesize } from './project';

const APP = readFileSync(join(import.meta.dirname, 'app.ts'), 'utf8');
const TYPES = readFileSync(join(import.meta.dirname, 'types.ts'), 'utf8');

const fromPackage = (source: string) => source.replace("'../../lib'", "'cdk8s-ml-platform'");
const asCommonJs = (source: string) => source.replace(/^import (\{[^}]*\}) from ('.*');$/gm, 'const $1 = require($2);');

describe('the package', () => {
  let temporary: string;
  let tarball: string;
  let contents: string[];
  let unpacked: string;
  let expected: string;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'packaging-'));
    ({ tarball, contents } = pack(temporary));
    run(temporary, 'tar', '-xzf', tarball);
    unpacked = join(temporary, 'package');
    const sources = join(temporary, 'sources');
    mkdirSync(sources);
    expected = synthesize(sources, join(installedAt('tsx'), 'dist', 'cli.mjs'), join(import.meta.dirname, 'app.ts'));
  });

  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('holds one compiled file, the declarations of its sources and nothing else', () => {
    const declarations = ['lib', 'imports'].flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `build/${folder}/${file.slice(0, -'.ts'.length)}.d.ts`),
    );
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'build/package.json'];
    expect(contents.toSorted()).toEqual([...documents, 'build/lib/index.js', ...declarations].toSorted());
  });

  test('exports what its sources export, classes and functions by the names that they are exported under', () => {
    const print = `
      const named = (value) => (typeof value === 'function' ? value.name : typeof value);
      const exported = Object.entries(require('cdk8s-ml-platform'));
      console.log(JSON.stringify(exported.map(([name, value]) => [name, named(value)])));
    `;
    const files = { 'names.js': print };
    const folder = project(join(temporary, 'names'), { type: 'commonjs', files, package: unpacked });
    const sources = Object.entries(library).map(([name, value]) => [
      name,
      typeof value === 'function' ? name : typeof value,
    ]);
    expect(JSON.parse(run(folder, process.execPath, 'names.js')).toSorted()).toEqual(sources.toSorted());
  });

  test('is clean for publint', async () => {
    const { messages } = await publint({ pkgDir: unpacked, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test('has types that fit its code, for every kind of import', () => {
    const attw = join(installedAt('@arethetypeswrong/cli'), 'dist', 'index.js');
    expect(run(temporary, process.execPath, attw, tarball, '--no-emoji')).toContain('No problems found');
  });

  test('is imported by TypeScript as ES modules', () => {
    const files = { 'app.ts': fromPackage(APP), 'types.ts': fromPackage(TYPES) };
    const folder = project(join(temporary, 'esm-ts'), { type: 'module', files, package: unpacked });
    compile(folder, 'esnext', 'bundler', '--noEmit');
    compile(folder, 'nodenext', 'nodenext');
    expect(synthesize(folder, 'out/app.js')).toBe(expected);
  });

  test('is imported by TypeScript as CommonJS', () => {
    const files = { 'app.ts': fromPackage(APP), 'types.ts': fromPackage(TYPES) };
    const folder = project(join(temporary, 'cjs-ts'), { type: 'commonjs', files, package: unpacked });
    compile(folder, 'node16', 'node16');
    expect(synthesize(folder, 'out/app.js')).toBe(expected);
  });

  test('is imported by JavaScript as CommonJS', () => {
    const files = { 'app.js': asCommonJs(fromPackage(APP)) };
    const folder = project(join(temporary, 'cjs-js'), { type: 'commonjs', files, package: unpacked });
    expect(synthesize(folder, 'app.js')).toBe(expected);
  });

  test('works with the lowest versions of its peers', () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
    const lowest = Object.entries(LOWEST_PEERS).map(([name, installed]) => [name, `^${manifestOf(installed).version}`]);
    expect(Object.fromEntries(lowest)).toEqual(peerDependencies);

    const files = { 'app.ts': fromPackage(APP), 'types.ts': fromPackage(TYPES) };
    const props = { type: 'module', files, package: unpacked, peers: LOWEST_PEERS } as const;
    const folder = project(join(temporary, 'lowest'), props);
    compile(folder, 'nodenext', 'nodenext');
    expect(synthesize(folder, 'out/app.js')).toBe(expected);
  });
});

/** Packs a copy of the repository: the build writes to it, and other tests may write to the repository meanwhile. */
function pack(temporary: string): { tarball: string; contents: string[] } {
  const copy = join(temporary, 'repository');
  const generated = new Set(
    ['node_modules', 'build', 'coverage', 'dist', 'deploy'].map((name) => join(repository, name)),
  );
  const copied = (path: string) => !generated.has(path) && !basename(path).startsWith('.');
  cpSync(repository, copy, { recursive: true, filter: copied });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const [packed] = JSON.parse(run(copy, 'npm', 'pack', '--json', '--silent', '--pack-destination', temporary));
  return {
    tarball: join(temporary, packed.filename),
    contents: packed.files.map(({ path }: { path: string }) => path),
  };
}
