import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** One import or re-export of a file. */
export interface Import {
  /** Path of the file from the root, without its extension; the name of a package. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Whether it vanishes when types do. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?(?:([^'";]*?)\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'|\brequire\(\s*'([^']+)'/gm;

/** A source file of which only path and text are known. */
export function sourceFile(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map(([, type, names = '', ...specifiers]): Import => {
    const specifier = specifiers.find((found) => found !== undefined) ?? '';
    const isPackage = !specifier.startsWith('.');
    const target = isPackage ? specifier : posix.normalize(posix.join(posix.dirname(path), specifier));
    return { target, isPackage, isType: type !== undefined || onlyTypes(names) };
  });
  return { path, text, imports };
}

function onlyTypes(names: string): boolean {
  const listed = /^\{([\s\S]*)\}$/
    .exec(names.trim())?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return listed?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

/** The TypeScript files below folders of the project, in the order of their paths. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => sourceFile(relative(root, file).split(sep).join('/'), readFileSync(file, 'utf8')));
}

function walk(path: string): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return statSync(path).isFile() ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => walk(join(path, name)));
}
