import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { App } from 'cdk8s';
import type { Files } from '../../lib/platform/files';
import { buildPlatform } from '../../lib/platform/platform';
import type { PlatformConfig } from '../../lib/platform/platform-config';
import { root } from './sources';

/** The environment whose default stacks are committed as `dist/` and `deploy/`. */
export const COMMITTED = 'dev';

/** What main.ts writes for an environment: the files of `dist/` and `deploy/`, by path. */
export function synthesizedFiles(config: PlatformConfig, selection?: string): Files {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  try {
    const app = new App({ outdir: join(folder, 'dist') });
    const platform = buildPlatform(app, config, selection);
    app.synth();
    platform.writeDeploy(join(folder, 'deploy'));
    return filesIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What is kept below `test/golden/<environment>/`: all stacks of the environment. Of the environment that is committed
 * as `dist/` and `deploy/`, only what its other stacks add or change.
 */
export function goldenFiles(config: PlatformConfig): Files {
  const all = synthesizedFiles(config, 'all');
  if (config.name !== COMMITTED) return all;
  const committed = synthesizedFiles(config);
  return Object.fromEntries(Object.entries(all).filter(([path, text]) => committed[path] !== text));
}

export function goldenFolder({ name }: PlatformConfig): string {
  return join(root, 'test/golden', name);
}

/** Every file below folders, by its path; none for a folder that is not there. */
export function filesIn(folder: string, ...below: readonly string[]): Files {
  const entries = (below.length === 0 ? [''] : below).flatMap((name) => {
    try {
      return readdirSync(join(folder, name), { recursive: true, withFileTypes: true });
    } catch {
      return [];
    }
  });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const byPath = files.map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')]);
  return Object.fromEntries(byPath.sort());
}
