import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentApiChanges } from '../../../scripts/api/changelog';
import { root } from '../../support/sources';

describe('a commit that changes the API', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'changelog-'));
  const started = join(temporary, 'started');
  let folder = started;

  function git(...args: readonly string[]): void {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }

  function commit(message: string, files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    git('commit', '--quiet', '--all', '--message', message);
  }

  const silent = () => silentApiChanges(folder).map((line) => line.replace(/^\w+ /, ''));

  beforeAll(() => {
    mkdirSync(join(started, 'api'), { recursive: true });
    git('init', '--quiet');
    for (const path of ['CHANGELOG.md', 'api/kit.api.md']) writeFileSync(join(started, path), '');
    git('add', '--all');
    commit('first', { 'CHANGELOG.md': '## [Unreleased]\n\n- All of it.\n', 'api/kit.api.md': 'a' });
    return () => rmSync(temporary, { recursive: true, force: true });
  });

  beforeEach(() => {
    folder = mkdtempSync(join(temporary, 'repository-'));
    cpSync(started, folder, { recursive: true });
  });

  it('adds a line to the changelog', () => {
    commit('told', { 'CHANGELOG.md': '## [Unreleased]\n\n- All of it.\n- And b.\n', 'api/kit.api.md': 'b' });
    expect(silent()).toEqual([]);
  });

  it('or says why users need not know', () => {
    commit('renamed\n\nChangelog: none, it was never released', { 'api/kit.api.md': 'b' });
    expect(silent()).toEqual([]);
  });

  it('fails where it does neither, however the changelog looks later', () => {
    commit('untold', { 'api/kit.api.md': 'b' });
    commit('other', { 'CHANGELOG.md': '## [Unreleased]\n\n- Something else.\n' });
    expect(silent()).toEqual(['untold']);
  });

  it.each([
    ['a heading', '## [Unreleased]\n\n### Added\n\n- All of it.\n'],
    ['an empty line', '## [Unreleased]\n\n- All of it.\n\n'],
    ['a line that is gone', '## [Unreleased]\n'],
  ])('fails where all that it changes in the changelog is %s', (_, text) => {
    commit('untold', { 'CHANGELOG.md': text, 'api/kit.api.md': 'b' });
    expect(silent()).toEqual(['untold']);
  });

  it('fails where it gives no reason', () => {
    commit('untold\n\nChangelog: none', { 'api/kit.api.md': 'b' });
    expect(silent()).toEqual(['untold']);
  });

  it('is not asked once it is released', () => {
    commit('untold', { 'api/kit.api.md': 'b' });
    git('tag', 'v1.0.0');
    expect(silent()).toEqual([]);
    commit('untold later', { 'api/kit.api.md': 'c' });
    expect(silent()).toEqual(['untold later']);
  });
});

// An archive of the sources has no history to ask.
it.skipIf(!existsSync(join(root, '.git')))(
  'every commit since the last release that changes the API tells of it',
  () => {
    expect(silentApiChanges(root)).toEqual([]);
  },
);
