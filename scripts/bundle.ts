import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { type Door, doors } from './doors';

const lib = join(import.meta.dirname, '..', 'lib');

const COMMON: BuildOptions = { bundle: true, packages: 'external', platform: 'node', target: 'node20' };

/**
 * Names of which there are two, and those of classes that speak of themselves, are others in the bundle. esbuild's
 * `keepNames` would name every closure at every call, which takes a seventh of a large synth.
 */
const NAMES = `for (const door of Object.values(module.exports)) {
  for (const [name, value] of Object.entries(door)) {
    if (typeof value === 'function' && value.name !== name) Object.defineProperty(value, 'name', { value: name });
  }
}`;

/**
 * Writes lib/, and what it imports, as CommonJS: all of it in one file, which Node.js loads in a third of the time of
 * its modules and in which every class is once, and a file a door that hands on what the door exports.
 */
export function bundleLibrary(folder: string): void {
  const entries = doors();
  const { outputFiles } = buildSync({
    ...COMMON,
    stdin: {
      contents: entries.map(({ source }) => `export * as ${keyOf(source)} from './${source}';`).join('\n'),
      resolveDir: lib,
      loader: 'ts',
    },
    write: false,
    format: 'cjs',
    footer: { js: NAMES },
    logLevel: 'warning',
  });
  mkdirSync(folder, { recursive: true });
  for (const { text } of outputFiles) writeFileSync(join(folder, 'bundle.js'), withoutRepeats(text));
  const exported = exportedNames(entries);
  for (const { source } of entries) {
    const file = join(folder, `${source}.js`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, doorFile(source, exported.get(source) ?? []));
  }
}

/** A bundle that asks for each package once: esbuild asks for it in each module, which takes a tenth of the load time. */
function withoutRepeats(bundle: string): string {
  const first = new Map<string, string>();
  return bundle.replace(/^var (\w+) = require\("([^"]+)"\);$/gm, (line, name: string, path: string) => {
    const other = first.get(path);
    if (other === undefined) first.set(path, name);
    return other === undefined ? line : `var ${name} = ${other};`;
  });
}

/** Node.js finds names for `import { … }` in CommonJS by reading it, and understands this. */
function doorFile(source: string, names: readonly string[]): string {
  const bundle = posix.relative(posix.dirname(`/${source}`), '/bundle.js');
  return [
    "'use strict';",
    "Object.defineProperty(exports, '__esModule', { value: true });",
    `const door = require('${bundle.startsWith('.') ? bundle : `./${bundle}`}').${keyOf(source)};`,
    ...names.map((name) => `exports.${name} = door.${name};`),
    '',
  ].join('\n');
}

/** What each door exports that is not a type. */
function exportedNames(entries: readonly Door[]): Map<string, readonly string[]> {
  const { metafile } = buildSync({
    ...COMMON,
    entryPoints: entries.map(({ source }) => join(lib, `${source}.ts`)),
    outdir: 'out',
    outbase: lib,
    absWorkingDir: lib,
    format: 'esm',
    write: false,
    metafile: true,
  });
  return new Map(
    Object.entries(metafile.outputs).map(([path, { exports }]) => [path.slice('out/'.length, -'.js'.length), exports]),
  );
}

function keyOf(source: string): string {
  return source.replaceAll(/\W/g, '_');
}
