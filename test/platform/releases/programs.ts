import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** A program of `.tools/bin` or of the search path. */
export function findProgram(name: string): string | undefined {
  const folders = [resolve('.tools/bin'), ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => `${folder}/${name}`).find(isExecutable);
}

/**
 * Programs of `.tools/bin` or of the search path, by name.
 * @returns the reason where one is missing
 */
export function findPrograms<K extends string>(...names: readonly K[]): Readonly<Record<K, string>> | string {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `no ${missing.join(', no ')} on the search path or in .tools/bin`;
  return Object.fromEntries(names.map((name) => [name, findProgram(name)])) as Record<K, string>;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
