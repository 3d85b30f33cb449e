import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** A program of `.tools/bin` or of the search path. */
export function findProgram(name: string): string | undefined {
  const folders = [resolve('.tools/bin'), ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => `${folder}/${name}`).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
