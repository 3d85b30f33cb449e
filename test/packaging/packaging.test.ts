import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doors } from '../../scripts/doors';
import { fromPackage } from '../support/doors';
import { describeLong } from '../support/programs';
import { compile, installedAt, LOWEST_PEERS, manifestOf, pack, project, repository, run, synthesize } from './project';

const APP = readFileSync(join(import.meta.dirname, 'app.ts'), 'utf8');
const TYPES = readFileSync(join(import.meta.dirname, 'types.ts'), 'utf8');

const asCommonJs = (source: string) => source.replace(/^import (\{[^}]*\}) from ('.*');$/gm, 'const $1 = require($2);');

describeLong('the package', () => {
  let temporary: string;
  let tarball: string;
  let contents: readonly string[];
  let unpacked: string;
  let expected: string;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'packaging-'));
    ({ tarball, contents, unpacked } = pack(temporary));
    const sources = join(temporary, 'sources');
    mkdirSync(sources);
    expected = synthesize(sources, join(installedAt('tsx'), 'dist', 'cli.mjs'), join(import.meta.dirname, 'app.ts'));
  });

  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('holds one compiled file, a file for each door, the declarations of its sources and nothing else', () => {
    const declarations = ['lib', 'imports'].flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `build/${folder}/${file.slice(0, -'.ts'.length)}.d.ts`),
    );
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'build/package.json'];
    const compiled = ['bundle', ...doors().map(({ source }) => source)].map((file) => `build/lib/${file}.js`);
    expect(contents.toSorted()).toEqual([...documents, ...compiled, ...declarations].toSorted());
  });

  test('exports from each door what its sources export, classes and functions by the names of their exports', async () => {
    const print = `
      const named = (value) => (typeof value === 'function' ? value.name : typeof value);
      const exported = (door) => Object.entries(require(door)).map(([name, value]) => [name, named(value)]);
      console.log(JSON.stringify(process.argv.slice(2).map(exported)));
    `;
    const folder = project(join(temporary, 'names'), {
      type: 'commonjs',
      files: { 'names.js': print },
      package: unpacked,
    });
    const specifiers = doors().map(({ specifier }) => specifier);
    const found: [string, string][][] = JSON.parse(run(folder, process.execPath, 'names.js', ...specifiers));
    const sources = (await sourcesOfDoors()).map((exported) =>
      Object.entries(exported).map(([name, value]) => [name, typeof value === 'function' ? name : typeof value]),
    );
    expect(found.map((names) => names.toSorted())).toEqual(sources.map((names) => names.toSorted()));
  });

  test('is one copy for ES modules and CommonJS, whose named exports Node.js finds', async () => {
    const sources = await sourcesOfDoors();
    const imports = doors().flatMap(({ specifier }, door) =>
      Object.keys(sources[door] ?? {}).map((name, index) => ({ specifier, name, local: `${name}_${door}_${index}` })),
    );
    const lines = [
      "import { createRequire } from 'node:module';",
      ...imports.map(({ specifier, name, local }) => `import { ${name} as ${local} } from '${specifier}';`),
      'const require = createRequire(import.meta.url);',
      ...imports.map(
        ({ specifier, name, local }) => `if (${local} !== require('${specifier}').${name}) console.log('${local}');`,
      ),
    ];
    const folder = project(join(temporary, 'esm'), {
      type: 'module',
      files: { 'names.js': lines.join('\n') },
      package: unpacked,
    });
    expect(run(folder, process.execPath, 'names.js')).toBe('');
  });

  test('shares what the kit has with every other door', () => {
    const files = {
      'shared.js': `
        const { InferenceService, InvalidPropError } = require('cdk8s-ml-platform');
        const { InferenceStack } = require('cdk8s-ml-platform/stacks/inference');
        const { Platform, Stack } = require('cdk8s-ml-platform/platform');
        const { App } = require('cdk8s');
        const stack = new InferenceStack(new App(), 'inference', {});
        let error;
        try { new Platform(new App(), { name: 'x', nodePools: [], stacks: {} }, 'unknown'); } catch (e) { error = e; }
        console.log(
          stack instanceof Stack,
          stack.node.findAll().some((construct) => construct instanceof InferenceService),
          error instanceof InvalidPropError,
        );`,
    };
    const folder = project(join(temporary, 'shared'), { type: 'commonjs', files, package: unpacked });
    expect(run(folder, process.execPath, 'shared.js')).toBe('true true true\n');
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

/** What the sources of each door export. */
function sourcesOfDoors(): Promise<Record<string, unknown>[]> {
  return Promise.all(doors().map(({ source }) => import(join(repository, 'lib', `${source}.ts`))));
}
