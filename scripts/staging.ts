import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a synth replaces in the folder that it writes to. */
const FOLDERS = ['dist', 'deploy'] as const;

/** Holds what is replaced, until all of it is: its presence says that a replacement has not come to its end. */
const OLD = 'old';

type Rename = (from: string, to: string) => void;

/**
 * Makes a folder beside those that are replaced, on the same file system, and clears what killed runs have left there.
 */
export function stage(output: string): string {
  mkdirSync(output, { recursive: true });
  clear(output);
  return mkdtempSync(join(output, `.synth-${process.pid}-`));
}

/**
 * Replaces both folders of `output` by those that are staged, or none. While it is at it, the new one of a folder never
 * stands beside the old one of the other; what is killed then is undone by the next {@link stage}.
 * @throws Error where a folder cannot be replaced, with both as they were
 */
export function replaceFolders(staging: string, output: string, rename: Rename = renameSync): void {
  clear(output, staging);
  const old = join(staging, OLD);
  mkdirSync(old);
  try {
    for (const folder of FOLDERS) {
      if (existsSync(join(output, folder))) rename(join(output, folder), join(old, folder));
    }
    for (const folder of FOLDERS) rename(join(staging, folder), join(output, folder));
    rename(old, join(staging, 'replaced'));
  } catch (error) {
    undo(staging, output, rename);
    const hint = 'A mount point and an immutable folder cannot be replaced; --output writes to another folder.';
    throw new Error(`${(error as Error).message}\n${hint}`);
  }
}

/** Has `write` write both folders, and replaces those of `output` by them; what fails leaves all as it was. */
export function writeWhole(output: string, write: (staging: string) => void): void {
  const staging = stage(output);
  try {
    write(staging);
    replaceFolders(staging, output);
  } finally {
    removeStaging(staging);
  }
}

/** Removes a staging folder, and says whether it may: what it has replaced may have to be brought back. */
export function removeStaging(staging: string): boolean {
  if (existsSync(join(staging, OLD))) return false;
  try {
    rmSync(staging, { recursive: true, force: true });
  } catch (error) {
    console.error(`${staging} could not be removed: ${(error as Error).message}`);
  }
  return true;
}

/** Undoes replacements that were killed, and removes the staging folders of runs that have ended. */
function clear(output: string, own?: string): void {
  for (const name of readdirSync(output).filter((name) => name.startsWith('.synth-'))) {
    const staging = join(output, name);
    if (staging === own) continue;
    const killed = existsSync(join(staging, OLD));
    if (killed) undo(staging, output, renameSync);
    if (killed || !isRunning(ownerOf(name))) removeStaging(staging);
  }
}

/** Brings everything back to where it was before a replacement, wherever that has stopped. */
function undo(staging: string, output: string, rename: Rename): void {
  const old = join(staging, OLD);
  for (const folder of FOLDERS) {
    const isReplaced = !existsSync(join(staging, folder));
    if (isReplaced) rename(join(output, folder), join(staging, folder));
  }
  for (const folder of FOLDERS) {
    // Somebody may have put one there by hand in the meantime.
    const isGone = existsSync(join(old, folder)) && !existsSync(join(output, folder));
    if (isGone) rename(join(old, folder), join(output, folder));
  }
  rmSync(old, { recursive: true });
}

/** The process that a staging folder belongs to. */
const ownerOf = (name: string) => Number(/^\.synth-(\d+)-/.exec(basename(name))?.[1]);

/** Whether another process is running. */
export function isRunning(pid: number | undefined): boolean {
  if (!pid || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
